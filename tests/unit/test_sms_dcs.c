/* TP-Data-Coding-Scheme: every group of TS 23.038 §4. */
#include "sms/dcs.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_decode(void **state)
{
    static const struct {
        uint8_t octet;
        enum sms_encoding encoding;
        int message_class;
        bool compressed;
    } cases[] = {
        /* 00xx: general */
        {0x00, SMS_ENCODING_GSM7, SMS_CLASS_NONE, false},
        {0x03, SMS_ENCODING_GSM7, SMS_CLASS_NONE, false}, /* bits 1 and 0 mean nothing here */
        {0x04, SMS_ENCODING_8BIT, SMS_CLASS_NONE, false},
        {0x08, SMS_ENCODING_UCS2, SMS_CLASS_NONE, false},
        {0x0C, SMS_ENCODING_GSM7, SMS_CLASS_NONE, false}, /* reserved */
        {0x10, SMS_ENCODING_GSM7, 0, false},
        {0x15, SMS_ENCODING_8BIT, 1, false},
        {0x1A, SMS_ENCODING_UCS2, 2, false},
        {0x13, SMS_ENCODING_GSM7, 3, false},
        {0x20, SMS_ENCODING_GSM7, SMS_CLASS_NONE, true},
        {0x38, SMS_ENCODING_UCS2, 0, true},
        /* 01xx: the same, to be deleted after reading */
        {0x40, SMS_ENCODING_GSM7, SMS_CLASS_NONE, false},
        {0x5A, SMS_ENCODING_UCS2, 2, false},
        {0x7F, SMS_ENCODING_GSM7, 3, true},
        /* 1000…1011: reserved */
        {0x80, SMS_ENCODING_GSM7, SMS_CLASS_NONE, false},
        {0x88, SMS_ENCODING_GSM7, SMS_CLASS_NONE, false},
        {0xBF, SMS_ENCODING_GSM7, SMS_CLASS_NONE, false},
        /* 1111: data coding and class */
        {0xF0, SMS_ENCODING_GSM7, 0, false},
        {0xF7, SMS_ENCODING_8BIT, 3, false},
        {0xFA, SMS_ENCODING_GSM7, 2, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct sms_dcs dcs = sms_dcs_decode(cases[i].octet);

        if (dcs.encoding != cases[i].encoding || dcs.message_class != cases[i].message_class ||
            dcs.compressed != cases[i].compressed || dcs.message_waiting)
            fail_msg("%02X: %s, class %d", cases[i].octet, sms_encoding_to_string(dcs.encoding),
                dcs.message_class);
        assert_int_equal(dcs.octet, cases[i].octet);
    }
}

/* 1100 discard, 1101 store, 1110 store as UCS-2. */
static void test_message_waiting(void **state)
{
    static const struct {
        uint8_t octet;
        enum sms_encoding encoding;
        bool active, discard;
        uint8_t type;
    } cases[] = {{0xC0, SMS_ENCODING_GSM7, false, true, 0},
        {0xCA, SMS_ENCODING_GSM7, true, true, 2}, {0xD8, SMS_ENCODING_GSM7, true, false, 0},
        {0xD3, SMS_ENCODING_GSM7, false, false, 3}, {0xE1, SMS_ENCODING_UCS2, false, false, 1},
        {0xEF, SMS_ENCODING_UCS2, true, false, 3}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct sms_dcs dcs = sms_dcs_decode(cases[i].octet);

        assert_true(dcs.message_waiting);
        assert_int_equal(dcs.encoding, cases[i].encoding);
        assert_int_equal(dcs.waiting_active, cases[i].active);
        assert_int_equal(dcs.discard, cases[i].discard);
        assert_int_equal(dcs.waiting_type, cases[i].type);
        assert_int_equal(dcs.message_class, SMS_CLASS_NONE);
    }
}

static void test_encode(void **state)
{
    static const struct {
        enum sms_encoding encoding;
        int message_class;
        uint8_t octet;
    } cases[] = {{SMS_ENCODING_GSM7, SMS_CLASS_NONE, 0x00}, {SMS_ENCODING_GSM7, 0, 0x10},
        {SMS_ENCODING_8BIT, SMS_CLASS_NONE, 0x04}, {SMS_ENCODING_8BIT, 1, 0x15},
        {SMS_ENCODING_UCS2, SMS_CLASS_NONE, 0x08}, {SMS_ENCODING_UCS2, 2, 0x1A},
        {SMS_ENCODING_UCS2, 3, 0x1B}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(sms_dcs_encode(cases[i].encoding, cases[i].message_class), cases[i].octet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_message_waiting),
        cmocka_unit_test(test_encode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
