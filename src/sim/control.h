/*
 * The control socket: a UNIX stream socket on which tests and trainers switch faults while the
 * simulator runs. A line is a command, each gets one line of JSON. On the loop's thread.
 */
#pragma once

#include "sim/modem.h"

struct control;

/* Listens at `path`, replacing a socket left over; `modems` are borrowed. Errno of bind(2). */
int control_new(struct control **ret, struct loop *loop, const char *path, struct modem *modems,
    size_t n_modems);

/* Closes all connections, removes the socket. Takes NULL; returns NULL. */
struct control *control_free(struct control *control);
DEFINE_CLEANUP(struct control *, control_free);
