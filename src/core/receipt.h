/*
 * The receipt of an approved verification: signed in the transaction that approves it, kept as
 * signature and key name, and written out again from the row whenever somebody asks, each time the
 * same.
 */
#pragma once

#include "core/verification.h"
#include "otp/receipt.h"
#include "store/db.h"

/* Store's thread: signs for a verification that was approved at `now_wall`, and stores it. */
int receipt_issue(struct db *db, const struct otp_keyring *keyring,
    struct verification *verification, usec_t now_wall);

/*
 * Writes it. False: there is none, because it is not approved, or was when there were no receipts.
 */
bool receipt_write(const struct verification *verification, char ret_text[static OTP_RECEIPT_SIZE]);
