/*
 * The head of an HTTP/1.1 request as bytes (RFC 9112): where it ends, what it says, how a body is
 * framed behind it. Pure. Strict wherever two readers of the same bytes could disagree, since a
 * proxy may stand before us: lines end in CRLF, none is folded, there is one length or one coding,
 * and a field that says one thing is there once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(CONSTANT, "sentence"): what makes a request unreadable. */
#define HTTP_FAULT_LIST(X)                                                                         \
    X(HTTP_FAULT_NONE, "")                                                                         \
    X(HTTP_FAULT_LINE_END, "A line of the head does not end in CR LF")                             \
    X(HTTP_FAULT_REQUEST_LINE, "The first line must be `METHOD /path HTTP/1.1`")                   \
    X(HTTP_FAULT_VERSION, "Only HTTP/1.1 and HTTP/1.0 are spoken here")                            \
    X(HTTP_FAULT_FIELD, "A header must be `Name: value`, printable, in one line")                  \
    X(HTTP_FAULT_REPEATED, "A header that takes one value is there twice")                         \
    X(HTTP_FAULT_HOST, "A request of HTTP/1.1 has a header Host, be it empty")                     \
    X(HTTP_FAULT_LENGTH, "Content-Length must be one number, and not beside Transfer-Encoding")    \
    X(HTTP_FAULT_CODING, "The only Transfer-Encoding here is `chunked`, in HTTP/1.1")              \
    X(HTTP_FAULT_CHUNK, "The chunked body is malformed")                                           \
    X(HTTP_FAULT_EXPECTATION, "The only Expect here is `100-continue`")                            \
    X(HTTP_FAULT_TARGET_TOO_LONG, "The path is too long")                                          \
    X(HTTP_FAULT_HEAD_TOO_LARGE, "The headers are too large")                                      \
    X(HTTP_FAULT_BODY_TOO_LARGE, "The body is too large")                                          \
    X(HTTP_FAULT_TOO_SLOW, "The request did not arrive whole in time")                             \
    X(HTTP_FAULT_CROWDED, "All connections that there may be are at work")                         \
    X(HTTP_FAULT_NO_MEMORY, "Out of memory")

#define HTTP_FAULT_CONSTANT_(constant, text) constant,
enum http_fault { HTTP_FAULT_LIST(HTTP_FAULT_CONSTANT_) };

/* The sentence that tells somebody what was expected. */
const char *http_fault_text(enum http_fault fault);

enum http_framing {
    HTTP_FRAMING_NONE,
    HTTP_FRAMING_SIZED,
    HTTP_FRAMING_CHUNKED,
};

/* Places count from the first byte of the head, and what stands there ends in NUL. */
struct http_head {
    size_t target; /* path and query; the method is at 0 */
    size_t fields; /* name NUL value NUL, n_fields times */
    unsigned n_fields;
    enum http_framing framing;
    uint64_t length; /* HTTP_FRAMING_SIZED */
    bool is_1_0;
    bool keeps_alive;
    bool expects_continue;
};

/* How far a head that is still coming in has been looked at; zeroed at its beginning. */
struct http_scan {
    size_t line; /* where the line begins that has no end yet */
    size_t next; /* the first byte not looked at */
};

/*
 * Looks for the empty line that ends a head, in `n` bytes from its beginning. *ret_n: the size of
 * the head with that line, 0 while it is not there. Each byte is looked at once, however it comes.
 */
enum http_fault http_head_scan(
    struct http_scan *scan, const char *bytes, size_t n, size_t *ret_n);

/* Reads a whole head of `n` bytes, and cuts it into strings where it lies. */
enum http_fault http_head_parse(char *bytes, size_t n, struct http_head *ret);

/* The value of a field, whatever the case of its name, or NULL. `fields`: as the head has them. */
const char *http_field(const char *fields, unsigned n_fields, const char *name);
