/*
 * The table of master keys that this database has been used with: what is public of each, so that
 * an old receipt can be checked, and the lasting secret, sealed by it. And what of the other tables
 * hangs on a key. On the store's thread.
 */
#pragma once

#include "otp/seal.h"
#include "store/db.h"
#include "util/clock.h"

struct key_row {
    uint32_t id;
    uint8_t public_key[OTP_PUBLIC_KEY_SIZE]; /* of receipts */
    uint8_t lasting_sealed[OTP_SEALED_LASTING_SIZE];
    bool has_lasting;
    usec_t created_wall; /* when it was first used here */
    usec_t dropped_wall; /* when nothing needed it any more; 0: not so */
};

/* Reads one. -ENOENT. */
int key_load(struct db *db, uint32_t id, struct key_row *ret);

/* Stores a key; of one that is known already, the lasting secret, and that it is back. */
int key_store(struct db *db, const struct key_row *row);

/* Notes that nothing needs a key any more. */
int key_set_dropped(struct db *db, uint32_t id, usec_t now_wall);

/* The keys, newest first, `max` at most. */
int key_load_all(struct db *db, struct key_row *ret_rows, unsigned max, unsigned *ret_n);

/* How many pending verifications were made with another key than these two. */
int key_count_orphans(struct db *db, uint32_t current, uint32_t previous, unsigned *ret_n);

/*
 * Whether something hangs on a key that its end or its purging alone will free: a pending
 * verification, a text on its way that was there before `since_wall`, parts of a received text that
 * wait for others. 1, 0 or an error.
 */
int key_is_needed(struct db *db, uint32_t id, usec_t since_wall);
