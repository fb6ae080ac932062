/* Commands of the control socket: a table name → handler. On the loop's thread. */
#pragma once

#include "sim/modem.h"

/*
 * Runs one line against the modems. The answer, heap memory that the caller frees, is one line of
 * JSON with its line break: {"ok":true,…} or {"error":"…"}. -ENOMEM.
 */
int control_command_run(struct modem *modems, size_t n_modems, const char *line, char **ret_answer);
