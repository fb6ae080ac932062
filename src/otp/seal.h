/*
 * What rests encrypted: phone numbers, texts, the lasting secret. XChaCha20-Poly1305 under the
 * current key of a keyring, with the name of the key in front, so that either key of it opens.
 * Pure; any thread.
 */
#pragma once

#include "otp/keyring.h"

/* name of the key (4), nonce (24), ciphertext of the number padded to E164_SIZE, tag (16) */
#define OTP_SEALED_NUMBER_SIZE (4 + 24 + E164_SIZE + 16)
/* The same around a text of n bytes; its length shows. */
#define OTP_SEALED_TEXT_SIZE(n) (4 + 24 + (n) + 16)
#define OTP_SEALED_LASTING_SIZE OTP_SEALED_TEXT_SIZE(32)

/*
 * Seals a valid E.164 number with XChaCha20-Poly1305 under a random nonce; `id` (of the row) is
 * authenticated with it, so that a ciphertext cannot be moved to another row. All ciphertexts are
 * of one length.
 */
void otp_number_seal(const struct otp_keyring *keyring, const char *id, const char *number,
    uint8_t ret_sealed[static OTP_SEALED_NUMBER_SIZE]);

/* Opens it; -EBADMSG: its key is not there, it is another row's, or it was changed. */
int otp_number_open(const struct otp_keyring *keyring, const char *id,
    const uint8_t sealed[static OTP_SEALED_NUMBER_SIZE], char ret_number[static E164_SIZE]);

/* Seals a text of `n` bytes likewise, into OTP_SEALED_TEXT_SIZE(n) bytes. */
void otp_text_seal(const struct otp_keyring *keyring, const char *id, const char *text, size_t n,
    uint8_t *ret_sealed);

/*
 * Opens it into `size` bytes, with a NUL. -ENOBUFS when they are too few, -EBADMSG as above;
 * ret_text holds nothing of the text then.
 */
int otp_text_open(const struct otp_keyring *keyring, const char *id, const uint8_t *sealed,
    size_t n_sealed, char *ret_text, size_t size);

/* What otp_number_seal() or otp_text_seal() has made. */
enum otp_seal { OTP_SEAL_NUMBER, OTP_SEAL_TEXT };

/* Whether octets from the database are sealed with the key of this name. */
bool otp_is_sealed_with(const uint8_t *sealed, size_t n_sealed, uint32_t id);

/* Opens what either key has sealed and seals it, in as many octets, with the current one. */
int otp_reseal(const struct otp_keyring *keyring, enum otp_seal seal, const char *id,
    const uint8_t *sealed, size_t n_sealed, uint8_t *ret_sealed);

/* Seals the lasting secret with the current key of `with`. */
void otp_lasting_seal(const struct otp_keyring *keyring, const struct otp_keyring *with,
    uint8_t ret_sealed[static OTP_SEALED_LASTING_SIZE]);

/* Takes over a lasting secret that either key has sealed. -EBADMSG, -ENOMEM. */
int otp_lasting_adopt(
    struct otp_keyring *keyring, const uint8_t sealed[static OTP_SEALED_LASTING_SIZE]);

/* Seals with the current key a lasting secret that either key has sealed. -EBADMSG, -ENOMEM. */
int otp_lasting_reseal(const struct otp_keyring *keyring,
    const uint8_t sealed[static OTP_SEALED_LASTING_SIZE],
    uint8_t ret_sealed[static OTP_SEALED_LASTING_SIZE]);
