/*
 * Receipts: a signed statement that a verification was approved, which whoever has the public key
 * can check without the gateway. A JSON Web Signature in compact form (RFC 7515), signed with
 * Ed25519 (RFC 8037), so that libraries for it exist everywhere:
 *
 *     base64url({"alg":"EdDSA","kid":"KEY","typ":"smsotp-receipt"}) . base64url(PAYLOAD) .
 * base64url(signature)
 *
 * PAYLOAD is {"v":1,"id","purpose","context_digest","client","approved_at","key_id"} in this order.
 * The header is one of a kind: no other algorithm is ever accepted. Pure.
 */
#pragma once

#include "otp/code.h"
#include "otp/keyring.h"

#define OTP_RECEIPT_PAYLOAD_SIZE 512
#define OTP_RECEIPT_SIZE 1024
#define OTP_KEY_NAME_SIZE 9
#define OTP_PUBLIC_KEY_TEXT_SIZE 44

/* What a receipt states. Borrowed. */
struct otp_receipt {
    const char *id, *purpose, *client;
    const uint8_t *context_digest; /* OTP_CONTEXT_DIGEST_SIZE bytes */
    const char *approved_at;       /* RFC 3339 */
    uint32_t key_id;               /* of the key that signs */
};

/* The name of a key as texts have it: eight hex digits. */
void otp_key_name(uint32_t key_id, char ret_name[static OTP_KEY_NAME_SIZE]);

/* base64url of a public key, without padding; and back: -EINVAL. */
void otp_public_key_to_text(
    const uint8_t key[static OTP_PUBLIC_KEY_SIZE], char ret_text[static OTP_PUBLIC_KEY_TEXT_SIZE]);
int otp_public_key_from_text(const char *text, uint8_t ret_key[static OTP_PUBLIC_KEY_SIZE]);

/* Signs with the key of the keyring, whose id `receipt` has. -ENOBUFS: a name is too long. */
int otp_receipt_sign(const struct otp_keyring *keyring, const struct otp_receipt *receipt,
    uint8_t ret_signature[static OTP_SIGNATURE_SIZE]);

/* Writes the receipt that has this signature. -ENOBUFS as above. */
int otp_receipt_write(const struct otp_receipt *receipt,
    const uint8_t signature[static OTP_SIGNATURE_SIZE], char ret_text[static OTP_RECEIPT_SIZE]);

/* The name of the key that a receipt says it is signed with. -EINVAL: it is no receipt. */
int otp_receipt_key(const char *text, char ret_name[static OTP_KEY_NAME_SIZE]);

/*
 * Checks a receipt and answers its payload, JSON. -EINVAL: it is no receipt; -EBADMSG: it was not
 * signed with this key, or has been changed since.
 */
int otp_receipt_verify(const char *text, const uint8_t public_key[static OTP_PUBLIC_KEY_SIZE],
    char ret_payload[static OTP_RECEIPT_PAYLOAD_SIZE]);
