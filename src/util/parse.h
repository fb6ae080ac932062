/*
 * Text to numbers, strictly: a digit first, the whole input, a range. Errors are -EINVAL for what
 * is no number and -ERANGE for one outside the bounds; nothing is stored then.
 */
#pragma once

#include "util/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal number from `n` characters, within [min, max]. */
int parse_u64_n(const char *text, size_t n, uint64_t min, uint64_t max, uint64_t *ret);

/* Decimal number from a string, within [min, max]. */
int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret);

/* As parse_u64(), for `unsigned`. */
int parse_unsigned(const char *text, unsigned min, unsigned max, unsigned *ret);

/* "300", "90s", "5m", "1h", "30d", "500ms"; a bare number counts seconds. -ERANGE on overflow. */
int parse_duration(const char *text, usec_t *ret_usec);

/* "yes", "true", "on", "1" and "no", "false", "off", "0". */
int parse_bool(const char *text, bool *ret);
