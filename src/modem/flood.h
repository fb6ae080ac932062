/*
 * How much of a kind is believed of a modem in a minute: one that has gone mad, or a spoilt line,
 * says the same thousands of times a second, and what each would bring about (a row, a line in the
 * log) would fill the disk. Plain data and pure; times are CLOCK_BOOTTIME.
 */
#pragma once

#include "util/clock.h"

#include <stdbool.h>

struct flood {
    usec_t since; /* of the minute that is counted */
    unsigned n;   /* in it */
};

enum flood_verdict {
    FLOOD_PASS,
    FLOOD_BEGINS, /* the first that is too many, to be told of */
    FLOOD_GOES_ON,
};

/* Counts one of which at most `max` pass in a minute. */
enum flood_verdict flood_take(struct flood *flood, unsigned max, usec_t now);
