/* The command line of smsotpd. */
#pragma once

#include "util/log.h"

#include <stdbool.h>

struct options {
    const char *config_path; /* all borrowed from argv */
    const char *state_dir;
    const char *runtime_dir;
    enum log_level log_level;
    bool check_config;
};

/*
 * Reads argv. 0: go on; 1: answered (--help, --version), leave with success; -EINVAL: a message has
 * been written to stderr.
 */
int options_parse(struct options *ret, int argc, char **argv);
