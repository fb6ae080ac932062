/* How each command of smsotpctl is called: what `COMMAND --help` prints, and what a wrong call
 * gets. */
#pragma once

#include <stdbool.h>

/* Says on stderr how `command` ("request", "pdu decode") is called; returns CTL_EXIT_USAGE. */
int ctl_usage(const char *command);

/* The same on stdout, for somebody who asked. False: there is no such command. */
bool ctl_usage_print(const char *command);
