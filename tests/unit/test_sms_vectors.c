/*
 * Every row of pdu_deliver.jsonl, pdu_submit.jsonl and pdu_joins.jsonl. Decoded messages are
 * compared as the JSON that `pdu decode` prints, field by field.
 */
#include "vectors.h"

#include "ctl/pdu_fields.h"
#include "sms/join.h"
#include "util/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int decode(const char *hex, bool from_phone, struct sms_decoded *ret)
{
    enum sms_direction direction = from_phone ? SMS_FROM_PHONE : SMS_FROM_NETWORK;
    uint8_t octets[512];
    struct sms_pdu_error error;
    size_t n;

    if (hex_decode(hex, strlen(hex), octets, sizeof(octets), &n) < 0)
        return -EINVAL;
    return sms_pdu_decode(octets, n, direction, ret, &error);
}

/* Whether one expected field is met; the source gives some timestamps without their offset. */
static bool is_met(const json_t *fields, const char *key, json_t *expected)
{
    bool is_local = strcmp(key, "timestamp_local") == 0;
    json_t *value = json_object_get(fields, is_local ? "timestamp" : key);

    if (is_local)
        return value && strncmp(json_string_value(value), json_string_value(expected), 19) == 0;
    if (json_is_null(expected))
        return !value;
    return value && json_equal(value, expected);
}

static void check_fields(const char *hex, const json_t *fields, json_t *expect)
{
    const char *key;
    json_t *expected;

    json_object_foreach(expect, key, expected) if (!is_met(fields, key, expected))
    {
        json_dumpf(fields, stdout, JSON_COMPACT);
        fail_msg("%s: field %s is not as expected", hex, key);
    }
}

/* Fields on which the source's decoders do not agree: one of their answers must be ours. */
static void check_disagree(const json_t *fields, json_t *disagree)
{
    const char *key;
    json_t *answers;

    json_object_foreach(disagree, key, answers)
    {
        bool found = false;
        json_t *answer;
        size_t i;

        json_array_foreach(answers, i, answer) found = found || is_met(fields, key, answer);
        assert_true(found);
    }
}

static void check_deliver(const json_t *row)
{
    const char *hex = vectors_string(row, "pdu"), *direction = vectors_string(row, "direction");
    json_t *expect = json_object_get(row, "expect"), *fields;
    const char *type = vectors_string(expect, "type");
    bool from_phone =
        (direction && strcmp(direction, "MO") == 0) || (type && strcmp(type, "submit") == 0);
    struct sms_decoded decoded;
    int r = decode(hex, from_phone, &decoded);

    if (json_is_true(json_object_get(expect, "error"))) {
        if (r == 0)
            fail_msg("%s: not refused", hex);
        return;
    }
    if (r < 0)
        fail_msg("%s: refused", hex);
    if (json_is_true(json_object_get(expect, "must_not_crash")))
        /* One decoder refuses octets after the user data, another ignores them; TS 23.040
         * §9.2.3.16: TP-UDL says how long the user data is. */
        expect = json_object_get(row, "lenient");
    fields = pdu_fields_to_json(&decoded);
    check_fields(hex, fields, expect);
    check_disagree(fields, json_object_get(row, "disagree"));
    json_decref(fields);
}

static unsigned relative_validity(const json_t *options)
{
    int octet = vectors_int(options, "vp_octet", -1);
    int minutes = vectors_int(options, "validity_minutes", 0);

    /* The octet that a row gives is the highest there is, 63 weeks. */
    assert_true(octet == -1 || octet == 255);
    return octet == 255 ? 63U * 7 * 86400 : (unsigned)minutes * 60;
}

static void check_submit(const json_t *row)
{
    json_t *options = json_object_get(row, "options");
    const char *coding = vectors_string(options, "coding");
    struct sms_outgoing outgoing = {.number = vectors_string(row, "to"),
        .text = vectors_string(row, "text"),
        .smsc = vectors_string(options, "smsc"),
        SMS_OUTGOING_DEFAULT};
    struct sms_pdu pdu;

    outgoing.validity_sec = relative_validity(options);
    outgoing.message_reference = (uint8_t)vectors_int(options, "mr", 0);
    if (coding)
        outgoing.force_encoding = coding[0] == 'u' ? SMS_ENCODING_UCS2 : SMS_ENCODING_GSM7;
    assert_int_equal(sms_outgoing_encode(&outgoing, 0, &pdu), 0);
    assert_string_equal(pdu.hex, vectors_string(row, "expect_pdu"));
    assert_int_equal(pdu.tpdu_octets, vectors_int(row, "expect_len", 0));
}

static void check_join(const json_t *row)
{
    json_t *pdus = json_object_get(row, "pdus"), *expect = json_object_get(row, "expect");
    struct sms_decoded decoded[8];
    const struct sms_decoded *parts[8];
    size_t n = json_array_size(pdus);
    char data[4096] = "";
    struct strbuf text = STRBUF_ON(data);

    assert_true(n <= 8);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(decode(json_string_value(json_array_get(pdus, i)), false, &decoded[i]), 0);
        parts[i] = &decoded[i];
    }
    if (json_is_true(json_object_get(expect, "different_messages"))) {
        assert_int_equal(sms_join(parts, n, &text), -EINVAL);
        return;
    }
    assert_true(sms_join(parts, n, &text) > 0);
    assert_string_equal(data, vectors_string(expect, "joined_text"));
}

static void run(const char *name, void (*check)(const json_t *), unsigned at_least)
{
    FILE *file = vectors_open(name);
    unsigned rows = 0;
    json_t *row;

    if (!file)
        skip();
    while ((row = vectors_next(file))) {
        check(row);
        json_decref(row);
        rows++;
    }
    fclose(file);
    printf("%s: %u rows ran\n", name, rows);
    assert_true(rows >= at_least);
}

static void test_deliver(void **state)
{
    (void)state;
    run("pdu_deliver.jsonl", check_deliver, 95);
}

static void test_submit(void **state)
{
    (void)state;
    run("pdu_submit.jsonl", check_submit, 32);
}

static void test_joins(void **state)
{
    (void)state;
    run("pdu_joins.jsonl", check_join, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deliver),
        cmocka_unit_test(test_submit),
        cmocka_unit_test(test_joins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
