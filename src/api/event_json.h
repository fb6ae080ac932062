/* An entry of the journal as JSON: as an event. */
#pragma once

#include "core/journal_table.h"

#include <jansson.h>

/* NULL: memory is short. */
json_t *event_to_json(const struct journal_row *row);
