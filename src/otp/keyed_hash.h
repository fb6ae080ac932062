/*
 * Keyed BLAKE2b over a list of fields, each preceded by its length, so that no two lists are hashed
 * alike: ("ab", "c") is not ("a", "bc"). The first field is a label with a version, which keeps one
 * use of a key from answering for another. Pure; everything but the result is wiped.
 */
#pragma once

#include <sodium.h>

#define KEYED_HASH_KEY_SIZE 32

struct keyed_hash {
    crypto_generichash_state state;
    size_t n_result; /* bytes of the result, 16 to 64 */
};

/* Begins with the label. */
void keyed_hash_init(struct keyed_hash *hash, const uint8_t key[static KEYED_HASH_KEY_SIZE],
    size_t n_result, const char *label);

/* Adds a field: four bytes of length, the most significant first, then the bytes. */
void keyed_hash_put(struct keyed_hash *hash, const void *data, size_t n);

/* Adds a string without its NUL. */
void keyed_hash_put_string(struct keyed_hash *hash, const char *text);

/* Adds a number as a field of four bytes, the most significant first. */
void keyed_hash_put_u32(struct keyed_hash *hash, uint32_t value);

/* Writes `n_result` bytes and wipes the state. */
void keyed_hash_final(struct keyed_hash *hash, uint8_t *ret);
