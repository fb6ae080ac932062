/*
 * The whole simulator: loop, handset, modems, control socket, put up in that order and taken down
 * in reverse.
 */
#pragma once

#include "sim/options.h"

/* Runs until SIGTERM or SIGINT. 0, or a negative errno that has been told on standard error. */
int sim_run(const struct options *options);
