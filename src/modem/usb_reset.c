#include "modem/usb_reset.h"

#include "util/macros.h"
#include "util/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int system_open(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

    return fd < 0 ? -errno : fd;
}

static int system_reset(int fd)
{
    return ioctl(fd, USBDEVFS_RESET, 0) < 0 ? -errno : 0;
}

const struct usb_reset_io usb_reset_system = {
    .sysfs = "/sys", .devices = "/dev/bus/usb", .open = system_open, .reset = system_reset};

/* A number alone in a file of sysfs. */
static int read_number(const char *folder, const char *name, unsigned *ret)
{
    char path[PATH_MAX + 16], text[16];
    ssize_t n;
    int fd;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n <= 0)
        return -ENODATA;
    text[n] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return parse_unsigned(text, 0, 999, ret);
}

int usb_reset_find(
    const struct usb_reset_io *io, const char *tty, char *ret_node, size_t node_size)
{
    const char *name = strrchr(tty, '/');
    char link[PATH_MAX], folder[PATH_MAX];
    unsigned bus, device;
    char *slash;
    int n;

    n = snprintf(link, sizeof(link), "%s/class/tty/%s/device", io->sysfs, name ? name + 1 : tty);
    if (n < 0 || (size_t)n >= sizeof(link))
        return -ENAMETOOLONG;
    if (!realpath(link, folder))
        return -ENODEV;
    while (read_number(folder, "busnum", &bus) < 0 || read_number(folder, "devnum", &device) < 0) {
        slash = strrchr(folder, '/');
        if (!slash || slash == folder)
            return -ENODEV;
        *slash = '\0';
    }
    n = snprintf(ret_node, node_size, "%s/%03u/%03u", io->devices, bus, device);
    return n < 0 || (size_t)n >= node_size ? -ENAMETOOLONG : 0;
}

struct job {
    int (*reset)(int fd);
    int fd;
};

static void *run(void *userdata)
{
    struct job job = *(struct job *)userdata;

    free(userdata);
    (void)job.reset(job.fd); /* whether it helped is seen when the port is opened */
    close(job.fd);
    return NULL;
}

int usb_reset_start(const struct usb_reset_io *io, const char *node)
{
    struct job *job = malloc(sizeof(*job));
    pthread_t thread;
    int r;

    if (!job)
        return -ENOMEM;
    r = io->open(node);
    if (r < 0) {
        free(job);
        return r;
    }
    *job = (struct job){.reset = io->reset, .fd = r};
    r = pthread_create(&thread, NULL, run, job);
    if (r != 0) {
        close(job->fd);
        free(job);
        return -r;
    }
    pthread_detach(thread);
    return 0;
}
