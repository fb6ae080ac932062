/*
 * An operator's word that all is well. `conversion`: texts so far, to a block of numbers or of a
 * client, do not count as unanswered any more. `streak`: the wrong codes of a number are forgiven,
 * as by a right one. `rollback`: the database was put back by the owner. No other limit can be
 * reset; they pass with time.
 */
#pragma once

#include "core/gateway.h"
#include "core/status.h"

struct limit_reset {
    enum limit_resettable limit;
    const char *to;     /* the number, or one of the block */
    const char *client; /* of the configuration, of `conversion` instead of `to` */
};

/* What was done, or with a refusal nothing. Borrowed for the time of the call. */
struct limit_reset_answer {
    const struct refusal *refusal;
    const char *scope;  /* "number", "prefix", "client" or "gateway" */
    const char *object; /* masked number, name of the client, or empty */
};
typedef void (*limit_reset_callback)(void *userdata, const struct limit_reset_answer *answer);

/* Answers through `callback`, once; `reset` is borrowed for the call. The journal tells of it. */
void gateway_reset_limit(struct gateway *gateway, const struct caller *caller,
    const struct limit_reset *reset, limit_reset_callback callback, void *userdata);
