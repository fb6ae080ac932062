#include "daemon/activation.h"

#include "util/macros.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

static int take_one(struct activation *activation, int fd, const char *name, char *ret_error)
{
    bool is_admin = strcmp(name, "admin") == 0;

    if (!is_admin && strcmp(name, "api") != 0) {
        snprintf(ret_error, ACTIVATION_ERROR_SIZE,
            "a socket was handed over under the name `%.64s`; expected FileDescriptorName=api or "
            "admin",
            name);
        return -EINVAL;
    }
    if (sd_is_socket_unix(fd, SOCK_STREAM, 1, NULL, 0) <= 0) {
        snprintf(ret_error, ACTIVATION_ERROR_SIZE, "what was handed over under the name `%s` is no "
            "listening UNIX stream socket; expected ListenStream= with a path", name);
        return -EINVAL;
    }
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        snprintf(ret_error, ACTIVATION_ERROR_SIZE, "socket `%s`: %s", name, strerror(errno));
        return -errno;
    }
    activation->sockets[activation->n].fd = fd;
    activation->sockets[activation->n++].is_admin = is_admin;
    return 0;
}

int activation_take(struct activation *ret, char ret_error[static ACTIVATION_ERROR_SIZE])
{
    char **names = NULL;
    int n = sd_listen_fds_with_names(true, &names);
    int r = n < 0 ? n : 0;

    *ret = (struct activation){.n = 0};
    if (r < 0)
        snprintf(ret_error, ACTIVATION_ERROR_SIZE, "LISTEN_FDS: %s", strerror(-r));
    if (n > ACTIVATION_SOCKETS_MAX) {
        snprintf(ret_error, ACTIVATION_ERROR_SIZE,
            "%d sockets were handed over; expected at most %d", n, ACTIVATION_SOCKETS_MAX);
        r = -EINVAL;
    }
    for (int i = 0; r == 0 && i < n; i++)
        r = take_one(ret, SD_LISTEN_FDS_START + i, names[i], ret_error);
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
    return r;
}

bool activation_has(const struct activation *activation, bool is_admin)
{
    for (unsigned i = 0; i < activation->n; i++)
        if (activation->sockets[i].is_admin == is_admin)
            return true;
    return false;
}
