#include "modem/port_handle.h"

#include "util/macros.h"
#include "util/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libserialport.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

int port_resolve(const char *device, char ret_path[static PATH_MAX])
{
    return realpath(device, ret_path) ? 0 : -errno;
}

/* Locks vanish with the process, unlike lock files. */
static int lock_fd(int fd)
{
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? -EBUSY : -errno;
    if (ioctl(fd, TIOCEXCL) < 0)
        return -errno;
    return 0;
}

static int sp_errno(void)
{
    int code = sp_last_error_code();

    return code > 0 ? -code : -EIO;
}

/*
 * libserialport leaves flow control and HUPCL as it found them: both are set here, as a restart of
 * ours must not drop DTR, at which many modems hang up or reset.
 */
static int configure_serial(struct sp_port *sp, int fd, unsigned baud)
{
    struct termios tio;

    if (sp_set_baudrate(sp, (int)baud) != SP_OK || sp_set_bits(sp, 8) != SP_OK ||
        sp_set_parity(sp, SP_PARITY_NONE) != SP_OK || sp_set_stopbits(sp, 1) != SP_OK ||
        sp_set_flowcontrol(sp, SP_FLOWCONTROL_NONE) != SP_OK)
        return sp_errno();
    if (tcgetattr(fd, &tio) < 0)
        return -errno;
    tio.c_iflag &= ~(tcflag_t)(IXON | IXOFF | IXANY);
    tio.c_cflag &= ~(tcflag_t)(HUPCL | CRTSCTS);
    tio.c_cflag |= CLOCAL | CREAD;
    return tcsetattr(fd, TCSANOW, &tio) < 0 ? -errno : 0;
}

static int open_serial(struct port_handle *handle, unsigned baud)
{
    int r;

    if (sp_open(handle->sp, SP_MODE_READ_WRITE) != SP_OK)
        return sp_errno();
    if (sp_get_port_handle(handle->sp, &handle->fd) != SP_OK)
        return -EIO;
    (void)fcntl(handle->fd, F_SETFD, FD_CLOEXEC);
    r = lock_fd(handle->fd);
    return r < 0 ? r : configure_serial(handle->sp, handle->fd, baud);
}

static int open_plain(struct port_handle *handle, const char *path)
{
    struct termios tio;
    int r;

    handle->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (handle->fd < 0)
        return -errno;
    if (tcgetattr(handle->fd, &tio) < 0)
        return -ENOTTY;
    r = lock_fd(handle->fd);
    if (r < 0)
        return r;
    cfmakeraw(&tio);
    tio.c_cflag &= ~(tcflag_t)(HUPCL | CRTSCTS);
    tio.c_cflag |= CLOCAL | CREAD;
    return tcsetattr(handle->fd, TCSANOW, &tio) < 0 ? -errno : 0;
}

/* Debian gives ttys to root and dialout, mode 0660; a udev rule may have it otherwise. */
static void put_access_hint(struct strbuf *sb, const char *path)
{
    const struct group *group;
    struct stat st;

    if (stat(path, &st) < 0)
        return;
    group = getgrgid(st.st_gid);
    if (group && st.st_gid != 0 && (st.st_mode & 0060) == 0060)
        strbuf_printf(sb, ": make the user of smsotpd a member of group %.32s", group->gr_name);
    else
        strbuf_printf(sb, ": its mode is %04o, group %.32s; a udev rule with GROUP=\"dialout\", "
            "MODE=\"0660\" mends that", st.st_mode & 07777, group ? group->gr_name : "unknown");
}

static void explain(int r, const char *path, char *reason, size_t size)
{
    struct strbuf sb;

    strbuf_init(&sb, reason, size);
    if (r == -ENOTTY) {
        strbuf_printf(&sb, "%.60s is no terminal device", path);
        return;
    }
    strbuf_printf(&sb, "cannot open %.60s: %s", path, strerrordesc_np(-r));
    if (r == -EACCES)
        put_access_hint(&sb, path);
    else if (r == -EPERM) /* systemd.resource-control(5): DevicePolicy=closed */
        strbuf_puts(&sb, ": the service needs a DeviceAllow= for this kind of device");
}

int port_handle_open(struct port_handle *ret, const char *path, unsigned baud, char *reason,
    size_t reason_size)
{
    struct port_handle handle = PORT_HANDLE_CLOSED;
    int r;

    if (strncmp(path, "/dev/pts/", 9) != 0 && sp_get_port_by_name(path, &handle.sp) == SP_OK)
        r = open_serial(&handle, baud);
    else
        r = open_plain(&handle, path);
    if (r < 0) {
        port_handle_close(&handle); /* or it is we who have it open */
        explain(r, path, reason, reason_size);
        return r;
    }
    (void)tcflush(handle.fd, TCIOFLUSH);
    *ret = handle;
    return 0;
}

int port_handle_check(const char *path, char *reason, size_t reason_size)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    struct termios tio;
    int r = 0;

    if (fd < 0)
        r = -errno;
    else if (tcgetattr(fd, &tio) < 0)
        r = -ENOTTY;
    if (r == -EBUSY) /* a smsotpd that runs */
        return 0;
    if (r < 0)
        explain(r, path, reason, reason_size);
    return r;
}

void port_handle_close(struct port_handle *handle)
{
    if (handle->fd >= 0)
        (void)ioctl(handle->fd, TIOCNXCL);
    if (handle->sp) {
        if (handle->fd >= 0)
            sp_close(handle->sp);
        sp_free_port(handle->sp);
    } else {
        cleanup_closep(&handle->fd);
    }
    *handle = PORT_HANDLE_CLOSED;
}
