/* Times as the API writes them: RFC 3339 in UTC. */
#pragma once

#include "util/clock.h"

#include <jansson.h>

/* Microseconds of Unix time; to be owned. NULL: out of memory. */
json_t *time_to_json(usec_t wall);

/* Likewise; null for 0, which is no time. */
json_t *time_or_null(usec_t wall);
