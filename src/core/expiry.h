/*
 * Housekeeping by the clock: ends pending verifications when their time is over, forgets what is
 * older than the retention says, in small batches so that nobody waits for it. Sleeps until the
 * next deadline. On the loop's thread; the work is done on the store's.
 */
#pragma once

#include "core/environment.h"
#include "core/outbox.h"

struct expiry;

/* Not started. -ENOMEM. */
int expiry_new(struct expiry **ret, const struct environment *env, struct outbox *outbox);

/* The store has been closed before. Takes NULL; returns NULL. */
struct expiry *expiry_free(struct expiry *expiry);

/* Begins with a sweep over what is left from before. */
void expiry_start(struct expiry *expiry);

/* Something will expire then: wake up in time. */
void expiry_expect(struct expiry *expiry, const struct moment *deadline);
