/*
 * Bounded reading of bytes from outside. Every access is checked; a refused read moves nothing.
 */
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
    const uint8_t *data; /* next byte, borrowed */
    size_t left;         /* bytes from there on */
};

static inline struct cursor cursor_on(const void *data, size_t n)
{
    return (struct cursor){.data = data, .left = n};
}

/* Takes one byte; -ENODATA at the end. */
static inline int cursor_u8(struct cursor *c, uint8_t *ret)
{
    if (c->left < 1)
        return -ENODATA;
    *ret = *c->data;
    c->data++;
    c->left--;
    return 0;
}

/* Takes `n` bytes, borrowed from the buffer; -ENODATA when fewer are left. */
static inline int cursor_take(struct cursor *c, size_t n, const uint8_t **ret)
{
    if (c->left < n)
        return -ENODATA;
    *ret = c->data;
    c->data += n;
    c->left -= n;
    return 0;
}
