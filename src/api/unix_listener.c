#include "api/unix_listener.h"

#include "util/macros.h"

#include <stdbool.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG SOMAXCONN /* a client that does not block gets EAGAIN when it is full */

static int fail(char ret_error[static UNIX_LISTENER_ERROR_SIZE], const char *path, int error,
    const char *what)
{
    snprintf(ret_error, UNIX_LISTENER_ERROR_SIZE, "socket %.100s%s: %s", path,
        strlen(path) > 100 ? "…" : "", what);
    return error;
}

static int make_address(const char *path, struct sockaddr_un *ret)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(ret->sun_path))
        return -ENAMETOOLONG;
    memcpy(ret->sun_path, path, strlen(path) + 1);
    return 0;
}

int unix_listener_check(const char *path, char ret_error[static UNIX_LISTENER_ERROR_SIZE])
{
    struct sockaddr_un address;

    if (make_address(path, &address) == 0)
        return 0;
    return fail(ret_error, path, -ENAMETOOLONG,
        "the path is too long; a socket's path has at most 107 bytes");
}

/* Whether somebody accepts connections there. */
static bool is_served(const struct sockaddr_un *address)
{
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    return fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
                          errno == EAGAIN);
}

/* Makes room for a new socket: removes a dead one. */
static int clear_path(const struct sockaddr_un *address, char *ret_error)
{
    const char *path = address->sun_path;
    struct stat st;

    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : fail(ret_error, path, -errno, strerror(errno));
    if (!S_ISSOCK(st.st_mode))
        return fail(ret_error, path, -EEXIST,
            "there is something else than a socket at this path; remove it or set another path");
    if (is_served(address))
        return fail(ret_error, path, -EADDRINUSE,
            "another process serves this socket; stop it or set another path");
    if (unlink(path) < 0 && errno != ENOENT)
        return fail(ret_error, path, -errno, strerror(errno));
    return 0;
}

/*
 * Before anybody can connect. The group first: a mode that lets it in would let the wrong one in.
 */
static int restrict_access(const char *path, const struct unix_access *access, char *ret_error)
{
    if (access->has_gid && chown(path, (uid_t)-1, access->gid) < 0)
        return fail(ret_error, path, -errno, errno == EPERM
            ? "its group cannot be set; the gateway's user has to be a member of the group"
            : strerror(errno));
    return chmod(path, access->mode) < 0 ? fail(ret_error, path, -errno, strerror(errno)) : 0;
}

int unix_listener_open(const char *path, const struct unix_access *access,
    char ret_error[static UNIX_LISTENER_ERROR_SIZE])
{
    struct sockaddr_un address;
    _cleanup_close_ int fd = -1;
    int r;

    r = unix_listener_check(path, ret_error);
    if (r < 0)
        return r;
    (void)make_address(path, &address);
    r = clear_path(&address, ret_error);
    if (r < 0)
        return r;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        return fail(ret_error, path, -errno, strerror(errno));
    r = restrict_access(path, access, ret_error);
    if (r == 0 && listen(fd, BACKLOG) < 0)
        r = fail(ret_error, path, -errno, strerror(errno));
    if (r < 0) {
        unlink(path);
        return r;
    }
    return TAKE_FD(fd);
}
