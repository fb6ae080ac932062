#include "otp/keyring_state.h"

#include "otp/keyed_hash.h"

#include <errno.h>
#include <string.h>

#define SUB_KEY_ID 1 /* the context tells the uses apart; the number waits for a second version */
#define BLOCK_DIGITS 4 /* numbers are given to operators and resold in blocks of 10,000 */
#define ATTEMPT_LABEL "smsotp attempt v1"
#define KEY_NAME_OCTETS 4

_Static_assert(OTP_MASTER_KEY_SIZE == crypto_kdf_KEYBYTES, "crypto_kdf takes the master key");
_Static_assert(SUB_KEY_SIZE == OTP_CODE_KEY_SIZE && SUB_KEY_SIZE == KEYED_HASH_KEY_SIZE &&
                   SUB_KEY_SIZE == crypto_sign_SEEDBYTES && SUB_KEY_SIZE == crypto_kdf_KEYBYTES,
    "one size of key");
_Static_assert(OTP_PUBLIC_KEY_SIZE == crypto_sign_PUBLICKEYBYTES &&
                   OTP_SIGNATURE_SIZE == crypto_sign_BYTES,
    "Ed25519");

/* What crypto_kdf calls each use. A name that changes makes what the old key made unreadable. */
static const char key_uses[N_USES][crypto_kdf_CONTEXTBYTES + 1] = {
    [USE_CODE] = "otp-code",
    [USE_NUMBER_SEAL] = "num-seal",
    [USE_TEXT_SEAL] = "txt-seal",
    [USE_LASTING_SEAL] = "lst-seal",
    [USE_RECEIPT] = "receipt-",
    [USE_LASTING] = "lasting-",
    [USE_ID] = "key-name",
};
static const char lasting_uses[N_LASTING_USES][crypto_kdf_CONTEXTBYTES + 1] = {
    [LASTING_NUMBER_INDEX] = "num-indx",
    [LASTING_ATTEMPT] = "attempt-",
    [LASTING_DIGEST] = "air-dgst",
    [LASTING_JOURNAL] = "journal-",
    [LASTING_ID] = "key-name",
};

static void derive(uint8_t ret[static SUB_KEY_SIZE], const char *use, const uint8_t *master)
{
    (void)crypto_kdf_derive_from_key(ret, SUB_KEY_SIZE, SUB_KEY_ID, use, master);
}

/* Never 0. */
static uint32_t id_of(const uint8_t octets[static SUB_KEY_SIZE])
{
    uint32_t id = 0;

    for (unsigned i = 0; i < KEY_NAME_OCTETS; i++)
        id = id << 8 | octets[i];
    return id ? id : 1;
}

/* Answers the name of the key. */
static uint32_t derive_key(struct key *ret, const uint8_t master[static OTP_MASTER_KEY_SIZE])
{
    for (size_t use = 0; use < N_USES; use++)
        derive(ret->uses[use], key_uses[use], master);
    (void)crypto_sign_seed_keypair(
        ret->receipt_public, ret->receipt_secret, ret->uses[USE_RECEIPT]);
    return id_of(ret->uses[USE_ID]);
}

static void derive_lasting(struct secrets *secrets, const uint8_t lasting[static SUB_KEY_SIZE])
{
    memcpy(secrets->lasting, lasting, SUB_KEY_SIZE);
    for (size_t use = 0; use < N_LASTING_USES; use++)
        derive(secrets->lasting_uses[use], lasting_uses[use], lasting);
}

const struct key *otp_keyring_find(const struct otp_keyring *keyring, uint32_t id)
{
    for (unsigned i = 0; i < N_KEYS; i++)
        if (id != 0 && keyring->ids[i] == id)
            return &keyring->secrets->keys[i];
    return NULL;
}

static const struct key *current_key(const struct otp_keyring *keyring)
{
    return &keyring->secrets->keys[keyring->current];
}

int otp_keyring_new(struct otp_keyring **ret, const uint8_t master[static OTP_MASTER_KEY_SIZE])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = NULL;
    struct secrets *secrets;

    if (sodium_init() < 0)
        return -EIO;
    keyring = calloc(1, sizeof(*keyring));
    if (!keyring)
        return -ENOMEM;
    secrets = keyring->secrets = sodium_malloc(sizeof(*secrets));
    if (!secrets)
        return -ENOMEM;
    sodium_memzero(secrets, sizeof(*secrets));
    keyring->ids[0] = derive_key(&secrets->keys[0], master);
    derive_lasting(secrets, secrets->keys[0].uses[USE_LASTING]);
    /* sodium_malloc() locks too, but does not tell whether it could. */
    keyring->is_locked = sodium_mlock(secrets, sizeof(*secrets)) == 0;
    if (sodium_mprotect_readonly(secrets) < 0)
        return -ENOMEM;
    *ret = TAKE_PTR(keyring);
    return 0;
}

struct otp_keyring *otp_keyring_free(struct otp_keyring *keyring)
{
    if (!keyring)
        return NULL;
    sodium_free(keyring->secrets);
    free(keyring);
    return NULL;
}

