/* What the rungs of the recovery ladder do, on entering `recovering`. */
#pragma once

#include "modem/lifecycle.h"

/* Takes the next step of the ladder, or leaves it to the conversation's own quarantine. */
void recovering_start(struct modem *modem, enum modem_event event);

/* Ends the owner's program if it still runs. */
void recovering_fini(struct modem *modem);
