/*
 * Sockets that systemd listens on and hands over (sd_listen_fds(3)), so that nobody who connects
 * during a restart is refused. Those that are not handed over the daemon makes itself.
 */
#pragma once

#include <stdbool.h>

#define ACTIVATION_SOCKETS_MAX 8
#define ACTIVATION_ERROR_SIZE 256

struct activation {
    struct {
        int fd;
        bool is_admin;
    } sockets[ACTIVATION_SOCKETS_MAX];
    unsigned n;
};

/*
 * Takes what was handed over under the names `api` and `admin`, which does not block then; the
 * environment says nothing of it any more. -EINVAL with a sentence for what is none of these, or no
 * listening UNIX stream socket; or errno.
 */
int activation_take(struct activation *ret, char ret_error[static ACTIVATION_ERROR_SIZE]);

/* Whether there is one of this kind. */
bool activation_has(const struct activation *activation, bool is_admin);
