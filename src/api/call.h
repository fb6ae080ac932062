/*
 * One HTTP request and its answer. Made by the server, given to the route's handler, freed by the
 * answer: each call is answered exactly once, at once or later, whether or not the peer is still
 * there. On the loop's thread.
 */
#pragma once

#include "core/gateway.h"

#include <jansson.h>

struct evhttp_request;

#define CALL_SEGMENTS_MAX 5

struct call {
    struct gateway *gateway;
    struct evhttp_request *request; /* evhttp's; handed back by the answer */
    struct caller caller;
    const char *method; /* "GET", … */
    char *path;         /* cut at its slashes; owned */
    const char *segments[CALL_SEGMENTS_MAX]; /* of `path`, decoded */
    unsigned n_segments;
    json_t *body; /* of a request that has one; owned */
    uint8_t body_digest[BODY_DIGEST_SIZE];
};

/* Wraps a request. Takes nothing over on failure: -ENOMEM. */
int call_new(struct call **ret, struct gateway *gateway, struct evhttp_request *request);

/* A header of the request, or NULL. Borrowed. */
const char *call_header(const struct call *call, const char *name);

/* A parameter of the query, decoded, to be freed; NULL: not there. */
char *call_query(const struct call *call, const char *name);

/* The body as it came. Borrowed; not terminated. */
const char *call_body_bytes(const struct call *call, size_t *ret_n);

/* Sets a header of the answer. */
void call_add_header(struct call *call, const char *name, const char *value);

/* Answers JSON with this status; takes over `json` (NULL: out of memory) and the call. */
void call_answer(struct call *call, unsigned status, json_t *json);

/* Answers text of another type; takes over the call. */
void call_answer_text(struct call *call, unsigned status, const char *content_type, const char *text);

/* Answers application/problem+json (RFC 9457); takes over the call. */
void call_refuse(struct call *call, const struct refusal *refusal);
