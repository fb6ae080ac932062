/*
 * HTTP over the daemon's UNIX socket, for programs: one connection that is kept, one request at a
 * time, each with a deadline. libcurl below. One thread per connection.
 */
#pragma once

#include "util/clock.h"
#include "util/macros.h"

#include <stddef.h>

struct connection;

/* What came back. `body` is NUL-terminated and owned. */
struct reply {
    unsigned status; /* HTTP */
    char *body;
    size_t n_body;
};

/* What connection_call() could not do, for people. */
#define CONNECTION_ERROR_SIZE 256

/*
 * A connection to the socket at `path` (copied), made at the first call. -ENOMEM; -ENAMETOOLONG: the
 * path is longer than a socket's can be.
 */
int connection_new(struct connection **ret, const char *path);

/* Takes NULL; returns NULL. */
struct connection *connection_free(struct connection *connection);
DEFINE_CLEANUP(struct connection *, connection_free);

/* A header for every request from now on, "Name: value". -ENOMEM. */
int connection_add_header(struct connection *connection, const char *header);

/*
 * Sends a request and waits for its answer. `body` is JSON, or NULL. 0 whatever the HTTP status is;
 * -ENOTCONN: nobody listens, or not for us; -ETIMEDOUT; -ENOMEM; -EIO: anything else. With an error
 * a sentence in ret_error.
 */
int connection_call(struct connection *connection, const char *method, const char *route,
    const char *body, usec_t timeout_usec, struct reply *ret,
    char ret_error[static CONNECTION_ERROR_SIZE]);

/* Frees what a reply holds. */
void reply_fini(struct reply *reply);
