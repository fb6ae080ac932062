/* Addresses: numbers, alphanumeric senders, the SMSC field. */
#include "sms/address.h"
#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_encode(void **state)
{
    static const struct {
        const char *number;
        size_t n; /* 0: refused */
        uint8_t octets[SMS_ADDRESS_MAX_OCTETS];
    } cases[] = {
        {"+46708251358", 8, {0x0B, 0x91, 0x64, 0x07, 0x28, 0x15, 0x53, 0xF8}},
        {"0708251358", 7, {0x0A, 0x81, 0x70, 0x80, 0x52, 0x31, 0x85}},
        {"1", 3, {0x01, 0x81, 0xF1}},
        {"12345678901234567890", 12,
            {0x14, 0x81, 0x21, 0x43, 0x65, 0x87, 0x09, 0x21, 0x43, 0x65, 0x87, 0x09}},
        {"123456789012345678901", 0, {0}},
        {"", 0, {0}},
        {"+", 0, {0}},
        {"+4670 8", 0, {0}},
        {"++4", 0, {0}},
        {"12\r", 0, {0}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t octets[SMS_ADDRESS_MAX_OCTETS];
        size_t n = 0;
        int r = sms_address_encode(cases[i].number, octets, &n);

        assert_int_equal(r, cases[i].n ? 0 : -EINVAL);
        assert_int_equal(n, cases[i].n);
        assert_memory_equal(octets, cases[i].octets, n);
    }
}

/* TS 23.040 §9.1.2.3 for the digits that are none, §9.1.2.5 for the types. */
static void test_decode(void **state)
{
    static const struct {
        uint8_t octets[8];
        size_t n;
        int r;
        const char *text;
    } cases[] = {
        {{0x05, 0x81, 0xA1, 0xCB, 0xFD}, 5, 0, "1*#ab"},
        {{0x02, 0x81, 0xFE}, 3, 0, "c"},
        {{0x00, 0x91}, 2, 0, ""},
        {{0x04, 0xA1, 0x21, 0x43}, 4, 0, "1234"},
        {{0x04, 0x81, 0x21}, 3, -ENODATA, ""},
        {{0x04, 0x81, 0xF1, 0x43}, 4, -EBADMSG, ""},
        {{0x15, 0x81}, 2, -EMSGSIZE, ""},
        {{0x00}, 1, -ENODATA, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cursor c = cursor_on(cases[i].octets, cases[i].n);
        struct sms_address address = {0};

        assert_int_equal(sms_address_decode(&c, &address), cases[i].r);
        assert_string_equal(address.text, cases[i].text);
        assert_int_equal(c.left, cases[i].r == 0 ? 0 : cases[i].n);
    }
}

/* TS 24.011 §8.2.5: here the length counts octets, type of address included. */
static void test_smsc(void **state)
{
    static const struct {
        uint8_t octets[14];
        size_t n;
        int r;
        const char *text;
        bool same_again; /* encoding the number gives the same octets */
    } cases[] = {
        {{0x00}, 1, 0, "", false},
        {{0x07, 0x91, 0x72, 0x83, 0x01, 0x00, 0x10, 0xF5}, 8, 0, "+27381000015", true},
        {{0x03, 0x81, 0x21, 0x43}, 4, 0, "1234", true},
        {{0x01, 0x91}, 2, 0, "", false},
        {{0x0B, 0x91, 0x21, 0x43, 0x65, 0x87, 0x09, 0x21, 0x43, 0x65, 0x87, 0x09}, 12, 0,
            "+12345678901234567890", true},
        {{0x0C, 0x91, 0x21, 0x43, 0x65, 0x87, 0x09, 0x21, 0x43, 0x65, 0x87, 0x09, 0x21}, 13,
            -EMSGSIZE, "", false},
        {{0x03, 0x81, 0x21}, 3, -ENODATA, "", false},
        {{0x01}, 1, -ENODATA, "", false},
        {{0x03, 0x81, 0xF1, 0x43}, 4, -EBADMSG, "", false},
        {{0}, 0, -ENODATA, "", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cursor c = cursor_on(cases[i].octets, cases[i].n);
        struct sms_address address = {0};
        uint8_t again[SMS_ADDRESS_MAX_OCTETS];
        size_t n;

        assert_int_equal(sms_address_decode_smsc(&c, &address), cases[i].r);
        assert_string_equal(address.text, cases[i].text);
        assert_int_equal(c.left, cases[i].r == 0 ? 0 : cases[i].n);
        if (!cases[i].same_again)
            continue;
        assert_int_equal(sms_address_encode_smsc(cases[i].text, again, &n), 0);
        assert_int_equal(n, cases[i].n);
        assert_memory_equal(again, cases[i].octets, n);
    }
}

/* No SMSC is the SIM's own; an empty one is a mistake. */
static void test_smsc_of_the_sim(void **state)
{
    uint8_t octets[SMS_ADDRESS_MAX_OCTETS] = {0xAA};
    size_t n = 0;

    (void)state;
    assert_int_equal(sms_address_encode_smsc(NULL, octets, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(octets[0], 0);
    assert_int_equal(sms_address_encode_smsc("", octets, &n), -EINVAL);
}

/* TS 23.040 §9.1.2.5: septets, counted in semi-octets; octets packed by hand. */
static void test_alphanumeric(void **state)
{
    static const struct {
        uint8_t octets[12];
        size_t n;
        const char *text;
    } cases[] = {
        {{0x04, 0xD0, 0x41, 0x21}, 4, "AB"},
        {{0x0D, 0xD0, 0x41, 0xE1, 0x90, 0x58, 0x34, 0x1E, 0x01}, 9, "ABCDEFG"},
        {{0x0E, 0xD0, 0x41, 0xE1, 0x90, 0x58, 0x34, 0x1E, 0x91}, 9, "ABCDEFGH"},
        {{0x14, 0xD0, 0x10, 0x08, 0x04, 0x02, 0x81, 0x40, 0x20, 0x10, 0x08, 0x04}, 12,
            "ΔΔΔΔΔΔΔΔΔΔΔ"},
        {{0x00, 0xD0}, 2, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cursor c = cursor_on(cases[i].octets, cases[i].n);
        struct sms_address address = {0};

        assert_int_equal(sms_address_decode(&c, &address), 0);
        assert_int_equal(address.type_of_number, SMS_TON_ALPHANUMERIC);
        assert_string_equal(address.text, cases[i].text);
        assert_int_equal(c.left, 0);
    }
}

/* "+123" that is no international number, as an alphanumeric sender could write it, is another. */
static void test_equal(void **state)
{
    struct sms_address a = {.type_of_number = SMS_TON_INTERNATIONAL, .text = "+123"}, b = a;

    (void)state;
    assert_true(sms_address_equal(&a, &b));
    b.numbering_plan = 1;
    assert_true(sms_address_equal(&a, &b));
    b.type_of_number = SMS_TON_ALPHANUMERIC;
    assert_false(sms_address_equal(&a, &b));
    b = a;
    b.text[3] = '4';
    assert_false(sms_address_equal(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_smsc),
        cmocka_unit_test(test_smsc_of_the_sim),
        cmocka_unit_test(test_alphanumeric),
        cmocka_unit_test(test_equal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
