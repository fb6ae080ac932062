/*
 * AT commands: tables command → handler, each kind in a file of its own, searched in turn. A table
 * row also says what the SIM must be ready for, what AT+X=? answers, and which setting a plain
 * numeric command reads and writes. On the loop's thread.
 */
#pragma once

#include "sim/modem.h"

#include <stdint.h>

#define COMMAND_NEEDS_SIM 0x01U /* +CME ERROR: 11 while the SIM is locked */
#define COMMAND_NEEDS_SMS 0x02U /* +CMS ERROR: 311 then; waits for the message service, too */
#define COMMAND_EARLY 0x04U     /* refused with ERROR by some until that works */
#define COMMAND_TRIES 0x08U     /* tells the PIN tries left; a modem can be told not to know it */

/* Handles one command, except AT_TEST where the row has an answer. Adds its information text. */
typedef struct result (*command_handler)(struct modem *modem, const struct at_command *command);

struct command_row {
    const char *name;
    command_handler handler; /* NULL: the setting below, or always OK */
    const char *test;        /* what stands behind `+X: ` in the answer to AT+X=? */
    unsigned flags;
    unsigned only;    /* PERSONA_ bits; 0: all */
    uint16_t setting; /* offset in struct settings, with `has_setting` */
    bool has_setting;
    unsigned max; /* of the setting */
};

/* A row for a numeric setting: AT+X=0…max, AT+X?, AT+X=?, and ATX0 for a basic one. */
#define COMMAND_SETTING(command, member, highest, test_answer)                                     \
    {                                                                                              \
        .name = (command), .test = (test_answer), .setting = offsetof(struct settings, member),    \
        .has_setting = true, .max = (highest)                                                      \
    }

struct command_table {
    const struct command_row *rows;
    size_t n_rows;
};

extern const struct command_table commands_general; /* V.250, identity, power */
extern const struct command_table commands_clock;   /* clock, the network's time */
extern const struct command_table commands_card;    /* SIM, PIN */
extern const struct command_table commands_network; /* registration, signal, operator, USSD */
extern const struct command_table commands_sms;     /* message settings and memories */
extern const struct command_table commands_message; /* sending */
extern const struct command_table commands_memory;  /* listing, reading, deleting */

/* Runs the command part of a line up to the first that fails. */
struct result commands_run(struct modem *modem, const char *body, size_t n);

/* Tells the network's time unasked, in the way this make does, to those who want it. */
void commands_tell_time(struct modem *modem);

/* AT+CLAC: the names of all commands this modem knows. A handler like the others. */
struct result commands_list(struct modem *modem, const struct at_command *command);

/* What an unusable parameter gets. */
#define BAD_PARAMETER CME(50)
