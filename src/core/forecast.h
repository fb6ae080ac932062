/*
 * When texts that wait will have been sent: each in its turn is given to the modem that becomes free
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

/* Adds a modem, SMSOTP_MODEMS_MAX at most, that has something else to do for so long yet. */
void forecast_add_modem(struct forecast *forecast, usec_t busy, usec_t takes);

/*
 * How long from now until the next text, of so many parts, has gone; USEC_INFINITY without a modem.
 * One that would go later than `latest` is not sent, and so takes no time from those behind it.
 */
usec_t forecast_next(struct forecast *forecast, unsigned n_parts, usec_t latest);
