/* Keyed BLAKE2b over fields, against Python's hashlib.blake2b over the same bytes. */
#include "otp/keyed_hash.h"
#include "util/hex.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LABEL "label-1"

static const uint8_t key[KEYED_HASH_KEY_SIZE] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static void check_result(struct keyed_hash *hash, const char *expected)
{
    uint8_t result[64 + 1];
    char hex[2 * 64 + 1];
    size_t n = strlen(expected) / 2;

    result[n] = 0xA5;
    keyed_hash_final(hash, result);
    hex_encode(result, n, hex);
    assert_string_equal(hex, expected);
    assert_int_equal(result[n], 0xA5);
}

/* hashlib.blake2b(b"".join(len(f).to_bytes(4, "big") + f for f in fields), digest_size=, key=) */
static void test_fields(void **state)
{
    static const struct {
        const char *fields[3]; /* the label first */
        const char *hash;
    } rows[] = {
        {{""}, "13bf7e01df7be82c21b1b4198f118897"},
        {{LABEL}, "c2e9750e3d4ec66847c0485c3529d0536ca92fefb427cf5c61cfae0e8864a4fc"},
        {{LABEL, "ab", "c"}, "482ad1d9cdda4aa1feb5aecb0956646d5fc4ae8ea0ecb49752ec59cb521fb068"},
        {{LABEL, "a", "bc"}, "bafaa13c92a4948269bff574d069eda203b2e3fd3c467d989601ef771483841d"},
        {{"label-2", "ab", "c"},
            "39e9f4988140498eb4192f5ff92bf43eb3d24516b004fe1960791df9174bb89d"},
        {{LABEL, "ab", ""}, "dfc981c5d9cb0d8b576d2112011571da062d8da12405d2860e9224c749bced0d"
                            "39006ee06d2651926a849642b6b6c8f24e8a649bf039f0d6b7e696943e8801a8"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct keyed_hash hash;

        keyed_hash_init(&hash, key, strlen(rows[i].hash) / 2, rows[i].fields[0]);
        for (size_t f = 1; f < ARRAY_SIZE(rows[i].fields) && rows[i].fields[f]; f++)
            keyed_hash_put_string(&hash, rows[i].fields[f]);
        check_result(&hash, rows[i].hash);
    }
}

static void test_numbers(void **state)
{
    static const struct {
        uint32_t value;
        const char *hash;
    } rows[] = {
        {1, "4eb2cb39b773b099f3af44f4e1c0edc2783381f0175990979dfd0b0fff94ff5c"},
        {0xFFFEFDFC, "84f6406dee087b1761538e9643fee36478b6d5d978c61a5edf063ef452189913"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct keyed_hash hash;

        keyed_hash_init(&hash, key, 32, LABEL);
        keyed_hash_put_u32(&hash, rows[i].value);
        check_result(&hash, rows[i].hash);
    }
}

/* A length of more than one byte, and bytes with a NUL among them. */
static void test_bytes(void **state)
{
    struct keyed_hash hash;
    char text[300];

    (void)state;
    memset(text, 'x', sizeof(text));
    keyed_hash_init(&hash, key, 32, LABEL);
    keyed_hash_put(&hash, text, sizeof(text));
    check_result(&hash, "2a88f1a8a3bce6e6d881bf72e1cddeb77c9a4ff6f3fe7060a22187fa13e0ff9c");
    keyed_hash_init(&hash, key, 32, LABEL);
    keyed_hash_put(&hash, "\0\0\0\1", 4);
    check_result(&hash, "4eb2cb39b773b099f3af44f4e1c0edc2783381f0175990979dfd0b0fff94ff5c");
}

static void test_key(void **state)
{
    uint8_t other[KEYED_HASH_KEY_SIZE];
    struct keyed_hash hash;

    (void)state;
    memcpy(other, key, sizeof(other));
    other[0] = 1;
    keyed_hash_init(&hash, other, 32, LABEL);
    check_result(&hash, "33c618c601e1b7d83379e15a14dea958656f36529be97cdc43ef2fb835a1d9ec");
}

/* Nothing of the state is left, from which more could be hashed. */
static void test_wiped(void **state)
{
    struct keyed_hash hash;
    uint8_t result[32], zeros[sizeof(hash)] = {0};

    (void)state;
    keyed_hash_init(&hash, key, sizeof(result), LABEL);
    keyed_hash_final(&hash, result);
    assert_memory_equal(&hash, zeros, sizeof(hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_wiped),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
