/*
 * Command lines as ITU-T V.250 §5 and 3GPP TS 27.007 §4 write them, cut into commands. Pure: the
 * results borrow from the line.
 */
#pragma once

#include "util/enum.h"

#include <stdbool.h>
#include <stddef.h>

#define AT_NAME_SIZE 20
#define AT_MAX_COMMANDS 40

#define AT_OP_LIST(X)                                                                              \
    X(AT_EXEC, "exec") /* AT+X, ATZ, ATE0 */                                                       \
    X(AT_SET, "set")   /* AT+X=… */                                                              \
    X(AT_READ, "read") /* AT+X? */                                                                 \
    X(AT_TEST, "test") /* AT+X=? */
ENUM_DECLARE(at_op, AT_OP_LIST);

struct at_command {
    char name[AT_NAME_SIZE]; /* upper case: "+CMGF", "E", "&F", "S3" */
    enum at_op op;
    const char *args; /* borrowed, not terminated */
    size_t n_args;
};

/*
 * Finds the command part of a line, behind its first `AT`; NULL when there is none. A DCE hunts for
 * the prefix, so anything before it is passed over (V.250 §5.2.1).
 */
const char *at_find_body(const char *line, size_t n, size_t *ret_n_body);

/*
 * Cuts the command part into at most AT_MAX_COMMANDS. -EBADMSG where it is no command line; the
 * commands in front of that place are then in `ret_commands`, and run as V.250 §5.4 has it.
 */
int at_parse(const char *body, size_t n, struct at_command ret_commands[static AT_MAX_COMMANDS],
    size_t *ret_n_commands);

/* The parameters of a command, taken one by one. */
struct at_args {
    const char *text;
    size_t left;
    bool more; /* another parameter, perhaps an empty one, follows */
};

/* Starts at the first parameter. */
struct at_args at_args_of(const struct at_command *command);

/*
 * Takes a number, `fallback` for an omitted one, within [0, max]. -EINVAL for anything else.
 */
int at_args_number(struct at_args *args, unsigned fallback, unsigned max, unsigned *ret);

/*
 * Takes a string with or without quotes, empty for an omitted one. -EINVAL: open quote, or too
 * long. `\22` and such (TS 27.007 §5.4.2.2) stand for themselves.
 */
int at_args_string(struct at_args *args, char *ret_text, size_t size);

/* Whether all were taken. */
bool at_args_done(const struct at_args *args);
