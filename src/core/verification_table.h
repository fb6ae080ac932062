/*
 * The table of verifications. Every function runs on the store's thread, inside its transaction.
 * A status changes by a conditional UPDATE alone, so of two that race one wins.
 */
#pragma once

#include "core/verification.h"
#include "store/db.h"

/* Adds a row; `context_json` is the canonical context. Store's thread, as all of these. */
int verification_insert(
    struct db *db, const struct verification *verification, const char *context_json);

/* Reads one by id. -ENOENT when there is none. */
int verification_load(struct db *db, const char *id, struct verification *ret);

/* Reads the newest of a client (NULL: of anybody) with this reference. -ENOENT. */
int verification_load_by_reference(
    struct db *db, const char *client, const char *reference, struct verification *ret);

/* Reads the newest that a reverse code with this MAC belongs to. -ENOENT. */
int verification_load_by_reverse_mac(
    struct db *db, const uint8_t mac[static OTP_DIGEST_SIZE], struct verification *ret);

/* The canonical JSON of its context, to be freed. -ENOENT once it has been wiped. */
int verification_load_context(struct db *db, const char *id, char **ret_json);

/* Stores the number of attempts of a pending verification. -ENOENT when it is not pending. */
int verification_set_attempts(struct db *db, const char *id, unsigned attempts);

/*
 * Ends a pending verification: stores status and attempts, wipes the sealed number and the context,
 * and ends a text of its that still waits, which *ret_withdrawn names (else it is empty). -ENOENT
 * when it is not pending (any more). For verification_end() of core/ending.h.
 */
int verification_finish(struct db *db, const char *id, enum verification_status status,
    unsigned attempts, usec_t now_wall, char ret_withdrawn[static ID_SIZE]);

/* Stores what a resend changed: generation, sends, expires, last_send. -ENOENT: not pending. */
int verification_set_resent(struct db *db, const struct verification *verification);

/* Stores the receipt's key and signature of one that is approved. -ENOENT: it is not. */
int verification_set_receipt(struct db *db, const struct verification *verification);

/*
 * The ids of pending verifications whose wall-clock deadline is over, `max` at most, and the
 * earliest deadline of all pending ones (USEC_INFINITY: none).
 */
int verification_overdue(struct db *db, usec_t now_wall, char (*ret_ids)[ID_SIZE], unsigned max,
    unsigned *ret_n, usec_t *ret_next_wall);

/* The ids of pending ones of a number, newest first, `max` at most. */
int verification_pending_of(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    char (*ret_ids)[ID_SIZE], unsigned max, unsigned *ret_n);

/* Deletes finished ones older than that, `max` at most, with their messages and attempts. */
int verification_purge(struct db *db, usec_t finished_before_wall, unsigned max, unsigned *ret_n);
