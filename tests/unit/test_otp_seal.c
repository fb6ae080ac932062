/* Seals that break when anything changes, and that either key of a keyring opens. */
#include "otp/seal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t master_a[OTP_MASTER_KEY_SIZE] = {'a'};
static const uint8_t master_b[OTP_MASTER_KEY_SIZE] = {'b'};

static struct otp_keyring *keyring_of(const uint8_t *master)
{
    struct otp_keyring *keyring = NULL;

    assert_int_equal(otp_keyring_new(&keyring, master), 0);
    return keyring;
}

static void test_number_opens(void **state)
{
    static const char *const numbers[] = {"+919812345678", "+1234567", "+123456789012345"};
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        uint8_t sealed[OTP_SEALED_NUMBER_SIZE], again[OTP_SEALED_NUMBER_SIZE];
        char number[E164_SIZE];

        otp_number_seal(keyring, "vf_1", numbers[i], sealed);
        otp_number_seal(keyring, "vf_1", numbers[i], again);
        assert_memory_not_equal(sealed, again, sizeof(sealed)); /* a nonce each */
        assert_int_equal(otp_number_open(keyring, "vf_1", sealed, number), 0);
        assert_string_equal(number, numbers[i]);
        assert_int_equal(otp_number_open(keyring, "vf_1", again, number), 0);
        assert_string_equal(number, numbers[i]);
    }
}

static void test_number_is_bound(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    _cleanup_(otp_keyring_freep) struct otp_keyring *other = keyring_of(master_b);
    uint8_t sealed[OTP_SEALED_NUMBER_SIZE];
    char number[E164_SIZE] = "untouched";

    (void)state;
    otp_number_seal(keyring, "vf_1", "+919812345678", sealed);
    assert_int_equal(otp_number_open(keyring, "vf_2", sealed, number), -EBADMSG);
    assert_int_equal(otp_number_open(keyring, "", sealed, number), -EBADMSG);
    assert_int_equal(otp_number_open(keyring, "vf_11", sealed, number), -EBADMSG);
    assert_int_equal(otp_number_open(other, "vf_1", sealed, number), -EBADMSG);
    for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(otp_number_open(keyring, "vf_1", sealed, number), -EBADMSG);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_string_equal(number, "untouched");
    assert_int_equal(otp_number_open(keyring, "vf_1", sealed, number), 0);
}

static void test_text(void **state)
{
    static const char text[] = "Your order 12 is ready at Ravi Stores";
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    uint8_t sealed[OTP_SEALED_TEXT_SIZE(sizeof(text) - 1)];
    char opened[sizeof(text)];

    (void)state;
    otp_text_seal(keyring, "ms_1", text, sizeof(text) - 1, sealed);
    assert_int_equal(
        otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened, sizeof(opened)), 0);
    assert_string_equal(opened, text);
    assert_int_equal(otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened,
                         sizeof(opened) - 1), -ENOBUFS);
    assert_int_equal(
        otp_text_open(keyring, "ms_2", sealed, sizeof(sealed), opened, sizeof(opened)), -EBADMSG);
    assert_null(memmem(opened, sizeof(opened), "order", 5));
    for (size_t n = 0; n < sizeof(sealed); n++)
        assert_int_equal(
            otp_text_open(keyring, "ms_1", sealed, n, opened, sizeof(opened)), -EBADMSG);
    for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened,
                             sizeof(opened)), -EBADMSG);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_empty_text(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    uint8_t sealed[OTP_SEALED_TEXT_SIZE(0)];
    char opened[1] = {'x'};

    (void)state;
    otp_text_seal(keyring, "ms_1", "", 0, sealed);
    assert_int_equal(otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened, 0), -ENOBUFS);
    assert_int_equal(otp_text_open(keyring, "ms_1", sealed, sizeof(sealed), opened, 1), 0);
    assert_string_equal(opened, "");
}

/* One use's ciphertext is nothing to another, though id and bytes are the same. */
static void test_uses_are_apart(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    uint8_t sealed[OTP_SEALED_NUMBER_SIZE];
    char text[E164_SIZE + 1];

    (void)state;
    otp_number_seal(keyring, "id", "+919812345678", sealed);
    assert_int_equal(
        otp_text_open(keyring, "id", sealed, sizeof(sealed), text, sizeof(text)), -EBADMSG);
}

static void test_reseal(void **state)
{
    static const char text[] = "a text";
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    _cleanup_(otp_keyring_freep) struct otp_keyring *next = keyring_of(master_b);
    uint8_t number_sealed[OTP_SEALED_NUMBER_SIZE], sealed[OTP_SEALED_TEXT_SIZE(sizeof(text))];
    char number[E164_SIZE], opened[sizeof(text) + 1];

    (void)state;
    otp_number_seal(keyring, "in_1", "+919812345678", number_sealed);
    otp_text_seal(keyring, "in_1", text, sizeof(text), sealed);
    assert_int_equal(
        otp_reseal(next, OTP_SEAL_TEXT, "in_1", sealed, sizeof(sealed), sealed), -EBADMSG);
    assert_int_equal(otp_keyring_rotate(keyring, next), 0);
    assert_int_equal(
        otp_reseal(keyring, OTP_SEAL_TEXT, "in_2", sealed, sizeof(sealed), sealed), -EBADMSG);
    assert_int_equal(otp_reseal(keyring, OTP_SEAL_TEXT, "in_1", sealed, 43, sealed), -EBADMSG);
    assert_int_equal(otp_reseal(keyring, OTP_SEAL_TEXT, "in_1", sealed, sizeof(sealed), sealed), 0);
    assert_int_equal(otp_reseal(keyring, OTP_SEAL_NUMBER, "in_1", number_sealed,
                         sizeof(number_sealed), number_sealed), 0);
    assert_int_equal(
        otp_text_open(next, "in_1", sealed, sizeof(sealed), opened, sizeof(opened)), 0);
    assert_string_equal(opened, text);
    assert_int_equal(otp_number_open(next, "in_1", number_sealed, number), 0);
    assert_string_equal(number, "+919812345678");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_opens),
        cmocka_unit_test(test_number_is_bound),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_empty_text),
        cmocka_unit_test(test_uses_are_apart),
        cmocka_unit_test(test_reseal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
