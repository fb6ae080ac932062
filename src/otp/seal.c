#include "otp/seal.h"

#include "otp/keyring_state.h"

#include <errno.h>
#include <string.h>

#define KEY_NAME_OCTETS 4
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(OTP_SEALED_NUMBER_SIZE == OTP_SEALED_TEXT_SIZE(E164_SIZE) &&
                   OTP_SEALED_TEXT_SIZE(0) == KEY_NAME_OCTETS + NONCE_SIZE + TAG_SIZE &&
                   OTP_SEALED_LASTING_SIZE == OTP_SEALED_TEXT_SIZE(SUB_KEY_SIZE),
    "layout of what is sealed");
_Static_assert(SUB_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one size of key");

static uint32_t read_id(const uint8_t octets[static KEY_NAME_OCTETS])
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           (uint32_t)octets[3];
}

static void write_id(uint32_t id, uint8_t ret_octets[static KEY_NAME_OCTETS])
{
    for (unsigned i = 0; i < KEY_NAME_OCTETS; i++)
        ret_octets[i] = (uint8_t)(id >> (24 - 8 * i));
}

/* name of the key ‖ nonce ‖ ciphertext ‖ tag, with `id` authenticated, by the current key. */
static void seal(const struct otp_keyring *keyring, enum key_use use, const char *id,
    const void *plain, size_t n, uint8_t *ret_sealed)
{
    unsigned place = keyring->current;
    uint8_t *nonce = ret_sealed + KEY_NAME_OCTETS;

    write_id(keyring->ids[place], ret_sealed);
    randombytes_buf(nonce, NONCE_SIZE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_SIZE, NULL, plain, n,
        (const uint8_t *)id, strlen(id), NULL, nonce, keyring->secrets->keys[place].uses[use]);
}

/* Opens `n_sealed` octets, at least those of an empty text, into what is left of them without. */
static int open_sealed(const struct otp_keyring *keyring, enum key_use use, const char *id,
    const uint8_t *sealed, size_t n_sealed, void *ret_plain)
{
    const struct key *key = otp_keyring_find(keyring, read_id(sealed));
    const uint8_t *nonce = sealed + KEY_NAME_OCTETS;

    return key && crypto_aead_xchacha20poly1305_ietf_decrypt(ret_plain, NULL, NULL,
                      nonce + NONCE_SIZE, n_sealed - KEY_NAME_OCTETS - NONCE_SIZE,
                      (const uint8_t *)id, strlen(id), nonce, key->uses[use]) == 0
               ? 0
               : -EBADMSG;
}

void otp_number_seal(const struct otp_keyring *keyring, const char *id, const char *number,
    uint8_t ret_sealed[static OTP_SEALED_NUMBER_SIZE])
{
    char padded[E164_SIZE] = {0};

    memcpy(padded, number, strnlen(number, sizeof(padded) - 1));
    seal(keyring, USE_NUMBER_SEAL, id, padded, sizeof(padded), ret_sealed);
    sodium_memzero(padded, sizeof(padded));
}

int otp_number_open(const struct otp_keyring *keyring, const char *id,
    const uint8_t sealed[static OTP_SEALED_NUMBER_SIZE], char ret_number[static E164_SIZE])
{
    char number[E164_SIZE];
    int r = open_sealed(keyring, USE_NUMBER_SEAL, id, sealed, OTP_SEALED_NUMBER_SIZE, number);

    if (r == 0)
        memcpy(ret_number, number, sizeof(number));
    sodium_memzero(number, sizeof(number));
    return r;
}

void otp_text_seal(const struct otp_keyring *keyring, const char *id, const char *text, size_t n,
    uint8_t *ret_sealed)
{
    seal(keyring, USE_TEXT_SEAL, id, text, n, ret_sealed);
}

int otp_text_open(const struct otp_keyring *keyring, const char *id, const uint8_t *sealed,
    size_t n_sealed, char *ret_text, size_t size)
{
    int r;

    if (n_sealed < OTP_SEALED_TEXT_SIZE(0))
        return -EBADMSG;
    if (n_sealed - OTP_SEALED_TEXT_SIZE(0) >= size)
        return -ENOBUFS;
    r = open_sealed(keyring, USE_TEXT_SEAL, id, sealed, n_sealed, ret_text);
    if (r == 0)
        ret_text[n_sealed - OTP_SEALED_TEXT_SIZE(0)] = '\0';
    return r;
}

bool otp_is_sealed_with(const uint8_t *sealed, size_t n_sealed, uint32_t id)
{
    return n_sealed >= OTP_SEALED_TEXT_SIZE(0) && read_id(sealed) == id;
}

static int reseal(const struct otp_keyring *keyring, enum key_use use, const char *id,
    const uint8_t *sealed, size_t n_sealed, uint8_t *ret_sealed)
{
    size_t n = n_sealed - OTP_SEALED_TEXT_SIZE(0);
    _cleanup_free_ uint8_t *plain = NULL;
    int r;

    if (n_sealed < OTP_SEALED_TEXT_SIZE(0))
        return -EBADMSG;
    plain = malloc(n + 1);
    if (!plain)
        return -ENOMEM;
    r = open_sealed(keyring, use, id, sealed, n_sealed, plain);
    if (r == 0)
        seal(keyring, use, id, plain, n, ret_sealed);
    sodium_memzero(plain, n);
    return r;
}

int otp_reseal(const struct otp_keyring *keyring, enum otp_seal kind, const char *id,
    const uint8_t *sealed, size_t n_sealed, uint8_t *ret_sealed)
{
    return reseal(keyring, kind == OTP_SEAL_NUMBER ? USE_NUMBER_SEAL : USE_TEXT_SEAL, id, sealed,
        n_sealed, ret_sealed);
}

int otp_lasting_reseal(const struct otp_keyring *keyring,
    const uint8_t sealed[static OTP_SEALED_LASTING_SIZE],
    uint8_t ret_sealed[static OTP_SEALED_LASTING_SIZE])
{
    return reseal(keyring, USE_LASTING_SEAL, "", sealed, OTP_SEALED_LASTING_SIZE, ret_sealed);
}

void otp_lasting_seal(const struct otp_keyring *keyring, const struct otp_keyring *with,
    uint8_t ret_sealed[static OTP_SEALED_LASTING_SIZE])
{
    seal(with, USE_LASTING_SEAL, "", keyring->secrets->lasting, SUB_KEY_SIZE, ret_sealed);
}

int otp_lasting_adopt(
    struct otp_keyring *keyring, const uint8_t sealed[static OTP_SEALED_LASTING_SIZE])
{
    uint8_t lasting[SUB_KEY_SIZE];
    int r = open_sealed(
        keyring, USE_LASTING_SEAL, "", sealed, OTP_SEALED_LASTING_SIZE, lasting);

    if (r == 0)
        r = otp_keyring_set_lasting(keyring, lasting);
    sodium_memzero(lasting, sizeof(lasting));
    return r;
}
