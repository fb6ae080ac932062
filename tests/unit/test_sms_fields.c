/* The single fields of a TPDU: validity, time stamp, address, data coding scheme, header. */
#include "sms/address.h"
#include "sms/dcs.h"
#include "sms/timestamp.h"
#include "sms/udh.h"
#include "sms/validity.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* TS 23.040 §9.2.3.12.1, the ends of each range, and rounding up to the next step. */
static void test_validity(void **state)
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
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t octet = 0;
        int r = sms_validity_relative_encode(cases[i].sec, &octet);

        assert_int_equal(r < 0 ? -1 : octet, cases[i].octet);
        if (r == 0)
            assert_int_equal(sms_validity_relative_sec(octet), cases[i].meant_sec);
    }
}

/* TS 23.040 §9.2.3.12.3: format and value, seven octets. */
static void test_enhanced_validity(void **state)
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
        {{0x83, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, 7, -ERANGE, 0},
        {{0x07, 0x01}, 7, 0, 0}, /* reserved */
        {{0x02, 0xFF}, 6, -ENODATA, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cursor c = cursor_on(cases[i].octets, cases[i].n);
        struct sms_validity validity = {0};
        int r = sms_validity_decode(&c, SMS_VALIDITY_ENHANCED, &validity);

        if (r != cases[i].r || validity.sec != cases[i].sec)
            fail_msg("case %zu: %d, %u s", i, r, validity.sec);
        assert_int_equal(c.left, r == 0 ? 0 : cases[i].n);
    }
}

/* TS 23.040 §9.2.3.11; Unix seconds from date(1). */
static void test_timestamp(void **state)
{
    static const struct {
        uint8_t octets[7];
        int r;
        const char *text; /* NULL: unknown */
        int64_t unix_sec;
    } cases[] = {
        {{0x31, 0x30, 0x80, 0x51, 0x20, 0x61, 0x80}, 0, "2013-03-08T15:02:16+02:00", 1362747736},
        {{0x42, 0x20, 0x92, 0x00, 0x00, 0x00, 0x00}, 0, "2024-02-29T00:00:00+00:00", 1709164800},
        {{0x32, 0x20, 0x92, 0x00, 0x00, 0x00, 0x00}, -ERANGE, NULL, 0}, /* no leap year */
        {{0x42, 0x20, 0x92, 0x32, 0x95, 0x95, 0x22}, 0, "2024-02-29T23:59:59+05:30", 1709231399},
        {{0x42, 0x20, 0x92, 0x32, 0x95, 0x95, 0x2A}, 0, "2024-02-29T23:59:59-05:30", 1709270999},
        {{0x42, 0x20, 0x92, 0x42, 0x00, 0x00, 0x00}, -ERANGE, NULL, 0}, /* hour 24 */
        {{0x42, 0x20, 0x92, 0x00, 0x00, 0x00, 0xA0}, 0, "2024-02-29T00:00:00+00:00", 1709164800},
        {{0}, 0, NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cursor c = cursor_on(cases[i].octets, 7), cut = cursor_on(cases[i].octets, 6);
        struct sms_timestamp timestamp;
        char data[40] = "";
        struct strbuf text = STRBUF_ON(data);

        assert_int_equal(sms_timestamp_decode(&cut, &timestamp), -ENODATA);
        assert_int_equal(sms_timestamp_decode(&c, &timestamp), cases[i].r);
        if (cases[i].r < 0)
            continue;
        assert_int_equal(timestamp.known, cases[i].text != NULL);
        if (!cases[i].text)
            continue;
        sms_timestamp_format(&timestamp, &text);
        assert_string_equal(data, cases[i].text);
        assert_int_equal(sms_timestamp_unix_sec(&timestamp), cases[i].unix_sec);
    }
}

static void test_address_encode(void **state)
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
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t octets[SMS_ADDRESS_MAX_OCTETS];
        size_t n = 0;
        int r = sms_address_encode(cases[i].number, octets, &n);

        assert_int_equal(r, cases[i].n ? 0 : -EINVAL);
        assert_int_equal(n, cases[i].n);
        assert_memory_equal(octets, cases[i].octets, n);
    }
}

