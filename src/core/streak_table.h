/*
 * Wrong codes in a row: how many there were for a number since its last right one, whatever time
 * has passed. NIST SP 800-63B-4 §3.2.2 allows a hundred, so windows that empty by themselves do not
 * do, and neither does what retention deletes. On the store's thread.
 */
#pragma once

#include "otp/keyring.h"
#include "store/db.h"

/* How long the row is now; 0 without one. */
int streak_load(
    struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], unsigned *ret_n);

/* One more wrong code. */
int streak_add(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE]);

/* A right code, or an operator's word. */
int streak_end(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE]);
