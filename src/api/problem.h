/* A refusal as the JSON object of RFC 9457, with `code` and what goes with it. */
#pragma once

#include "core/refusal.h"

#include <jansson.h>

/* A new object; NULL when memory is short. */
json_t *problem_to_json(const struct refusal *refusal);
