/*
 * A listening UNIX socket at a path. A socket file that nobody serves any more is replaced; one
 * that another process serves, or anything that is no socket, is left alone.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#define UNIX_LISTENER_ERROR_SIZE 256

/* Whom the file system lets connect: those who may write. */
struct unix_access {
    mode_t mode;
    bool has_gid; /* else it is the process's own group */
    gid_t gid;
};

/* Whether a path can be a socket's at all: -ENAMETOOLONG with a sentence. */
int unix_listener_check(const char *path, char ret_error[static UNIX_LISTENER_ERROR_SIZE]);

/*
 * Binds and listens; the descriptor is the caller's, who unlinks the path at the end.
 * -ENAMETOOLONG: longer than sun_path allows (107 bytes); -EADDRINUSE: served by somebody else;
 * -EEXIST: the path is something else; or errno. With each a sentence for the person who starts the
 * daemon.
 */
int unix_listener_open(const char *path, const struct unix_access *access,
    char ret_error[static UNIX_LISTENER_ERROR_SIZE]);
