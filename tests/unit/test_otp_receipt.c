/* Receipts: known answers, and that nothing about one can be changed. */
#include "otp/receipt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "otp_vectors.h"

struct signed_receipt {
    struct otp_keyring *keyring;
    char text[OTP_RECEIPT_SIZE];
};

static int sign(struct otp_keyring *keyring, const char *client, char *ret_text)
{
    static const uint8_t digest[OTP_CONTEXT_DIGEST_SIZE] = {0xAB};
    struct otp_receipt receipt = {.id = "vf_1",
        .purpose = "login",
        .client = client,
        .context_digest = digest,
        .approved_at = "2026-11-23T05:00:00Z",
        .key_id = otp_keyring_id(keyring)};
    uint8_t signature[OTP_SIGNATURE_SIZE];
    int r = otp_receipt_sign(keyring, &receipt, signature);

    return r < 0 ? r : otp_receipt_write(&receipt, signature, ret_text);
}

static int set_up(void **state)
{
    static const uint8_t master[OTP_MASTER_KEY_SIZE] = {'a'};
    struct signed_receipt *signed_receipt = calloc(1, sizeof(*signed_receipt));

    assert_int_equal(otp_keyring_new(&signed_receipt->keyring, master), 0);
    assert_int_equal(sign(signed_receipt->keyring, "till", signed_receipt->text), 0);
    *state = signed_receipt;
    return 0;
}

static int tear_down(void **state)
{
    struct signed_receipt *signed_receipt = *state;

    otp_keyring_free(signed_receipt->keyring);
    free(signed_receipt);
    return 0;
}

static void check_vector(char *fields[])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = NULL;
    uint8_t master[OTP_MASTER_KEY_SIZE], digest[OTP_CONTEXT_DIGEST_SIZE];
    uint8_t signature[OTP_SIGNATURE_SIZE], key[OTP_PUBLIC_KEY_SIZE];
    char text[OTP_RECEIPT_SIZE], payload[OTP_RECEIPT_PAYLOAD_SIZE];
    char name[OTP_KEY_NAME_SIZE], expected[OTP_KEY_NAME_SIZE], key_text[OTP_PUBLIC_KEY_TEXT_SIZE];
    struct otp_receipt receipt = {.id = fields[1], .purpose = fields[2], .client = fields[4],
        .context_digest = digest, .approved_at = fields[5]};

    otp_vector_bytes(fields[0], master, sizeof(master));
    otp_vector_bytes(fields[3], digest, sizeof(digest));
    assert_int_equal(otp_keyring_new(&keyring, master), 0);
    receipt.key_id = otp_keyring_id(keyring);
    assert_int_equal(otp_receipt_sign(keyring, &receipt, signature), 0);
    assert_int_equal(otp_receipt_write(&receipt, signature, text), 0);
    assert_string_equal(text, fields[7]);

    otp_public_key_to_text(otp_keyring_public_key(keyring), key_text);
    assert_string_equal(key_text, fields[6]);
    assert_int_equal(otp_public_key_from_text(fields[6], key), 0);
    assert_int_equal(otp_receipt_verify(fields[7], key, payload), 0);
    assert_non_null(strstr(payload, fields[3]));
    otp_key_name(receipt.key_id, expected);
    assert_int_equal(otp_receipt_key(fields[7], name), 0);
    assert_string_equal(name, expected);
}

static void test_known_answers(void **state)
{
    (void)state;
    assert_int_equal(otp_vectors_each("receipt", check_vector), 3);
}

/* Each character changed, each cut, and something behind. */
static void test_any_change(void **state)
{
    const struct signed_receipt *good = *state;
    const uint8_t *key = otp_keyring_public_key(good->keyring);
    char payload[OTP_RECEIPT_PAYLOAD_SIZE] = "untouched", changed[OTP_RECEIPT_SIZE + 1];
    size_t n = strlen(good->text);

    for (size_t i = 0; i < n; i++) {
        memcpy(changed, good->text, n + 1);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_true(otp_receipt_verify(changed, key, payload) < 0);
        snprintf(changed, sizeof(changed), "%.*s", (int)i, good->text);
        assert_true(otp_receipt_verify(changed, key, payload) < 0);
    }
    for (const char *behind = "A=. \n"; *behind; behind++) {
        snprintf(changed, sizeof(changed), "%s%c", good->text, *behind);
        assert_true(otp_receipt_verify(changed, key, payload) < 0);
    }
    assert_string_equal(payload, "untouched");
    assert_int_equal(otp_receipt_verify(good->text, key, payload), 0);
}

static void test_another_key(void **state)
{
    static const uint8_t master[OTP_MASTER_KEY_SIZE] = {'b'};
    const struct signed_receipt *good = *state;
    _cleanup_(otp_keyring_freep) struct otp_keyring *other = NULL;
    char payload[OTP_RECEIPT_PAYLOAD_SIZE];

    assert_int_equal(otp_keyring_new(&other, master), 0);
    assert_int_equal(
        otp_receipt_verify(good->text, otp_keyring_public_key(other), payload), -EBADMSG);
}

/* Headers of other kinds, on the same payload: "alg" is no choice. */
static void test_only_one_header(void **state)
{
    static const char *const headers[] = {
        "eyJhbGciOiJub25lIn0",  /* {"alg":"none"} */
        "eyJhbGciOiJFZERTQSJ9", /* {"alg":"EdDSA"} */
        "eyJhbGciOiJFZERTQSIsImtpZCI6IjEyMzQ1NjdHIiwidHlwIjoic21zb3RwLXJlY2VpcHQifQ", /* kid
                                                                                         1234567G */
        "",
    };
    const struct signed_receipt *good = *state;
    char changed[2 * OTP_RECEIPT_SIZE], name[OTP_KEY_NAME_SIZE], payload[OTP_RECEIPT_PAYLOAD_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
        snprintf(changed, sizeof(changed), "%s%s", headers[i], strchr(good->text, '.'));
        assert_int_equal(otp_receipt_key(changed, name), -EINVAL);
        assert_int_equal(
            otp_receipt_verify(changed, otp_keyring_public_key(good->keyring), payload), -EINVAL);
    }
}

static void test_what_is_none(void **state)
{
    static const char *const texts[] = {"", ".", "..", "...", "a.b.c", "123456"};
    const struct signed_receipt *good = *state;
    char payload[OTP_RECEIPT_PAYLOAD_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        assert_int_equal(otp_receipt_verify(
                             texts[i], otp_keyring_public_key(good->keyring), payload), -EINVAL);
}

static void test_names_too_long(void **state)
{
    const struct signed_receipt *good = *state;
    char client[OTP_RECEIPT_PAYLOAD_SIZE], text[OTP_RECEIPT_SIZE];

    memset(client, 'c', sizeof(client) - 1);
    client[sizeof(client) - 1] = '\0';
    assert_int_equal(sign(good->keyring, client, text), -ENOBUFS);
}

static void test_public_keys(void **state)
{
    static const char *const bad[] = {"", "A", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+"};
    uint8_t key[OTP_PUBLIC_KEY_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(otp_public_key_from_text(bad[i], key), -EINVAL);
    assert_int_equal(
        otp_public_key_from_text("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", key), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_any_change),
        cmocka_unit_test(test_another_key),
        cmocka_unit_test(test_only_one_header),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_names_too_long),
        cmocka_unit_test(test_public_keys),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
