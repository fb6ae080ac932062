/*
 * Language helpers that the whole tree uses: cleanup of locals, transfer of ownership, array sizes.
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* The structure of `type` whose `member` is at `ptr`. */
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* Reads a pointer and leaves NULL behind: ownership moves with the value. */
#define TAKE_PTR(p)                                                                                \
    __extension__({                                                                                \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

/* Reads a file descriptor and leaves -1 behind. */
#define TAKE_FD(fd)                                                                                \
    __extension__({                                                                                \
        int taken_ = (fd);                                                                         \
        (fd) = -1;                                                                                 \
        taken_;                                                                                    \
    })

#define _cleanup_(f) __attribute__((__cleanup__(f)))
#define _printf_(format, first) __attribute__((__format__(__printf__, format, first)))
#define _unused_ __attribute__((__unused__))

/* Defines `name##p` for `_cleanup_`, from a free function that takes NULL. */
#define DEFINE_CLEANUP(type, name)                                                                 \
    static inline void name##p(type *p)                                                            \
    {                                                                                              \
        if (*p)                                                                                    \
            name(*p);                                                                              \
    }                                                                                              \
    struct name##_needs_semicolon_

static inline void cleanup_freep(void *p)
{
    free(*(void **)p);
}

/* Texts that nobody is to find in freed memory. */
static inline void cleanup_wipep(char **text)
{
    if (*text)
        explicit_bzero(*text, strlen(*text));
    free(*text);
}

static inline void cleanup_closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

#define _cleanup_free_ _cleanup_(cleanup_freep)
#define _cleanup_wipe_ _cleanup_(cleanup_wipep)
#define _cleanup_close_ _cleanup_(cleanup_closep)
