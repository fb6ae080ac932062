/*
 * For daemons on a bus of umockdev's (tests/integration/smsotp/usb.py), loaded before it: its
 * realpath(3) follows a node to the pty behind it, out of the testbed, and then shortens a path
 * that is shorter than what it takes away (0.17.16). Nodes of serial ports are no links here.
 */
#include <dlfcn.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *realpath(const char *restrict path, char *restrict resolved);
char *__realpath_chk(const char *path, char *resolved, size_t size);

char *realpath(const char *restrict path, char *restrict resolved)
{
    char *(*next)(const char *, char *);

    if (strncmp(path, "/dev/ttyUSB", strlen("/dev/ttyUSB")) == 0) {
        if (access(path, F_OK) < 0)
            return NULL;
        return resolved ? memcpy(resolved, path, strlen(path) + 1) : strdup(path);
    }
    *(void **)&next = dlsym(RTLD_NEXT, "realpath");
    return next(path, resolved);
}

char *__realpath_chk(const char *path, char *resolved, size_t size)
{
    (void)size;
    return realpath(path, resolved);
}
