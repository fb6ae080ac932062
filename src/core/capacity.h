/*
 * Whether the SIMs of the modems that are up may send, all together, what waits and one text more,
 * or how long that takes. Reads, changes nothing that counts. On the loop's thread. (dispatcher.h
 * declares what callers above ask.)
 */
#pragma once

#include "core/dispatcher_state.h"

/*
 * For so long an accepted text may wait for its SIM: as long as the shortest window, which spaces
 * texts out, and as a customer waits. What would take longer is refused instead.
 */
#define CAPACITY_PATIENCE_USEC USEC_PER_MINUTE

/*
 * How long until this text, about to be queued with a place reserved, may go: 0 is now,
 * USEC_INFINITY never, or no modem is up. NULL: the next code, if nothing else waited.
 */
usec_t capacity_wait(const struct dispatcher *dispatcher, const struct outgoing_text *text);
