/*
 * Sealing anew, with the current key, what stays in the database for long: received texts and kept
 * numbers, batch by batch, so that the key before can go. On the store's thread.
 */
#pragma once

#include "core/id.h"
#include "otp/seal.h"
#include "store/db.h"

/* How far a walk through the tables has come. {0} is the beginning. */
struct reseal {
    unsigned column; /* which of them */
    char id[ID_SIZE]; /* the last row that was looked at */
};

/* Goes on for a batch of rows. 1: there is more; 0: all is sealed with the current key; or an
 * error. */
int reseal_some(struct reseal *reseal, struct db *db, const struct otp_keyring *keyring);
