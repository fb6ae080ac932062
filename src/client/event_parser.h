/*
 * Server-Sent Events (WHATWG HTML §9.2.6) from bytes as they come. One event holds at most
 * EVENT_PARSER_LINE bytes a line; a longer one ends the stream. Pure; nothing is allocated.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define EVENT_PARSER_LINE 8192

struct event_parser {
    char line[EVENT_PARSER_LINE];
    size_t n_line;
    char id[32], event[64]; /* of the event under way; `id` stays, as the standard says */
    char last_id[32];       /* of the last block that was whole, be it an event or not */
    char data[EVENT_PARSER_LINE];
    bool has_data;
};

/* An event is whole; texts are borrowed for the call. False: no more. */
typedef bool (*event_parser_ready)(
    void *userdata, const char *id, const char *event, const char *data);

/* Takes bytes. False: a line is too long, or `ready` said so. */
bool event_parser_take(struct event_parser *parser, const char *bytes, size_t n,
    event_parser_ready ready, void *userdata);