/* TS 23.040 §9.1.2.3 for the digits that are none, §9.1.2.5 for the types. */
static void test_address_decode(void **state)
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
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cursor c = cursor_on(cases[i].octets, cases[i].n);
        struct sms_address address = {0};

        assert_int_equal(sms_address_decode(&c, &address), cases[i].r);
        assert_string_equal(address.text, cases[i].text);
        assert_int_equal(c.left, cases[i].r == 0 ? 0 : cases[i].n);
    }
}

/* TS 23.038 §4: the lamps. */
static void test_message_waiting(void **state)
{
    struct sms_dcs dcs = sms_dcs_decode(0xCA);

    (void)state;
    assert_true(dcs.message_waiting && dcs.waiting_active && dcs.discard);
    assert_int_equal(dcs.waiting_type, 2);
    dcs = sms_dcs_decode(0xE1);
    assert_true(dcs.message_waiting && !dcs.waiting_active && !dcs.discard);
    assert_int_equal(dcs.encoding, SMS_ENCODING_UCS2);
    assert_false(sms_dcs_decode(0x88).message_waiting); /* reserved */
    assert_int_equal(sms_dcs_encode(SMS_ENCODING_GSM7, SMS_CLASS_NONE), 0x00);
    assert_int_equal(sms_dcs_encode(SMS_ENCODING_GSM7, 0), 0x10);
    assert_int_equal(sms_dcs_encode(SMS_ENCODING_UCS2, 2), 0x1A);
}

/* TS 23.040 §9.2.3.24: what is ignored, and that the last of two counts. */
static void test_header(void **state)
{
    static const struct {
        uint8_t octets[16];
        size_t n;
        int r;
        unsigned bits, reference;
        uint8_t total, sequence;
    } cases[] = {
        {{0x00, 3, 0xCC, 2, 1}, 5, 0, 8, 0xCC, 2, 1},
        {{0x08, 4, 0x12, 0x34, 9, 9}, 6, 0, 16, 0x1234, 9, 9},
        {{0x00, 3, 0xCC, 0, 1}, 5, 0, 0, 0, 0, 0},
        {{0x00, 3, 0xCC, 2, 0}, 5, 0, 0, 0, 0, 0},
        {{0x00, 3, 0xCC, 2, 3}, 5, 0, 0, 0, 0, 0},
        {{0x00, 4, 0xCC, 2, 1, 0}, 6, 0, 0, 0, 0, 0},
        {{0x00, 3, 0xCC, 2, 1, 0x00, 3, 0xDD, 2, 2}, 10, 0, 8, 0xDD, 2, 2},
        {{0x70, 2, 0xAA, 0xBB, 0x00, 3, 0xCC, 2, 1}, 9, 0, 8, 0xCC, 2, 1},
        {{0x00, 3, 0xCC, 2, 1, 0x70}, 6, -EBADMSG, 0, 0, 0, 0},
        {{0x00, 3, 0xCC, 2}, 4, -EBADMSG, 0, 0, 0, 0},
        {{0}, 0, 0, 0, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sms_udh udh = {0};
        size_t consumed;

        assert_int_equal(sms_udh_decode(cases[i].octets, cases[i].n, &udh, &consumed), cases[i].r);
        assert_int_equal(udh.concat.reference_bits, cases[i].bits);
        assert_int_equal(udh.concat.reference, cases[i].reference);
        assert_int_equal(udh.concat.total, cases[i].total);
        assert_int_equal(udh.concat.sequence, cases[i].sequence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_enhanced_validity),
        cmocka_unit_test(test_timestamp),
        cmocka_unit_test(test_address_encode),
        cmocka_unit_test(test_address_decode),
        cmocka_unit_test(test_message_waiting),
        cmocka_unit_test(test_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
