#include "modem/port.h"

#include "loop/deferred.h"
#include "loop/fd_watch.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#define READ_SIZE 4096 /* what a terminal's buffer holds */

struct port {
    struct port_handle handle;
    const struct port_ops *ops;
    void *userdata;
    struct fd_watch *watch;   /* NULL: the device has ended */
    struct deferred tell_end;
    uint8_t waiting[PORT_WRITE_SIZE];
    size_t n_waiting;
};

static void on_tell_end(void *userdata)
{
    struct port *port = userdata;

    port->ops->gone(port->userdata);
}

/* A device that has hung up is readable for ever: the watch goes at once, the news follow. */
static void end(struct port *port)
{
    port->watch = fd_watch_free(port->watch);
    explicit_bzero(port->waiting, sizeof(port->waiting));
    port->n_waiting = 0;
    deferred_schedule(&port->tell_end);
}

/* Writes what the device takes now; what it took is wiped. Bytes written, or -ENODEV. */
static ssize_t write_some(struct port *port, const void *bytes, size_t n)
{
    ssize_t written = write(port->handle.fd, bytes, n);

    if (written >= 0)
        return written;
    if (errno == EAGAIN || errno == EINTR)
        return 0;
    end(port);
    return -ENODEV;
}

static void flush(struct port *port)
{
    ssize_t written = write_some(port, port->waiting, port->n_waiting);

    if (written <= 0)
        return;
    port->n_waiting -= (size_t)written;
    memmove(port->waiting, port->waiting + written, port->n_waiting);
    explicit_bzero(port->waiting + port->n_waiting, sizeof(port->waiting) - port->n_waiting);
    if (port->n_waiting == 0)
        (void)fd_watch_set_events(port->watch, FD_READABLE);
}

static void on_ready(void *userdata, unsigned ready)
{
    struct port *port = userdata;
    char bytes[READ_SIZE];
    ssize_t n;

    if (ready & FD_WRITABLE)
        flush(port);
    if (!(ready & FD_READABLE) || !port->watch)
        return;
    n = read(port->handle.fd, bytes, sizeof(bytes));
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        end(port);
        return;
    }
    port->ops->data(port->userdata, bytes, (size_t)n); /* may have freed the port */
}

int port_new(struct port **ret, struct loop *loop, struct port_handle *handle,
    const struct port_ops *ops, void *userdata)
{
    _cleanup_(port_freep) struct port *port = calloc(1, sizeof(*port));
    int r;

    if (!port)
        return -ENOMEM;
    port->handle = *handle;
    *handle = PORT_HANDLE_CLOSED;
    port->ops = ops;
    port->userdata = userdata;
    deferred_init(&port->tell_end, loop, on_tell_end, port);
    r = fd_watch_new(&port->watch, loop, port->handle.fd, FD_READABLE, on_ready, port);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(port);
    return 0;
}

struct port *port_free(struct port *port)
{
    if (!port)
        return NULL;
    deferred_fini(&port->tell_end);
    fd_watch_free(port->watch);
    port_handle_close(&port->handle);
    explicit_bzero(port->waiting, sizeof(port->waiting));
    free(port);
    return NULL;
}

int port_write(struct port *port, const void *bytes, size_t n)
{
    ssize_t written = 0;

    if (!port->watch)
        return -ENODEV;
    if (n > sizeof(port->waiting) - port->n_waiting)
        return -ENOBUFS;
    if (port->n_waiting == 0)
        written = write_some(port, bytes, n);
    if (written < 0)
        return -ENODEV;
    if ((size_t)written == n)
        return 0;
    memcpy(port->waiting + port->n_waiting, (const uint8_t *)bytes + written, n - (size_t)written);
    port->n_waiting += n - (size_t)written;
    return fd_watch_set_events(port->watch, FD_READABLE | FD_WRITABLE);
}
