/*
 * A technician's word that the system's clock is right although the database has seen a later time:
 * it was ahead then. Noted in the journal with who said so. On the loop's thread.
 */
#pragma once

#include "core/gateway.h"

/* With a refusal nothing was done. Borrowed for the time of the call. */
struct clock_accept_answer {
    const struct refusal *refusal;
    usec_t wall;     /* what the clock shows */
    unsigned n_void; /* codes that ended for it */
};
typedef void (*clock_accept_callback)(void *userdata, const struct clock_accept_answer *answer);

/* Takes no word for a clock that cannot be right. */
void gateway_accept_clock(struct gateway *gateway, const struct caller *caller,
    clock_accept_callback callback, void *userdata);
