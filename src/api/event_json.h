/*
 * An entry of the journal as JSON: as an event, and as an entry of the audit log, which is the
 * event with who did it and the chain's members. What somebody has damaged in the database is shown
 * escaped.
 */
#pragma once

#include "core/journal_table.h"

#include <jansson.h>

/* NULL: memory is short. */
json_t *event_to_json(const struct journal_row *row);
json_t *audit_entry_to_json(const struct journal_row *row);
