/*
 * PINs that SIMs have been sent: a row from before a PIN leaves until the SIM has taken it, so that
 * a wrong one is not sent again after a restart. Known again by keyed digests alone. On the store's
 * thread.
 */
#pragma once

#include "otp/keyring.h"
#include "store/db.h"

#include <stdbool.h>

/* Which PIN, for which SIM in which modem. Where the SIM is not known `sim` is as `device`. */
struct pin_key {
    uint8_t sim[OTP_DIGEST_SIZE], device[OTP_DIGEST_SIZE];
};

struct pin_row {
    unsigned unanswered; /* how often it was sent without a word about it */
    bool is_refused;
};

/*
 * What is known of it, zero where that is nothing. A SIM that is not known counts as the same as
 * any that was in this modem, and the other way round.
 */
int pin_load(struct db *db, const struct pin_key *key, struct pin_row *ret);

/* It is being sent. It was refused. It was not sent after all. The SIM took it. */
int pin_note_sending(struct db *db, const struct pin_key *key);
int pin_note_refused(struct db *db, const struct pin_key *key);
int pin_note_unsent(struct db *db, const struct pin_key *key);
int pin_note_taken(struct db *db, const struct pin_key *key);