bool otp_keyring_is_locked(const struct otp_keyring *keyring)
{
    return keyring->is_locked;
}

uint32_t otp_keyring_id(const struct otp_keyring *keyring)
{
    return keyring->ids[keyring->current];
}

uint32_t otp_keyring_previous_id(const struct otp_keyring *keyring)
{
    return keyring->ids[1 - keyring->current];
}

uint32_t otp_keyring_lasting_id(const struct otp_keyring *keyring)
{
    return id_of(keyring->secrets->lasting_uses[LASTING_ID]);
}

bool otp_keyring_has(const struct otp_keyring *keyring, uint32_t id)
{
    return otp_keyring_find(keyring, id) != NULL;
}

int otp_keyring_add_previous(
    struct otp_keyring *keyring, const uint8_t master[static OTP_MASTER_KEY_SIZE])
{
    unsigned place = 1 - keyring->current;
    struct key *key = &keyring->secrets->keys[place];
    uint32_t id;

    if (keyring->ids[place] != 0)
        return -EBUSY;
    if (sodium_mprotect_readwrite(keyring->secrets) < 0)
        return -ENOMEM;
    id = derive_key(key, master);
    if (id == otp_keyring_id(keyring)) {
        sodium_memzero(key, sizeof(*key));
        id = 0;
    }
    (void)sodium_mprotect_readonly(keyring->secrets);
    keyring->ids[place] = id;
    return id ? 0 : -EEXIST;
}

int otp_keyring_rotate(struct otp_keyring *keyring, const struct otp_keyring *next)
{
    unsigned place = 1 - keyring->current;

    if (otp_keyring_id(keyring) == otp_keyring_id(next))
        return -EEXIST;
    if (keyring->ids[place] != 0)
        return -EBUSY;
    if (sodium_mprotect_readwrite(keyring->secrets) < 0)
        return -ENOMEM;
    keyring->secrets->keys[place] = *current_key(next);
    (void)sodium_mprotect_readonly(keyring->secrets);
    keyring->ids[place] = otp_keyring_id(next);
    keyring->current = place;
    return 0;
}

void otp_keyring_hide_previous(struct otp_keyring *keyring)
{
    keyring->ids[1 - keyring->current] = 0;
}

void otp_keyring_wipe_hidden(struct otp_keyring *keyring)
{
    if (sodium_mprotect_readwrite(keyring->secrets) < 0)
        return;
    for (unsigned i = 0; i < N_KEYS; i++)
        if (keyring->ids[i] == 0)
            sodium_memzero(&keyring->secrets->keys[i], sizeof(keyring->secrets->keys[i]));
    (void)sodium_mprotect_readonly(keyring->secrets);
}

int otp_keyring_set_lasting(
    struct otp_keyring *keyring, const uint8_t lasting[static SUB_KEY_SIZE])
{
    if (sodium_mprotect_readwrite(keyring->secrets) < 0)
        return -ENOMEM;
    derive_lasting(keyring->secrets, lasting);
    (void)sodium_mprotect_readonly(keyring->secrets);
    return 0;
}

const uint8_t *otp_keyring_code_key(const struct otp_keyring *keyring, uint32_t id)
{
    const struct key *key = otp_keyring_find(keyring, id);

    return key ? key->uses[USE_CODE] : NULL;
}

const uint8_t *otp_keyring_public_key(const struct otp_keyring *keyring)
{
    return current_key(keyring)->receipt_public;
}

void otp_keyring_sign(const struct otp_keyring *keyring, const void *octets, size_t n,
    uint8_t ret_signature[static OTP_SIGNATURE_SIZE])
{
    (void)crypto_sign_detached(
        ret_signature, NULL, octets, n, current_key(keyring)->receipt_secret);
}

const uint8_t *otp_keyring_journal_key(const struct otp_keyring *keyring)
{
    return keyring->secrets->lasting_uses[LASTING_JOURNAL];
}

void otp_keyring_attempt_mac(const struct otp_keyring *keyring, const char *id,
    const char *attempt_id, const char *code, uint8_t ret_mac[static OTP_ATTEMPT_MAC_SIZE])
{
    struct keyed_hash hash;

    keyed_hash_init(&hash, keyring->secrets->lasting_uses[LASTING_ATTEMPT], OTP_ATTEMPT_MAC_SIZE,
        ATTEMPT_LABEL);
    keyed_hash_put_string(&hash, id);
    keyed_hash_put_string(&hash, attempt_id);
    keyed_hash_put_string(&hash, code);
    keyed_hash_final(&hash, ret_mac);
}

void otp_number_index(const struct otp_keyring *keyring, const char *number,
    uint8_t ret_index[static OTP_NUMBER_INDEX_SIZE])
{
    (void)crypto_generichash(ret_index, OTP_NUMBER_INDEX_SIZE, (const uint8_t *)number,
        strlen(number), keyring->secrets->lasting_uses[LASTING_NUMBER_INDEX], SUB_KEY_SIZE);
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
    (void)crypto_generichash(ret_digest, OTP_DIGEST_SIZE, octets, n,
        keyring->secrets->lasting_uses[LASTING_DIGEST], SUB_KEY_SIZE);
}
