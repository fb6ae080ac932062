#include "client/event_parser.h"

#include <stdio.h>
#include <string.h>

static void set_field(char *field, size_t size, const char *value)
{
    snprintf(field, size, "%s", value);
}

/* `name: value`; one space behind the colon belongs to it. */
static void take_field(struct event_parser *parser)
{
    char *value = strchr(parser->line, ':');

    if (value == parser->line)
        return; /* a remark, which keeps the connection alive */
    if (value) {
        *value++ = '\0';
        value += *value == ' ';
    } else {
        value = parser->line + parser->n_line;
    }
    if (strcmp(parser->line, "id") == 0)
        set_field(parser->id, sizeof(parser->id), value);
    else if (strcmp(parser->line, "event") == 0)
        set_field(parser->event, sizeof(parser->event), value);
    else if (strcmp(parser->line, "data") == 0) {
        set_field(parser->data, sizeof(parser->data), value); /* ours are of one line */
        parser->has_data = true;
    }
}

static bool end_line(struct event_parser *parser, event_parser_ready ready, void *userdata)
{
    bool goes_on = true;

    if (parser->n_line > 0 && parser->line[parser->n_line - 1] == '\r')
        parser->n_line--;
    parser->line[parser->n_line] = '\0';
    if (parser->n_line > 0) {
        take_field(parser);
    } else {
        set_field(parser->last_id, sizeof(parser->last_id), parser->id);
        if (parser->has_data)
            goes_on = ready(userdata, parser->id,
                parser->event[0] ? parser->event : "message", parser->data);
        parser->event[0] = '\0';
        parser->has_data = false;
    }
    parser->n_line = 0;
    return goes_on;
}

bool event_parser_take(struct event_parser *parser, const char *bytes, size_t n,
    event_parser_ready ready, void *userdata)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n') {
            if (!end_line(parser, ready, userdata))
                return false;
        } else if (parser->n_line == sizeof(parser->line) - 1) {
            return false;
        } else {
            parser->line[parser->n_line++] = bytes[i];
        }
    }
    return true;
}
