/*
 * A script that takes the place of the first modem's own answers, line by line, so that a trouble
 * seen in the field can be played again. docs/MODEMS.md has the language. What no `expect` waits
 * for is answered by the simulated modem as ever; behind its last line the script is no more. On
 * the loop's thread.
 */
#pragma once

#include "loop/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct modem;
struct scenario;

/*
 * Reads the text of a script. -EINVAL: `ret_error` says in which line and what was expected;
 * -ENOMEM.
 */
int scenario_new(struct scenario **ret, const char *text, char *ret_error, size_t error_size);

/* Takes NULL; returns NULL. */
struct scenario *scenario_free(struct scenario *scenario);
DEFINE_CLEANUP(struct scenario *, scenario_free);

/* Begins, with this modem; it must outlive the script. */
void scenario_start(struct scenario *scenario, struct loop *loop, struct modem *modem);

/* A command line has come. True: the script has taken it, the modem must not answer. */
bool scenario_take_line(struct scenario *scenario, const char *line, size_t n);

/* A text has come at the script's own prompt, up to its Ctrl-Z. */
void scenario_take_text(struct scenario *scenario);

/* Whether every line has been played; of NULL, too. */
bool scenario_is_done(const struct scenario *scenario);
