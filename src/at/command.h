/*
 * The one place that makes command lines. An argument that could end the command and begin another
 * is refused: control characters anywhere, quotes inside strings. Pure. Errors stick: check once,
 * at at_encode_end().
 *
 *     struct at_command command;
 *     at_encode_begin(&command, "+CPMS=");
 *     at_encode_string(&command, "SM");
 *     r = at_encode_end(&command);
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The longest command in use is +CUSD with 64 characters as UCS-2 in hex. */
#define AT_COMMAND_SIZE 288

struct at_command {
    char text[AT_COMMAND_SIZE]; /* "AT+CPMS=\"SM\"\r", terminated */
    size_t n;
    bool has_argument;
    int error; /* the first, negative errno */
};

/* Begins with "AT" and `name`, which ends in `=` where arguments follow. */
void at_encode_begin(struct at_command *command, const char *name);

/* Adds a decimal argument. */
void at_encode_number(struct at_command *command, unsigned value);

/*
 * Adds a quoted argument: printable ASCII without quotes and backslashes, else -EINVAL at the end.
 */
void at_encode_string(struct at_command *command, const char *text);

/* Adds the carriage return. 0, -EINVAL (refused characters), -ENOBUFS (too long). */
int at_encode_end(struct at_command *command);

/* A command without arguments from outside: at_encode_begin() and at_encode_end() in one. */
int at_encode_plain(struct at_command *command, const char *name);
