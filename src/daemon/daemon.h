/*
 * The daemon as a whole: brings everything up in one order, runs, takes it down in the reverse. An
 * absent modem is a state, not a reason to leave.
 */
#pragma once

#include "daemon/options.h"

/*
 * Runs until it is told to stop. Answers an exit status of exit_status.h; what is wrong is logged.
 */
int daemon_run(const struct options *options);

/* Checks configuration, key and devices, says what it found, and answers an exit status. */
int daemon_check(const struct options *options);
