#include "core/receipt.h"

#include "core/verification_table.h"

/* `approved_at` is room for the time. */
static struct otp_receipt receipt_of(
    const struct verification *v, char approved_at[static CLOCK_RFC3339_SIZE])
{
    clock_format_rfc3339(v->finished_wall, approved_at);
    return (struct otp_receipt){.id = v->id,
        .purpose = v->purpose,
        .client = v->client,
        .context_digest = v->context_digest,
        .approved_at = approved_at,
        .key_id = v->receipt_key_id};
}

int receipt_issue(
    struct db *db, const struct otp_keyring *keyring, struct verification *v, usec_t now_wall)
{
    char approved_at[CLOCK_RFC3339_SIZE];
    struct otp_receipt receipt;
    int r;

    v->finished_wall = now_wall;
    v->receipt_key_id = otp_keyring_id(keyring);
    receipt = receipt_of(v, approved_at);
    r = otp_receipt_sign(keyring, &receipt, v->receipt_signature);
    if (r < 0)
        return r;
    v->has_receipt = true;
    return verification_set_receipt(db, v);
}

bool receipt_write(const struct verification *v, char ret_text[static OTP_RECEIPT_SIZE])
{
    char approved_at[CLOCK_RFC3339_SIZE];
    struct otp_receipt receipt = receipt_of(v, approved_at);

    return v->has_receipt && v->status == VERIFICATION_APPROVED &&
           otp_receipt_write(&receipt, v->receipt_signature, ret_text) == 0;
}
