/*
 * From the bytes of a connection to requests, one after the other, whatever the pieces they come
 * in. Pure but for memory: no descriptor, no clock. It holds no more than one request and what came
 * with it, within the bounds of smsotp/limits.h; a body that is a little too large is read over, so
 * that the connection can go on after the refusal. Nothing is held while nothing has come.
 */
#pragma once

#include "http/chunked.h"

struct http_request {
    char *bytes; /* owned; the rest points into it */
    size_t n_bytes;
    const char *method;
    const char *target; /* path and query */
    const char *fields; /* see http_field() */
    unsigned n_fields;
    const char *body; /* NULL: none, or more than SMSOTP_BODY_MAX */
    size_t n_body;    /* as it came, even where it was dropped */
    bool is_1_0;
    bool keeps_alive;
};

enum http_step {
    HTTP_STEP_MORE,     /* bytes are missing */
    HTTP_STEP_CONTINUE, /* the peer waits to hear that it may go on; then call again */
    HTTP_STEP_REQUEST,
    HTTP_STEP_FAULT, /* nothing of what follows can be understood */
};

struct http_reader {
    char *bytes;     /* owned; NULL while empty */
    size_t size;     /* allocated */
    size_t start, n; /* from the beginning of the request to the end of what has come */
    size_t n_head;   /* 0: the head is not whole yet */
    struct http_scan scan;
    struct http_head head;
    struct http_chunked chunked;
    size_t n_kept;   /* of the body, behind the head */
    size_t tail;     /* from here on, nothing has been looked at */
    uint64_t n_body; /* of the body, kept or not */
    bool may_wait;   /* the peer has not been told to go on */
};

/* Wipes and frees what is held, which may be a code or a number; the reader is empty then. Harmless
 * on zeroed memory. */
void http_reader_fini(struct http_reader *reader);

/* Where further bytes may be put, *ret_n of them, at least one. -ENOMEM. */
int http_reader_room(struct http_reader *reader, char **ret_place, size_t *ret_n);

/* Says that `n` bytes have been put there. */
void http_reader_add(struct http_reader *reader, size_t n);

/* What can be said of what has come: a request, which is the caller's; or a fault. */
enum http_step http_reader_next(
    struct http_reader *reader, struct http_request *ret, enum http_fault *ret_fault);

/* Whether a request has begun and is not whole. */
bool http_reader_is_in_request(const struct http_reader *reader);

/* Wipes and frees the bytes of a request. Harmless on zeroed memory. */
void http_request_fini(struct http_request *request);
