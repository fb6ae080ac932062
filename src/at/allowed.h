/*
 * The commands that a technician may send by hand: questions whose answers hold neither texts nor
 * anybody's numbers, and which change nothing. A list of what is allowed, since vendors add
 * commands that nobody here has seen. Pure.
 */
#pragma once

#include "at/command.h"

/* Completes "expected …". */
#define AT_ALLOWED_EXPECTED                                                                        \
    "a question about modem, SIM or network, like AT+CSQ, AT+CREG? or AT+CPMS=?; what sends, "     \
    "reads or deletes texts, dials, unlocks or sets anything is not sent (docs/MODEMS.md)"

#define AT_ALLOWED_PREFIX_SIZE 32

/*
 * Makes the command of what was typed, with or without AT, in upper or lower case, and the
 * beginning of the lines that answer it. -EPERM: it is not in the list.
 */
int at_allowed_command(const char *typed, struct at_command *ret_command,
    char ret_prefix[static AT_ALLOWED_PREFIX_SIZE]);

/* Row `index` of the list, as a manual shows it: `+CSQ`, `+CREG?`; NULL behind the last. */
const char *at_allowed_at(unsigned index);
