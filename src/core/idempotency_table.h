/*
 * Idempotency keys: what a client's key was used for, so that a repeated request gets the first
 * answer and sends nothing. On the store's thread.
 */
#pragma once

#include "core/id.h"
#include "core/moment.h"
#include "store/db.h"

#define BODY_DIGEST_SIZE 32 /* SHA-256 of the request's body */

struct idempotency_row {
    uint8_t body_digest[BODY_DIGEST_SIZE];
    char verification_id[ID_SIZE];
    char message_id[ID_SIZE];
    int position, eta_sec; /* of the first answer */
};

/* -ENOENT: the key is new, or remembered for longer than SMSOTP_IDEMPOTENCY_SEC. */
int idempotency_load(struct db *db, const char *client, const char *key,
    const struct moment *now, struct idempotency_row *ret);

/* Remembers a key; an outlived use of the same key is replaced. */
int idempotency_insert(struct db *db, const char *client, const char *key, usec_t now_wall,
    const struct idempotency_row *row);

/* Forgets keys that are too old, at most `max`; says how many there were. */
int idempotency_purge(struct db *db, const struct moment *now, unsigned max, unsigned *ret_n);
