/* Golden PDUs of tests/data/pdus.jsonl, and every truncation of each. */
#include "vectors.h"

#include "ctl/pdu_fields.h"
#include "util/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static FILE *open_data(void)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/tests/data/pdus.jsonl", getenv("SMSOTP_SOURCE_ROOT"));
    file = fopen(path, "re");
    assert_non_null(file);
    return file;
}

static size_t octets_of(const json_t *row, uint8_t *ret, size_t size)
{
    const char *hex = vectors_string(row, "pdu");
    size_t n;

    assert_int_equal(hex_decode(hex, strlen(hex), ret, size, &n), 0);
    return n;
}

static enum sms_direction direction_of(const json_t *row)
{
    return json_is_true(json_object_get(row, "mo")) ? SMS_FROM_PHONE : SMS_FROM_NETWORK;
}

static void check_fields(const json_t *row, const struct sms_decoded *decoded)
{
    json_t *fields = pdu_fields_to_json(decoded), *expected;
    const char *key;

    json_object_foreach(json_object_get(row, "expect"), key, expected)
    {
        json_t *value = json_object_get(fields, key);

        if (json_is_null(expected) ? value != NULL : !value || !json_equal(value, expected)) {
            json_dumpf(fields, stdout, JSON_COMPACT);
            fail_msg(
                "%s: %s: field %s", vectors_string(row, "source"), vectors_string(row, "pdu"), key);
        }
    }
    json_decref(fields);
}

static void check_row(const json_t *row)
{
    const char *expected = vectors_string(json_object_get(row, "expect"), "error");
    struct sms_decoded decoded = {.pid = 0xA5};
    struct sms_pdu_error error;
    uint8_t octets[256];
    size_t n = octets_of(row, octets, sizeof(octets));
    char data[160] = "";
    struct strbuf reason = STRBUF_ON(data);

    if (sms_pdu_decode(octets, n, direction_of(row), &decoded, &error) == 0) {
        if (expected)
            fail_msg("%s: not refused", vectors_string(row, "pdu"));
        check_fields(row, &decoded);
        return;
    }
    sms_pdu_error_format(&error, &reason);
    if (!expected || strcmp(expected, data) != 0)
        fail_msg("%s: refused: %s", vectors_string(row, "pdu"), data);
    assert_int_equal(decoded.pid, 0xA5);
}

/* Each in memory of its own size, where the address sanitizer sees a read past the end. */
static unsigned check_truncations(const json_t *row)
{
    uint8_t octets[256];
    size_t n = octets_of(row, octets, sizeof(octets));
    unsigned decoded_count = 0;

    for (size_t cut = 0; cut < n; cut++) {
        uint8_t *exact = malloc(cut + 1);
        struct sms_decoded decoded;
        struct sms_pdu_error error;

        assert_non_null(exact);
        memcpy(exact + 1, octets, cut);
        if (sms_pdu_decode(exact + 1, cut, direction_of(row), &decoded, &error) == 0)
            decoded_count++;
        else
            assert_true(error.fault != SMS_FAULT_NONE && error.offset_octets <= cut);
        free(exact);
    }
    return decoded_count;
}

static void each_row(void (*check)(const json_t *), unsigned at_least)
{
    FILE *file = open_data();
    unsigned rows = 0;
    json_t *row;

    while ((row = vectors_next(file))) {
        check(row);
        json_decref(row);
        rows++;
    }
    fclose(file);
    printf("pdus.jsonl: %u rows ran\n", rows);
    assert_true(rows >= at_least);
}

static void test_golden(void **state)
{
    (void)state;
    each_row(check_row, 30);
}

/* A prefix of a PDU is never one, but for a report that could have ended before its TP-PI. */
static void check_prefixes(const json_t *row)
{
    json_t *expect = json_object_get(row, "expect");
    unsigned n = check_truncations(row);

    if (!vectors_string(expect, "error"))
        assert_int_equal(n, json_is_true(json_object_get(row, "optional_end")));
}

static void test_truncations(void **state)
{
    (void)state;
    each_row(check_prefixes, 30);
}

static void test_trailing_octets_are_ignored(void **state)
{
    static const uint8_t octets[] = {0x00, 0x04, 0x04, 0x81, 0x21, 0x43, 0x00, 0x00, 0x99, 0x30,
        0x92, 0x51, 0x61, 0x95, 0x80, 0x01, 0x41, 0xFF, 0xFF, 0xFF};
    struct sms_decoded decoded;

    (void)state;
    assert_int_equal(sms_pdu_decode(octets, sizeof(octets), SMS_FROM_NETWORK, &decoded, NULL), 0);
    assert_string_equal(decoded.text, "A");
    assert_string_equal(decoded.number.text, "1234");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_truncations),
        cmocka_unit_test(test_trailing_octets_are_ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
