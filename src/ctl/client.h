/*
 * `smsotpctl client`: callers of the gateway, in its configuration. No daemon is asked: it reads
 * the file itself, when it is told to reload.
 */
#pragma once

#include <stdbool.h>

/* argv[0] is `client`. An exit status. */
int ctl_client(int argc, char **argv, bool json);
