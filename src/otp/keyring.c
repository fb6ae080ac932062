#include "otp/keyring.h"

#include "otp/keyed_hash.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SUB_KEY_SIZE 32
#define SUB_KEY_ID 1 /* the context tells the uses apart; the number waits for a second version */
#define BLOCK_DIGITS 4 /* numbers are given to operators and resold in blocks of 10,000 */
#define ATTEMPT_LABEL "smsotp attempt v1"

_Static_assert(
    OTP_SEALED_NUMBER_SIZE == NONCE_SIZE + E164_SIZE + TAG_SIZE, "layout of a sealed number");
_Static_assert(OTP_MASTER_KEY_SIZE == crypto_kdf_KEYBYTES, "crypto_kdf takes the master key");
_Static_assert(SUB_KEY_SIZE == OTP_CODE_KEY_SIZE && SUB_KEY_SIZE == KEYED_HASH_KEY_SIZE &&
                   SUB_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES &&
                   SUB_KEY_SIZE == crypto_sign_SEEDBYTES,
    "one size of key");
_Static_assert(OTP_PUBLIC_KEY_SIZE == crypto_sign_PUBLICKEYBYTES &&
                   OTP_SIGNATURE_SIZE == crypto_sign_BYTES,
    "Ed25519");

enum key_use {
    USE_CODE,
    USE_NUMBER_SEAL,
    USE_NUMBER_INDEX,
    USE_TEXT_SEAL,
    USE_ATTEMPT,
    USE_DIGEST,
    USE_RECEIPT,
    USE_JOURNAL,
    USE_ID,
    N_USES,
};

/* What crypto_kdf calls each use. A name that changes makes what the old key made unreadable. */
static const char key_uses[N_USES][crypto_kdf_CONTEXTBYTES + 1] = {
    [USE_CODE] = "otp-code",
    [USE_NUMBER_SEAL] = "num-seal",
    [USE_NUMBER_INDEX] = "num-indx",
    [USE_TEXT_SEAL] = "txt-seal",
    [USE_ATTEMPT] = "attempt-",
    [USE_DIGEST] = "air-dgst",
    [USE_RECEIPT] = "receipt-",
    [USE_JOURNAL] = "journal-",
    [USE_ID] = "key-name",
};

struct otp_keyring {
    uint8_t keys[N_USES][SUB_KEY_SIZE];
    uint8_t receipt_secret[crypto_sign_SECRETKEYBYTES];
    uint8_t receipt_public[OTP_PUBLIC_KEY_SIZE];
    uint32_t id;
    bool is_locked;
};

static uint32_t id_of(const uint8_t bytes[static SUB_KEY_SIZE])
{
    uint32_t id = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
                  (uint32_t)bytes[3];

    return id ? id : 1;
}

int otp_keyring_new(struct otp_keyring **ret, const uint8_t master[static OTP_MASTER_KEY_SIZE])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = NULL;

    if (sodium_init() < 0)
        return -EIO;
    keyring = sodium_malloc(sizeof(*keyring));
    if (!keyring)
        return -ENOMEM;
    for (size_t use = 0; use < N_USES; use++)
        (void)crypto_kdf_derive_from_key(
            keyring->keys[use], SUB_KEY_SIZE, SUB_KEY_ID, key_uses[use], master);
    (void)crypto_sign_seed_keypair(
        keyring->receipt_public, keyring->receipt_secret, keyring->keys[USE_RECEIPT]);
    keyring->id = id_of(keyring->keys[USE_ID]);
    /* sodium_malloc() locks too, but does not tell whether it could. */
    keyring->is_locked = sodium_mlock(keyring, sizeof(*keyring)) == 0;
    if (sodium_mprotect_readonly(keyring) < 0)
        return -ENOMEM;
    *ret = TAKE_PTR(keyring);
    return 0;
}

struct otp_keyring *otp_keyring_free(struct otp_keyring *keyring)
{
    sodium_free(keyring);
    return NULL;
}

bool otp_keyring_is_locked(const struct otp_keyring *keyring)
{
    return keyring->is_locked;
}

uint32_t otp_keyring_id(const struct otp_keyring *keyring)
{
    return keyring->id;
}

const uint8_t *otp_keyring_code_key(const struct otp_keyring *keyring)
{
    return keyring->keys[USE_CODE];
}

const uint8_t *otp_keyring_public_key(const struct otp_keyring *keyring)
{
    return keyring->receipt_public;
}

void otp_keyring_sign(const struct otp_keyring *keyring, const void *octets, size_t n,
    uint8_t ret_signature[static OTP_SIGNATURE_SIZE])
{
    (void)crypto_sign_detached(ret_signature, NULL, octets, n, keyring->receipt_secret);
}

const uint8_t *otp_keyring_journal_key(const struct otp_keyring *keyring)
{
    return keyring->keys[USE_JOURNAL];
}

