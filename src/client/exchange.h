/*
 * One HTTP request over the daemon's UNIX socket and its answer, with a deadline. A connection of
 * its own for each: on one that is kept and has died, libcurl would send a POST a second time. Any
 * thread.
 */
#pragma once

#include "util/clock.h"
#include "util/macros.h"

#include <stdbool.h>
#include <stddef.h>

#define EXCHANGE_ERROR_SIZE 256

/* Everything is borrowed. */
struct exchange {
    const char *socket_path;
    const char *method;
    const char *route;          /* with its query */
    const char *body;           /* JSON, or NULL */
    const char *const *headers; /* "Name: value", up to NULL; or NULL */
    usec_t timeout_usec;        /* for all of it; USEC_INFINITY: none */
};

/* What came back. `body` is NUL-terminated and owned. */
struct reply {
    unsigned status; /* HTTP */
    char *body;
    size_t n_body;
};

/*
 * Sends a request and waits for its answer. 0 whatever the HTTP status is; -ENAMETOOLONG: the
 * socket's path is longer than one can be; -ENOTCONN: nobody listens, or not for us, so nothing was
 * sent; -ETIMEDOUT; -ENOMEM; -EIO: anything else. With an error a sentence in ret_error.
 */
int exchange_run(const struct exchange *exchange, struct reply *ret,
    char ret_error[static EXCHANGE_ERROR_SIZE]);

/* Frees what a reply holds. */
void reply_fini(struct reply *reply);

/* Who takes an answer that does not end. */
struct exchange_reader {
    /* Bytes of a 200, as they come. False: enough. */
    bool (*data)(void *userdata, const char *data, size_t n);
    /* About once a second, whatever comes. False: enough. */
    bool (*idle)(void *userdata);
    void *userdata;
    usec_t silence_usec; /* without a byte for so long, the peer is taken for gone */
};

/*
 * Reads an answer as it comes, until the peer or the reader ends it. 0: it has ended; -ETIMEDOUT:
 * nothing has come for too long; else as exchange_run(). A status other than 200 ends in `ret`,
 * with its body.
 */
int exchange_stream(const struct exchange *exchange, const struct exchange_reader *reader,
    struct reply *ret, char ret_error[static EXCHANGE_ERROR_SIZE]);
