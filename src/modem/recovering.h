/* What the rungs of the recovery ladder do, on entering `recovering`. */
#pragma once

#include "modem/lifecycle.h"

/* Takes the next step of the ladder, or leaves it to the conversation's own quarantine. */
void recovering_start(struct modem *modem, enum modem_event event);

/*
 * Something has been plugged in. Where the device was sent away, its port is opened now and not
 * when the rung's time is over; while the owner's program runs, when that has ended.
 */
void recovering_plugged(struct modem *modem);

/* Ends the owner's program if it still runs. */
void recovering_fini(struct modem *modem);
