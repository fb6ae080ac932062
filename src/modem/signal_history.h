/*
 * How strong the signal was of late: the last reading of each minute that had one. Plain data; a
 * minute without a reading has no sample.
 */
#pragma once

#include "util/clock.h"

#define SIGNAL_HISTORY_SAMPLES 60

struct signal_sample {
    usec_t at_wall;
    int dbm; /* 0: the modem could not tell */
};

struct signal_history {
    struct signal_sample samples[SIGNAL_HISTORY_SAMPLES];
    unsigned n, next; /* those that are there; place of the next one, which may be the oldest's */
};

/* A reading, at this time. */
void signal_history_note(struct signal_history *history, usec_t now_wall, int dbm);

/* The sample at a place, 0 being the oldest. NULL past the last. */
const struct signal_sample *signal_history_get(
    const struct signal_history *history, unsigned place);
