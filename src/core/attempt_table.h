/*
 * Checks that named an `attempt_id`, with their answers: repeating one answers the same and counts
 * nothing. And wrong guesses by number, which outlive the verification. On the store's thread.
 */
#pragma once

#include "core/status.h"
#include "core/id.h"
#include "otp/keyring.h"
#include "store/db.h"

struct attempt_row {
    uint8_t code_mac[OTP_ATTEMPT_MAC_SIZE]; /* recognises the same code without naming it */
    enum check_result result;
    unsigned attempts_left;
};

/* -ENOENT: this attempt_id is new. */
int attempt_load(
    struct db *db, const char *verification_id, const char *attempt_id, struct attempt_row *ret);

/* Keeps the answer of a check with an attempt_id that is new. */
int attempt_insert(struct db *db, const char *verification_id, const char *attempt_id,
    const struct attempt_row *row);
