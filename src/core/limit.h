/*
 * Sliding windows: "at most `max` in any `span`". A limit is a few of them, all of which must
 * allow. Written "3/10m 10/1d" in the configuration, or "off".
 */
#pragma once

#include "util/clock.h"

#define LIMIT_WINDOWS_MAX 6

struct limit_window {
    unsigned max;
    usec_t span;
};

struct limit {
    struct limit_window windows[LIMIT_WINDOWS_MAX];
    unsigned n_windows; /* 0: off */
};

/* Reads "1/30s 3/10m" or "off". -EINVAL: malformed; -E2BIG: more windows than fit. */
int limit_parse(struct limit *ret, const char *text);

/* The longest span that allows only one, 0 without such a window: the pause between two. */
usec_t limit_pause(const struct limit *limit);
