/* A verification as the JSON object of the contract. */
#pragma once

#include "core/verification.h"

#include <jansson.h>

/* A new object; NULL when memory is short. */
json_t *verification_to_json(const struct verification_view *view);

/* Adds the receipt to an object, if there is one. */
void verification_put_receipt(json_t *json, const struct verification *verification);
