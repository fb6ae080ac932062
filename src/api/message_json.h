/* A text as the JSON object of the contract: what is the same wherever it is told of. */
#pragma once

#include "core/verification.h"

#include <jansson.h>

/*
 * A new object; NULL when memory is short. `position` in the queue and `eta_sec` from now, seconds;
 * each is left out where it is negative.
 */
json_t *message_to_json(const struct message *message, int position, int eta_sec);
