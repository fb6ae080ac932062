/*
 * When texts that wait will have been sent: each in its turn is given to the modem that may have it
 * first, and takes the time that this modem took of late. Pure.
 */
#pragma once

#include "smsotp/limits.h"
#include "util/clock.h"

struct forecast {
    struct {
        usec_t free_in; /* from now */
        usec_t takes;   /* for one part */
    } modems[SMSOTP_MODEMS_MAX];
    unsigned n_modems;
};

/* The arrays are by the places of modems, in the order in which they were added; NULL: all 0. */
struct forecast_text {
    unsigned n_parts;
    usec_t latest;              /* from now: not sent if it would go later */
    const usec_t *waits;        /* from now, until the modem may have it; USEC_INFINITY: never */
    const unsigned *affinities; /* of modems that may have it at once, who is to; more is better */
};

/*
 * Adds a modem, SMSOTP_MODEMS_MAX at most, that has something else to do for so long yet;
 * USEC_INFINITY: it takes no text.
 */
void forecast_add_modem(struct forecast *forecast, usec_t busy, usec_t takes);

/*
 * How long from now until the next text has gone; USEC_INFINITY without a modem. One that would go
 * later than its `latest` is not sent, and so takes no time from those behind it.
 */
usec_t forecast_next(struct forecast *forecast, const struct forecast_text *text);
