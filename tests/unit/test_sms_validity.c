/* TP-Validity-Period in its three formats. */
#include "sms/validity.h"
#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* TS 23.040 §9.2.3.12.1, the ends of each range, and rounding up to the next step. */
static void test_relative(void **state)
{
    static const struct {
        uint32_t sec;
        int octet; /* -1: refused */
        uint32_t meant_sec;
    } cases[] = {
        {0, -1, 0},
        {1, 0, 300},
        {300, 0, 300},
        {301, 1, 600},
        {43200, 143, 43200},
        {43201, 144, 45000},
        {86400, 167, 86400},
        {86401, 168, 172800},
        {2592000, 196, 2592000},
        {2592001, 197, 3024000},
        {38102400, 255, 38102400},
        {38102401, -1, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t octet = 0;
        int r = sms_validity_relative_encode(cases[i].sec, &octet);

        assert_int_equal(r < 0 ? -1 : octet, cases[i].octet);
        if (r == 0)
            assert_int_equal(sms_validity_relative_sec(octet), cases[i].meant_sec);
    }
}

/* TS 23.040 §9.2.3.12.3: format and value, seven octets. */
static void test_enhanced(void **state)
{
    static const struct {
        uint8_t octets[8];
        size_t n;
        int r;
        uint32_t sec;
    } cases[] = {
        {{0x00}, 7, 0, 0},
        {{0x01, 0x00}, 7, 0, 300},
        {{0x02, 0xFF}, 7, 0, 255},
        {{0x03, 0x32, 0x95, 0x95}, 7, 0, 23 * 3600 + 59 * 60 + 59},
        {{0x03, 0x00, 0x06, 0x00}, 7, -ERANGE, 0}, /* 60 minutes */
        {{0x03, 0x0A, 0x00, 0x00}, 7, -ERANGE, 0}, /* no digit */
        {{0x42, 0x1E}, 7, 0, 30},                  /* single shot */
        {{0x82, 0x00, 0x1E}, 7, 0, 30},            /* a second indicator octet */
        {{0x03, 0x00, 0x00, 0x10}, 7, 0, 1},
        {{0x83, 0x80, 0x80, 0x00, 0x00, 0x10, 0x20}, 7, 0, 62}, /* as many as leave room */
        {{0x83, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, 7, -ERANGE, 0},
        {{0x07, 0x01}, 7, 0, 0}, /* reserved */
        {{0x02, 0xFF}, 6, -ENODATA, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cursor c = cursor_on(cases[i].octets, cases[i].n);
        struct sms_validity validity = {0};
        int r = sms_validity_decode(&c, SMS_VALIDITY_ENHANCED, &validity);

        if (r != cases[i].r || validity.sec != cases[i].sec)
            fail_msg("case %zu: %d, %u s", i, r, validity.sec);
        assert_int_equal(c.left, r == 0 ? 0 : cases[i].n);
    }
}

static void test_formats(void **state)
{
    static const uint8_t octets[] = {0x42, 0x20, 0x92, 0x00, 0x00, 0x00, 0x00};
    static const struct {
        enum sms_validity_format format;
        size_t n;
        int r;
        size_t taken;
        bool is_absolute;
        uint32_t sec;
    } cases[] = {
        {SMS_VALIDITY_NONE, 7, 0, 0, false, 0},
        {SMS_VALIDITY_NONE, 0, 0, 0, false, 0},
        {SMS_VALIDITY_RELATIVE, 7, 0, 1, false, 0x43 * 300},
        {SMS_VALIDITY_RELATIVE, 0, -ENODATA, 0, false, 0},
        {SMS_VALIDITY_ABSOLUTE, 7, 0, 7, true, 0},
        {SMS_VALIDITY_ABSOLUTE, 6, -ENODATA, 0, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cursor c = cursor_on(octets, cases[i].n);
        struct sms_validity validity = {0};
        int r = sms_validity_decode(&c, cases[i].format, &validity);

        if (r != cases[i].r || validity.sec != cases[i].sec)
            fail_msg("case %zu: %d, %u s", i, r, validity.sec);
        assert_int_equal(cases[i].n - c.left, cases[i].taken);
        assert_int_equal(validity.is_absolute, cases[i].is_absolute);
        if (validity.is_absolute)
            assert_int_equal(sms_timestamp_unix_sec(&validity.until), 1709164800);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relative),
        cmocka_unit_test(test_enhanced),
        cmocka_unit_test(test_formats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
