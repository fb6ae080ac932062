/*
 * An operator's word that all is well: texts so far, to a block of numbers or of a client, do not
 * count as unanswered any more. No other limit can be reset; they pass with time.
 */
#pragma once

#include "core/gateway.h"

/* One of both. */
struct limit_reset {
    const char *to;     /* a number of the block */
    const char *client; /* of the configuration */
};

/* What was done, or with a refusal nothing. Borrowed for the time of the call. */
struct limit_reset_answer {
    const struct refusal *refusal;
    const char *scope;  /* "prefix" or "client" */
    const char *object; /* masked number, or name of the client */
};
typedef void (*limit_reset_callback)(void *userdata, const struct limit_reset_answer *answer);

void gateway_reset_conversion(struct gateway *gateway, const struct caller *caller,
    const struct limit_reset *reset, limit_reset_callback callback, void *userdata);
