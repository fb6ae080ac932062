/*
 * The table of master keys that this database has been used with: what is public of each, so that
 * an old receipt can be checked, and nothing that opens anything. On the store's thread.
 */
#pragma once

#include "otp/keyring.h"
#include "store/db.h"
#include "util/clock.h"

struct key_row {
    uint32_t id;
    uint8_t public_key[OTP_PUBLIC_KEY_SIZE]; /* of receipts */
    usec_t created_wall;                     /* when it was first used here */
};

/* Remembers a key; one that is known already stays as it is. */
int key_insert(struct db *db, const struct key_row *row);

/* The keys, newest first, `max` at most. */
int key_load_all(struct db *db, struct key_row *ret_rows, unsigned max, unsigned *ret_n);
