/* An answer, and its head as bytes (RFC 9112 §4). Pure. */
#pragma once

#include "util/strbuf.h"

struct http_answer {
    unsigned status;
    const char *content_type;
    const char *fields; /* further header lines, each with its CR LF; NULL: none */
    const char *body;
    size_t n_body;
};

/* How the end of the body is told. */
enum http_ending {
    HTTP_ENDING_LENGTH,
    HTTP_ENDING_CHUNKED,
    HTTP_ENDING_CLOSE, /* by the end of the connection */
};

struct http_manner {
    enum http_ending ending;
    bool is_1_0;
    bool keeps_alive;
    const char *date; /* of now, see http_date() */
};

#define HTTP_HEAD_SIZE 1024

/* Writes the head with its empty line; sb->overflow: it does not fit. */
void http_answer_head(
    const struct http_answer *answer, const struct http_manner *manner, struct strbuf *sb);

#define HTTP_DATE_SIZE 32

/*
 * "Sun, 06 Nov 1994 08:49:37 GMT" of seconds of Unix time (RFC 9110 §5.6.7), whatever the locale.
 */
void http_date(uint64_t seconds, char ret_text[static HTTP_DATE_SIZE]);
