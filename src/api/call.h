/*
 * One HTTP request and its answer. Made by the server, given to the route's handler, freed by the
 * answer: each call is answered exactly once, at once or later, whether or not the peer is still
 * there. On the loop's thread.
 */
#pragma once

#include "api/traffic.h"
#include "core/gateway.h"
#include "http/reader.h"
#include "util/strbuf.h"

#include <jansson.h>

struct http_connection;
struct listener;

#define CALL_SEGMENTS_MAX 5
#define CALL_FIELDS_SIZE 1024

struct call {
    struct gateway *gateway;
    struct http_connection *connection; /* answers; its own owner */
    struct http_request request;        /* owned; its target is cut for what follows */
    struct caller caller;
    const struct listener *listener; /* the server's, by which it came; outlives it */
    struct traffic *traffic; /* where the answer is counted; borrowed, NULL: nowhere */
    const char *route; /* its pattern, static; NULL: none, or not known yet */
    const char *method; /* "GET", …; HEAD is a GET whose answer is sent without its body */
    const char *segments[CALL_SEGMENTS_MAX]; /* of the path, decoded */
    unsigned n_segments;
    const char *query; /* as it came; empty: none */
    json_t *body;      /* of a request that has one; owned */
    char fields_text[CALL_FIELDS_SIZE];
    struct strbuf fields; /* headers of the answer */
    void (*gone)(void *userdata); /* of a stream */
    void *gone_userdata;
};

/* Wraps a request; takes its bytes over, but on failure: -ENOMEM. */
int call_new(struct call **ret, struct gateway *gateway, struct http_connection *connection,
    struct http_request *request);

/* A header of the request, or NULL. Borrowed. */
const char *call_header(const struct call *call, const char *name);

/* Whether the whole query can be decoded; false: refused, by the name of what cannot. */
bool call_check_query(const struct call *call, struct refusal *ret);

/* A parameter of the query, decoded, to be freed; NULL: not there. */
char *call_query(const struct call *call, const char *name);

/* The parameter `reference` to look for, likewise; NULL: refused. */
char *call_reference(const struct call *call, struct refusal *ret);

/* The body as it came. Borrowed; not terminated. NULL: none, or one that is too large. */
const char *call_body_bytes(const struct call *call, size_t *ret_n);

/* Sets a header of the answer; the value has no control characters. */
void call_add_header(struct call *call, const char *name, const char *value);

/* Answers JSON with this status; takes over `json` (NULL: out of memory) and the call. */
void call_answer(struct call *call, unsigned status, json_t *json);

/* Answers text of another type; takes over the call. */
void call_answer_text(
    struct call *call, unsigned status, const char *content_type, const char *text);

/* Answers application/problem+json (RFC 9457); takes over the call. */
void call_refuse(struct call *call, const struct refusal *refusal);

/* As call_refuse(), to a request that no call could be made of. */
void call_refuse_unread(struct http_connection *connection, const struct refusal *refusal);

/*
 * Answers 200 with text that goes on, until call_stream_end() or until the peer leaves, which
 * `gone` tells; the call is freed after it. False: the peer had left (or asked for the head alone);
 * the call is freed then, and `gone` is not called.
 */
bool call_stream(struct call *call, const char *content_type, void (*gone)(void *userdata),
    void *userdata);

/*
 * Sends a part of it. -EPIPE: the peer has gone; -ENOBUFS: more than SMSOTP_STREAM_BACKLOG_MAX
 * bytes would wait for it, and it was left. The call is freed then, and `gone` is not called.
 */
int call_stream_send(struct call *call, const char *bytes, size_t n);

/* Ends it; takes over the call. */
void call_stream_end(struct call *call);