void otp_keyring_attempt_mac(const struct otp_keyring *keyring, const char *id,
    const char *attempt_id, const char *code, uint8_t ret_mac[static OTP_ATTEMPT_MAC_SIZE])
{
    struct keyed_hash hash;

    keyed_hash_init(&hash, keyring->keys[USE_ATTEMPT], OTP_ATTEMPT_MAC_SIZE, ATTEMPT_LABEL);
    keyed_hash_put_string(&hash, id);
    keyed_hash_put_string(&hash, attempt_id);
    keyed_hash_put_string(&hash, code);
    keyed_hash_final(&hash, ret_mac);
}

void otp_number_index(const struct otp_keyring *keyring, const char *number,
    uint8_t ret_index[static OTP_NUMBER_INDEX_SIZE])
{
    (void)crypto_generichash(ret_index, OTP_NUMBER_INDEX_SIZE, (const uint8_t *)number,
        strlen(number), keyring->keys[USE_NUMBER_INDEX], SUB_KEY_SIZE);
}

void otp_prefix_index(const struct otp_keyring *keyring, const char *number,
    uint8_t ret_index[static OTP_NUMBER_INDEX_SIZE])
{
    char prefix[E164_SIZE] = {0};
    size_t n = strnlen(number, sizeof(prefix) - 1);
    size_t kept = n > BLOCK_DIGITS ? n - BLOCK_DIGITS : 0;

    memcpy(prefix, number, kept);
    memset(prefix + kept, '*', n - kept); /* no number has the index of a block */
    otp_number_index(keyring, prefix, ret_index);
    sodium_memzero(prefix, sizeof(prefix));
}

void otp_octets_digest(const struct otp_keyring *keyring, const void *octets, size_t n,
    uint8_t ret_digest[static OTP_DIGEST_SIZE])
{
    (void)crypto_generichash(
        ret_digest, OTP_DIGEST_SIZE, octets, n, keyring->keys[USE_DIGEST], SUB_KEY_SIZE);
}

/* nonce ‖ ciphertext ‖ tag, with `id` authenticated. */
static void seal(const uint8_t key[static SUB_KEY_SIZE], const char *id, const void *plain,
    size_t n, uint8_t *ret_sealed)
{
    randombytes_buf(ret_sealed, NONCE_SIZE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(ret_sealed + NONCE_SIZE, NULL, plain, n,
        (const uint8_t *)id, strlen(id), NULL, ret_sealed, key);
}

/* Opens `n_sealed` bytes, at least a nonce and a tag, into what is left of them without these. */
static int open_sealed(const uint8_t key[static SUB_KEY_SIZE], const char *id,
    const uint8_t *sealed, size_t n_sealed, void *ret_plain)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(ret_plain, NULL, NULL, sealed + NONCE_SIZE,
               n_sealed - NONCE_SIZE, (const uint8_t *)id, strlen(id), sealed, key) == 0
               ? 0
               : -EBADMSG;
}

void otp_number_seal(const struct otp_keyring *keyring, const char *id, const char *number,
    uint8_t ret_sealed[static OTP_SEALED_NUMBER_SIZE])
{
    char padded[E164_SIZE] = {0};

    memcpy(padded, number, strnlen(number, sizeof(padded) - 1));
    seal(keyring->keys[USE_NUMBER_SEAL], id, padded, sizeof(padded), ret_sealed);
    sodium_memzero(padded, sizeof(padded));
}

int otp_number_open(const struct otp_keyring *keyring, const char *id,
    const uint8_t sealed[static OTP_SEALED_NUMBER_SIZE], char ret_number[static E164_SIZE])
{
    char number[E164_SIZE];
    int r = open_sealed(
        keyring->keys[USE_NUMBER_SEAL], id, sealed, OTP_SEALED_NUMBER_SIZE, number);

    if (r == 0)
        memcpy(ret_number, number, sizeof(number));
    sodium_memzero(number, sizeof(number));
    return r;
}

void otp_text_seal(const struct otp_keyring *keyring, const char *id, const char *text, size_t n,
    uint8_t *ret_sealed)
{
    seal(keyring->keys[USE_TEXT_SEAL], id, text, n, ret_sealed);
}

int otp_text_open(const struct otp_keyring *keyring, const char *id, const uint8_t *sealed,
    size_t n_sealed, char *ret_text, size_t size)
{
    int r;

    if (n_sealed < OTP_SEALED_TEXT_SIZE(0))
        return -EBADMSG;
    if (n_sealed - OTP_SEALED_TEXT_SIZE(0) >= size)
        return -ENOBUFS;
    r = open_sealed(keyring->keys[USE_TEXT_SEAL], id, sealed, n_sealed, ret_text);
    if (r == 0)
        ret_text[n_sealed - OTP_SEALED_TEXT_SIZE(0)] = '\0';
    return r;
}
