/*
 * How often a time fell into which of some ranges, as Prometheus counts it. Plain data, no
 * allocation; whoever shares one between threads locks it.
 */
#pragma once

#include "util/clock.h"

#include <stdint.h>

#define HISTOGRAM_BUCKETS_MAX 12

/*
 * Upper bounds in rising order, in microseconds; what is beyond the last is counted in the total.
 */
struct histogram_scale {
    usec_t bounds[HISTOGRAM_BUCKETS_MAX];
    unsigned n;
};

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS_MAX]; /* up to each bound, and not up to the one before */
    uint64_t total;
    usec_t sum;
};

/* Counts one time. */
void histogram_observe(
    struct histogram *histogram, const struct histogram_scale *scale, usec_t value);

/* Mean of all, 0 without any. */
usec_t histogram_mean(const struct histogram *histogram);

/* The bound below which this share (0…100) of the times lies; USEC_INFINITY: beyond the last; 0:
 * none. */
usec_t histogram_percentile(
    const struct histogram *histogram, const struct histogram_scale *scale, unsigned percent);
