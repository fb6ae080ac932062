/*
 * Identifiers: a prefix, then 26 characters of Crockford's base 32 that carry 48 bits of wall time
 * in milliseconds and 80 random bits. They sort by time of making, which keeps new rows side by
 * side in the database, and cannot be guessed.
 */
#pragma once

#include "util/clock.h"

#include <stdbool.h>

#define ID_PREFIX_VERIFICATION "vf_"
#define ID_PREFIX_MESSAGE "ms_"
#define ID_PREFIX_INBOUND "in_"
#define ID_SIZE (3 + 26 + 1)

/* A new identifier with one of the prefixes above. */
void id_make(const char *prefix, usec_t realtime_usec, char ret_id[static ID_SIZE]);

/* Whether a text has the form of an identifier with this prefix. */
bool id_is_valid(const char *prefix, const char *text);
