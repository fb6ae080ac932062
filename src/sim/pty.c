#include "sim/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

/* Far enough apart that a reader sees each byte by itself. */
#define ONE_BYTE_PACE_USEC ((usec_t)200)

static void set_raw(int slave)
{
    struct termios tio;

    if (tcgetattr(slave, &tio) < 0)
        return;
    cfmakeraw(&tio);
    cfsetspeed(&tio, B115200);
    tcsetattr(slave, TCSANOW, &tio);
}

static void update_events(struct pty *pty)
{
    unsigned events = 0;

    if (!pty->watch)
        return;
    if (pty->reading)
        events |= FD_READABLE;
    if (pty->n_output > 0 && !timer_is_armed(&pty->pace))
        events |= FD_WRITABLE;
    fd_watch_set_events(pty->watch, events);
}

static void flush_output(struct pty *pty)
{
    size_t chunk = pty->one_byte ? MIN(pty->n_output, 1U) : pty->n_output;
    ssize_t n;

    if (chunk == 0 || pty->master < 0 || timer_is_armed(&pty->pace))
        return;
    n = write(pty->master, pty->output, chunk);
    if (n > 0) {
        pty->n_output -= (size_t)n;
        memmove(pty->output, pty->output + n, pty->n_output);
    }
    if (pty->one_byte && n > 0 && pty->n_output > 0)
        timer_arm_in(&pty->pace, ONE_BYTE_PACE_USEC);
    update_events(pty);
}

static void on_pace(void *userdata)
{
    flush_output(userdata);
}

/* Undoes what the last program set, unless another has come meanwhile with settings of its own. */
static void on_restore(void *userdata)
{
    struct pty *pty = userdata;

    if (pty->slave < 0 || pty->peers > 0)
        return;
    ioctl(pty->slave, TIOCNXCL);
    set_raw(pty->slave);
}

/* The last program has gone: what it had not read is lost. */
static void forget_peer(struct pty *pty)
{
    pty->peers = 0;
    pty->n_output = 0;
    timer_disarm(&pty->pace);
    tcflush(pty->slave, TCIFLUSH);
    deferred_schedule(&pty->restore);
    update_events(pty);
}

static void on_peer_changed(void *userdata, int difference)
{
    struct pty *pty = userdata;

    pty->peers += difference;
    if (pty->peers <= 0)
        forget_peer(pty);
}

static void on_ready(void *userdata, unsigned ready)
{
    struct pty *pty = userdata;
    char bytes[PTY_INPUT_CHUNK];
    ssize_t n;

    if (ready & FD_WRITABLE)
        flush_output(pty);
    if (!(ready & FD_READABLE) || !pty->reading)
        return;
    n = read(pty->master, bytes, sizeof(bytes));
    if (n > 0) {
        if (pty->peers == 0)
            pty_monitor_drain(pty->monitor);
        pty->input(pty->userdata, bytes, (size_t)n);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        pty->watch = fd_watch_free(pty->watch); /* it would be readable for ever */
    }
}

int pty_init(struct pty *pty, struct loop *loop, struct pty_monitor *monitor, const char *link,
    void (*input)(void *userdata, const char *bytes, size_t n), void *userdata)
{
    *pty = (struct pty){.loop = loop,
        .monitor = monitor,
        .input = input,
        .userdata = userdata,
        .master = -1,
        .slave = -1,
        .monitor_handle = -1};
    if (link) {
        size_t n = strlen(link);

        if (n >= sizeof(pty->link))
            return -ENAMETOOLONG;
        memcpy(pty->link, link, n + 1);
    }
    timer_init(&pty->pace, loop, on_pace, pty);
    deferred_init(&pty->restore, loop, on_restore, pty);
    return 0;
}

void pty_fini(struct pty *pty)
{
    if (!pty->loop)
        return;
    pty_unplug(pty);
    timer_fini(&pty->pace);
    deferred_fini(&pty->restore);
}

static int open_pair(struct pty *pty)
{
    _cleanup_close_ int master = -1, slave = -1;
    char path[sizeof(pty->path)];
    int r;

    master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master < 0)
        return -errno;
    if (grantpt(master) < 0 || unlockpt(master) < 0)
        return -errno;
    r = ptsname_r(master, path, sizeof(path));
    if (r != 0)
        return -r;
    slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (slave < 0)
        return -errno;
    set_raw(slave);
    memcpy(pty->path, path, sizeof(path));
    pty->master = TAKE_FD(master);
    pty->slave = TAKE_FD(slave);
    return 0;
}

/* Replaces in one step, so that nobody finds the name absent. */
static int place_link(const struct pty *pty)
{
    char temporary[PATH_MAX + 8];

    if (pty->link[0] == '\0')
        return 0;
    (void)snprintf(temporary, sizeof(temporary), "%s.new", pty->link);
    (void)unlink(temporary);
    if (symlink(pty->path, temporary) < 0 || rename(temporary, pty->link) < 0)
        return -errno;
    return 0;
}

int pty_plug(struct pty *pty)
{
    int r;

    if (pty->master >= 0)
        return 0;
    pty->output = malloc(PTY_OUTPUT_SIZE);
    if (!pty->output)
        return -ENOMEM;
    r = open_pair(pty);
    if (r < 0)
        goto fail;
    r = pty_monitor_add(pty->monitor, pty->path, on_peer_changed, pty);
    if (r < 0)
        goto fail;
    pty->monitor_handle = r;
    pty->peers = 0;
    pty->reading = true;
    r = fd_watch_new(&pty->watch, pty->loop, pty->master, FD_READABLE, on_ready, pty);
    if (r < 0)
        goto fail;
    r = place_link(pty);
    if (r < 0)
        goto fail;
    return 0;
fail:
    pty_unplug(pty);
    return r;
}

void pty_unplug(struct pty *pty)
{
    if (pty->master >= 0 && pty->link[0] != '\0')
        (void)unlink(pty->link);
    timer_disarm(&pty->pace);
    pty_monitor_remove(pty->monitor, pty->monitor_handle);
    pty->monitor_handle = -1;
    pty->watch = fd_watch_free(pty->watch);
    if (pty->slave >= 0)
        close(TAKE_FD(pty->slave));
    if (pty->master >= 0)
        close(TAKE_FD(pty->master));
    free(pty->output);
    pty->output = NULL;
    pty->n_output = 0;
    pty->peers = 0;
}

void pty_write(struct pty *pty, const char *bytes, size_t n)
{
    if (pty->master < 0 || pty->peers == 0)
        return;
    if (n > PTY_OUTPUT_SIZE - pty->n_output) {
        pty->dropped_octets += n;
        return;
    }
    memcpy(pty->output + pty->n_output, bytes, n);
    pty->n_output += n;
    flush_output(pty);
}

void pty_set_reading(struct pty *pty, bool reading)
{
    pty->reading = reading;
    update_events(pty);
}
