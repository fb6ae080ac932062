/*
 * A body in chunks (RFC 9112 §7.1), taken apart where it lies. Pure. Extensions and trailers are
 * read over; they are bounded, as sizes are.
 */
#pragma once

#include "http/head.h"

enum http_chunked_part {
    HTTP_CHUNKED_SIZE,      /* digits of a chunk's size */
    HTTP_CHUNKED_EXTENSION, /* the rest of that line */
    HTTP_CHUNKED_DATA,
    HTTP_CHUNKED_DATA_END, /* CR LF behind the data */
    HTTP_CHUNKED_TRAILER,  /* lines up to an empty one */
    HTTP_CHUNKED_DONE,
};

struct http_chunked {
    enum http_chunked_part part;
    uint64_t left;     /* of the chunk's data */
    unsigned n_digits; /* of its size, so far */
    unsigned n_line;   /* bytes of a line so far, without its end */
    unsigned n_idle;   /* bytes of extensions and trailers in all */
    bool after_cr;
};

/*
 * Decodes as much as there is of `n` bytes and moves the data to their front. *ret_taken: how many
 * bytes were used up, all of them unless the body ended; *ret_made: how many of data they gave.
 */
enum http_fault http_chunked_decode(struct http_chunked *chunked, char *bytes, size_t n,
    size_t *ret_taken, size_t *ret_made);
