#include "otp/keyed_hash.h"

#include <string.h>

static void to_big_endian(uint32_t value, uint8_t ret[static 4])
{
    for (int i = 0; i < 4; i++)
        ret[i] = (uint8_t)(value >> (24 - 8 * i));
}

void keyed_hash_init(struct keyed_hash *hash, const uint8_t key[static KEYED_HASH_KEY_SIZE],
    size_t n_result, const char *label)
{
    hash->n_result = n_result;
    (void)crypto_generichash_init(&hash->state, key, KEYED_HASH_KEY_SIZE, n_result);
    keyed_hash_put_string(hash, label);
}

void keyed_hash_put(struct keyed_hash *hash, const void *data, size_t n)
{
    uint8_t length[4];

    to_big_endian((uint32_t)n, length);
    crypto_generichash_update(&hash->state, length, sizeof(length));
    crypto_generichash_update(&hash->state, data, n);
}

void keyed_hash_put_string(struct keyed_hash *hash, const char *text)
{
    keyed_hash_put(hash, text, strlen(text));
}

void keyed_hash_put_u32(struct keyed_hash *hash, uint32_t value)
{
    uint8_t bytes[4];

    to_big_endian(value, bytes);
    keyed_hash_put(hash, bytes, sizeof(bytes));
}

void keyed_hash_final(struct keyed_hash *hash, uint8_t *ret)
{
    crypto_generichash_final(&hash->state, ret, hash->n_result);
    sodium_memzero(hash, sizeof(*hash));
}
