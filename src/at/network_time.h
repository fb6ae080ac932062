/*
 * The time of day as a modem tells it: +CCLK (TS 27.007 §8.15), +CTZE, +CTZEU and +CTZV (§8.41),
 * and what vendors make of the network's NITZ message (TS 22.042): *PSUTTZ, #NITZ, ^NWTIME and
 * +CIEV: nitz. Pure.
 */
#pragma once

#include "util/clock.h"

/*
 * 2025-01-01T00:00:00Z. A clock that nobody has set stands in 1970, 1980, 2000, 2004 or where else
 * its maker began to count: what lies before this is no time.
 */
#define AT_NETWORK_TIME_MIN (UINT64_C(1735689600) * USEC_PER_SEC)
#define AT_NETWORK_TIME_MAX (UINT64_C(4102444800) * USEC_PER_SEC) /* 2100-01-01T00:00:00Z */

/*
 * The moment that a line names, as wall time in whole seconds. -ENODATA: it names none (a zone
 * alone, a local time without its zone, +NITZ); -ERANGE: no date there is, or a clock that nobody
 * has set; -EINVAL: another line.
 */
int at_parse_network_time(const char *line, usec_t *ret_wall_usec);
