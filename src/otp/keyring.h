/*
 * Keys: one 32-byte master, from which libsodium's crypto_kdf (BLAKE2b) makes a sub-key for each
 * use, so that none can stand in for another. Lives between guard pages in memory that is locked
 * where the system lets it, left out of core dumps and wiped when freed. Immutable after its making,
 * so any thread may read it.
 */
#pragma once

#include "otp/code.h"
#include "util/e164.h"
#include "util/macros.h"

#define OTP_MASTER_KEY_SIZE 32
#define OTP_NUMBER_INDEX_SIZE 16
#define OTP_ATTEMPT_MAC_SIZE 16
#define OTP_DIGEST_SIZE 16
#define OTP_PUBLIC_KEY_SIZE 32
#define OTP_SIGNATURE_SIZE 64
/* nonce (24), ciphertext of the number padded to E164_SIZE, tag (16) */
#define OTP_SEALED_NUMBER_SIZE (24 + E164_SIZE + 16)
/* The same around a text of n bytes; its length shows. */
#define OTP_SEALED_TEXT_SIZE(n) (24 + (n) + 16)

struct otp_keyring;

/* Sub-keys of `master`, which the caller wipes. -ENOMEM when memory cannot be had or protected. */
int otp_keyring_new(
    struct otp_keyring **ret, const uint8_t master[static OTP_MASTER_KEY_SIZE]);

/* Wipes and frees. Takes NULL; returns NULL. */
struct otp_keyring *otp_keyring_free(struct otp_keyring *keyring);
DEFINE_CLEANUP(struct otp_keyring *, otp_keyring_free);

/* Whether it is kept out of swap; if not, RLIMIT_MEMLOCK was too small, which deserves a warning. */
bool otp_keyring_is_locked(const struct otp_keyring *keyring);

/* A name for the key that gives nothing of it away; a row stores it. Never 0. */
uint32_t otp_keyring_id(const struct otp_keyring *keyring);

/* K_code, for otp_code_derive(). Borrowed. */
const uint8_t *otp_keyring_code_key(const struct otp_keyring *keyring);

/* The Ed25519 public key of receipts, OTP_PUBLIC_KEY_SIZE bytes. Borrowed. */
const uint8_t *otp_keyring_public_key(const struct otp_keyring *keyring);

/* Signs octets with Ed25519, by which equal octets get equal signatures. */
void otp_keyring_sign(const struct otp_keyring *keyring, const void *octets, size_t n,
    uint8_t ret_signature[static OTP_SIGNATURE_SIZE]);

/* The key of the journal's chain, KEYED_HASH_KEY_SIZE bytes. Borrowed. */
const uint8_t *otp_keyring_journal_key(const struct otp_keyring *keyring);

/*
 * A MAC by which a check repeated with the same attempt and the same code is known again without the
 * code being stored. The key is its own: a code has so few bits that who has the key has the code.
 */
void otp_keyring_attempt_mac(const struct otp_keyring *keyring, const char *id,
    const char *attempt_id, const char *code, uint8_t ret_mac[static OTP_ATTEMPT_MAC_SIZE]);

/* The keyed BLAKE2b of a number: equal numbers have equal indexes, and nothing else shows. */
void otp_number_index(const struct otp_keyring *keyring, const char *number,
    uint8_t ret_index[static OTP_NUMBER_INDEX_SIZE]);

/* Likewise of a number without its last four digits: those of one block of numbers are equal. */
void otp_prefix_index(const struct otp_keyring *keyring, const char *number,
    uint8_t ret_index[static OTP_NUMBER_INDEX_SIZE]);

/* The keyed BLAKE2b of octets from the air: equal ones are known again, and nothing else shows. */
void otp_octets_digest(const struct otp_keyring *keyring, const void *octets, size_t n,
    uint8_t ret_digest[static OTP_DIGEST_SIZE]);

/*
 * Seals a valid E.164 number with XChaCha20-Poly1305 under a random nonce; `id` (of the row) is
 * authenticated with it, so that a ciphertext cannot be moved to another row. All ciphertexts are of
 * one length.
 */
void otp_number_seal(const struct otp_keyring *keyring, const char *id, const char *number,
    uint8_t ret_sealed[static OTP_SEALED_NUMBER_SIZE]);

/* Opens it; -EBADMSG for a wrong key, another row's or a changed ciphertext. */
int otp_number_open(const struct otp_keyring *keyring, const char *id,
    const uint8_t sealed[static OTP_SEALED_NUMBER_SIZE], char ret_number[static E164_SIZE]);

/* Seals a text of `n` bytes likewise, into OTP_SEALED_TEXT_SIZE(n) bytes. */
void otp_text_seal(const struct otp_keyring *keyring, const char *id, const char *text, size_t n,
    uint8_t *ret_sealed);

/*
 * Opens it into `size` bytes, with a NUL. -ENOBUFS when they are too few, -EBADMSG as above; ret_text
 * holds nothing of the text then.
 */
int otp_text_open(const struct otp_keyring *keyring, const char *id, const uint8_t *sealed,
    size_t n_sealed, char *ret_text, size_t size);
