/*
 * Keys. From each 32-byte master, libsodium's crypto_kdf (BLAKE2b) makes a sub-key for each use, so
 * that none can stand in for another. A keyring has the current master, with which everything new
 * is made, and, while something of it lives, the one before; what is sealed, and each row with a
 * code, names its key.
 *
 * Beside them is the lasting secret, from which come the keys of what must still be known again
 * when the master has changed: the index of numbers, on which limits and wrong guesses are counted,
 * and the digests of checks and of PDUs, and the journal's chain. It comes from the first master;
 * the database keeps it sealed by each later one.
 *
 * All lies between guard pages in memory that is locked where the system lets it, left out of core
 * dumps and wiped when freed. Any thread may read at any time; what changes a keyring is called on
 * the loop's thread, and does not disturb readers.
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

struct otp_keyring;

/* Sub-keys of `master`, which the caller wipes. -ENOMEM when memory cannot be had or protected. */
int otp_keyring_new(
    struct otp_keyring **ret, const uint8_t master[static OTP_MASTER_KEY_SIZE]);

/* Wipes and frees. Takes NULL; returns NULL. */
struct otp_keyring *otp_keyring_free(struct otp_keyring *keyring);
DEFINE_CLEANUP(struct otp_keyring *, otp_keyring_free);

/*
 * Whether it is kept out of swap; if not, RLIMIT_MEMLOCK was too small, which deserves a warning.
 */
bool otp_keyring_is_locked(const struct otp_keyring *keyring);

/* A name for the current key that gives nothing of it away; a row stores it. Never 0. */
uint32_t otp_keyring_id(const struct otp_keyring *keyring);

/* The name of the one before, 0: there is none. And whether a key is there at all. */
uint32_t otp_keyring_previous_id(const struct otp_keyring *keyring);
bool otp_keyring_has(const struct otp_keyring *keyring, uint32_t id);

/* A name for the lasting secret, likewise. */
uint32_t otp_keyring_lasting_id(const struct otp_keyring *keyring);

/* Adds the key before. -EEXIST: it is the current one; -EBUSY: there is one already; -ENOMEM. */
int otp_keyring_add_previous(
    struct otp_keyring *keyring, const uint8_t master[static OTP_MASTER_KEY_SIZE]);

/*
 * Makes the current key of `next` the current one, and the one that was the previous one; the
 * lasting secret stays. -EBUSY: there is a previous one still; -EEXIST: it is the current one;
 * -ENOMEM.
 */
int otp_keyring_rotate(struct otp_keyring *keyring, const struct otp_keyring *next);

/*
 * Drops the previous key in two steps. Nobody finds it any more after the first, which any thread
 * may take; the second wipes it, when nobody can still be using what he found before.
 */
void otp_keyring_hide_previous(struct otp_keyring *keyring);
void otp_keyring_wipe_hidden(struct otp_keyring *keyring);

/* K_code of a key, for otp_code_derive(). Borrowed; NULL: there is no such key. */
const uint8_t *otp_keyring_code_key(const struct otp_keyring *keyring, uint32_t id);

/* The current Ed25519 public key of receipts, OTP_PUBLIC_KEY_SIZE bytes. Borrowed. */
const uint8_t *otp_keyring_public_key(const struct otp_keyring *keyring);

/* Signs octets with Ed25519, by which equal octets get equal signatures. */
void otp_keyring_sign(const struct otp_keyring *keyring, const void *octets, size_t n,
    uint8_t ret_signature[static OTP_SIGNATURE_SIZE]);

/* The key of the journal's chain, KEYED_HASH_KEY_SIZE bytes. Borrowed. */
const uint8_t *otp_keyring_journal_key(const struct otp_keyring *keyring);

/*
 * A MAC by which a check repeated with the same attempt and the same code is known again without
 * the code being stored. The key is its own: a code has so few bits that who has the key has the
 * code.
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
