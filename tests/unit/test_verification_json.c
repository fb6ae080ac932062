/* A verification's JSON: every member, as the whole object it must equal. */
#include "api/verification_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define V_ID "vf_01ARZ3NDEKTSV4RRFFQ69G5FAV"
#define M_ID "ms_01ARZ3NDEKTSV4RRFFQ69G5FAW"

#define CREATED (1795410000 * USEC_PER_SEC) /* `date -ud 2026-11-23T05:00:00 +%s` */

/* All that a status, a reference and a message leave alone. */
#define OBJECT(status, reference, left, message)                                                   \
    "{\"id\":\"" V_ID "\",\"status\":\"" status "\",\"purpose\":\"checkout\",\"locale\":\"hi\","   \
    "\"to\":\"+91******5678\",\"reference\":" reference ",\"context_digest\":"                     \
    "\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff\","                        \
    "\"created_at\":\"2026-11-23T05:00:00Z\",\"expires_at\":\"2026-11-23T05:05:00Z\"," left        \
    ",\"message\":" message ",\"method\":\"sms\"}"
#define LEFT                                                                                       \
    "\"expires_in\":299,\"attempts_left\":5,\"resends_left\":2,\"resend_after\":30"
#define NONE_LEFT                                                                                  \
    "\"expires_in\":0,\"attempts_left\":0,\"resends_left\":0,\"resend_after\":0"

static const struct {
    enum verification_status status;
    const char *reference;
    unsigned expires_in_sec, attempts_left, resends_left, resend_after_sec;
    struct message message;
    int position, eta_sec;
    const char *json;
} rows[] = {
    /* Queued: the place in the queue, 0 too. */
    {VERIFICATION_PENDING, "bill-10482", 299, 5, 2, 30,
        {M_ID, MESSAGE_QUEUED, SMS_ENCODING_GSM7, 1, "", ""}, 0, 3,
        OBJECT("pending", "\"bill-10482\"", LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"queued\",\"encoding\":\"gsm7\",\"segments\":1,"
            "\"position\":0,\"eta\":3}")},
    {VERIFICATION_PENDING, "\xE0\xA4\x95 \"7\"", 299, 5, 2, 30,
        {M_ID, MESSAGE_QUEUED, SMS_ENCODING_UCS2, 3, "", ""}, 12, 0,
        OBJECT("pending", "\"\\u0915 \\\"7\\\"\"", LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"queued\",\"encoding\":\"ucs2\",\"segments\":3,"
            "\"position\":12,\"eta\":0}")},
    /* Out of the queue: neither place nor estimate. */
    {VERIFICATION_PENDING, "", 299, 5, 2, 30,
        {M_ID, MESSAGE_SENDING, SMS_ENCODING_GSM7, 2, "", ""}, -1, -1,
        OBJECT("pending", "null", LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"sending\",\"encoding\":\"gsm7\",\"segments\":2}")},
    {VERIFICATION_PENDING, "", 299, 5, 2, 30,
        {M_ID, MESSAGE_UNKNOWN, SMS_ENCODING_GSM7, 1, "", ""}, -1, -1,
        OBJECT("pending", "null", LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"unknown\",\"encoding\":\"gsm7\",\"segments\":1}")},
    /* Ended. */
    {VERIFICATION_APPROVED, "b", 0, 0, 0, 0,
        {M_ID, MESSAGE_DELIVERED, SMS_ENCODING_8BIT, 1, "", ""}, -1, -1,
        OBJECT("approved", "\"b\"", NONE_LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"delivered\",\"encoding\":\"8bit\",\"segments\":1}")},
    {VERIFICATION_EXPIRED, "", 0, 0, 0, 0,
        {M_ID, MESSAGE_EXPIRED, SMS_ENCODING_GSM7, 1, "", ""}, -1, -1,
        OBJECT("expired", "null", NONE_LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"expired\",\"encoding\":\"gsm7\",\"segments\":1}")},
    {VERIFICATION_EXHAUSTED, "", 0, 0, 0, 0,
        {M_ID, MESSAGE_SENT, SMS_ENCODING_GSM7, 1, "", ""}, -1, -1,
        OBJECT("exhausted", "null", NONE_LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"sent\",\"encoding\":\"gsm7\",\"segments\":1}")},
    /* Failed: why. */
    {VERIFICATION_UNDELIVERABLE, "", 0, 0, 0, 0,
        {M_ID, MESSAGE_FAILED, SMS_ENCODING_GSM7, 1, "destination", "CMS 1: \"unassigned\""}, -1,
        -1,
        OBJECT("undeliverable", "null", NONE_LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"failed\",\"encoding\":\"gsm7\",\"segments\":1,"
            "\"error\":{\"class\":\"destination\",\"detail\":\"CMS 1: \\\"unassigned\\\"\"}}")},
    {VERIFICATION_PENDING, "", 299, 5, 2, 30,
        {M_ID, MESSAGE_FAILED, SMS_ENCODING_GSM7, 1, "network", ""}, -1, -1,
        OBJECT("pending", "null", LEFT,
            "{\"id\":\"" M_ID "\",\"status\":\"failed\",\"encoding\":\"gsm7\",\"segments\":1,"
            "\"error\":{\"class\":\"network\",\"detail\":\"\"}}")},
    /* No text: nothing of it is told, whatever else stands there. */
    {VERIFICATION_CANCELED, "", 0, 0, 0, 0, {.id = ""}, -1, -1,
        OBJECT("canceled", "null", NONE_LEFT, "null")},
    {VERIFICATION_DENIED, "", 0, 0, 0, 0, {.error_class = "network", .segments = 1}, 4, 9,
        OBJECT("denied", "null", NONE_LEFT, "null")},
};

static struct verification make_verification(enum verification_status status, const char *reference)
{
    struct verification v = {
        .id = V_ID,
        .client = "till-client",
        .purpose = "checkout",
        .locale = "hi",
        .number_masked = "+91******5678",
        .has_number = true,
        .key_id = 7,
        .generation = 3,
        .code_length = 6,
        .status = status,
        .attempts = 1,
        .attempts_max = 10,
        .sends = 1,
        .sends_max = 9,
        .ttl = 10 * USEC_PER_MINUTE,
        .created = {.wall = CREATED, .boot = 1},
        .expires = {.wall = CREATED + 5 * USEC_PER_MINUTE + USEC_PER_SEC - 1, .boot = 2},
        .last_send = {.wall = CREATED + USEC_PER_HOUR},
    };

    snprintf(v.reference, sizeof(v.reference), "%s", reference);
    for (unsigned i = 0; i < OTP_CONTEXT_DIGEST_SIZE; i++)
        v.context_digest[i] = (uint8_t)i;
    v.context_digest[OTP_CONTEXT_DIGEST_SIZE - 1] = 0xFF;
    return v;
}

static void test_views(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct verification v = make_verification(rows[i].status, rows[i].reference);
        struct verification_view view = {&v, &rows[i].message, rows[i].expires_in_sec,
            rows[i].attempts_left, rows[i].resends_left, rows[i].resend_after_sec, rows[i].position,
            rows[i].eta_sec};
        json_t *expected = json_loads(rows[i].json, JSON_REJECT_DUPLICATES, NULL);
        json_t *actual = verification_to_json(&view);

        assert_non_null(expected);
        assert_non_null(actual);
        if (!json_equal(actual, expected))
            fail_msg("row %zu: %s", i, json_dumps(actual, JSON_COMPACT));
        json_decref(actual);
        json_decref(expected);
    }
}

/* What the customer is to text, while there is something to text. */
static void test_reverse(void **state)
{
    static const struct {
        struct reverse_view reverse;
        const char *inbound;
    } reverse_rows[] = {
        {{"SHOP 4F7K-92QD", "+919800000001"},
            "{\"text\":\"SHOP 4F7K-92QD\",\"to\":\"+919800000001\"}"},
        {{"SHOP 4F7K-92QD", ""}, "{\"text\":\"SHOP 4F7K-92QD\",\"to\":null}"},
        {{"", ""}, NULL},
    };
    static const struct message none = {.id = ""};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(reverse_rows); i++) {
        struct verification v = make_verification(VERIFICATION_PENDING, "");
        struct verification_view view = {
            .verification = &v, .message = &none, .reverse = reverse_rows[i].reverse};
        const char *text = reverse_rows[i].inbound;
        json_t *expected = text ? json_loads(text, 0, NULL) : NULL, *actual;

        v.is_reverse = true;
        actual = verification_to_json(&view);
        assert_string_equal(json_string_value(json_object_get(actual, "method")), "inbound");
        assert_true(json_is_null(json_object_get(actual, "message")));
        if (text)
            assert_true(json_equal(json_object_get(actual, "inbound"), expected));
        else
            assert_null(json_object_get(actual, "inbound"));
        json_decref(actual);
        json_decref(expected);
    }
}

/* Texts that fill their fields come out whole. */
static void test_longest(void **state)
{
    struct verification v = make_verification(VERIFICATION_PENDING, "");
    struct message message = {.id = M_ID, .status = MESSAGE_FAILED};
    struct verification_view view = {.verification = &v, .message = &message, .position = -1,
        .eta_sec = -1};
    json_t *json, *error;

    (void)state;
    memset(v.reference, 'r', sizeof(v.reference) - 1);
    memset(v.purpose, 'p', sizeof(v.purpose) - 1);
    memset(message.error_class, 'c', sizeof(message.error_class) - 1);
    memset(message.error_text, 't', sizeof(message.error_text) - 1);
    json = verification_to_json(&view);
    assert_non_null(json);
    error = json_object_get(json_object_get(json, "message"), "error");
    assert_string_equal(json_string_value(json_object_get(json, "reference")), v.reference);
    assert_string_equal(json_string_value(json_object_get(json, "purpose")), v.purpose);
    assert_string_equal(json_string_value(json_object_get(error, "class")), message.error_class);
    assert_string_equal(json_string_value(json_object_get(error, "detail")), message.error_text);
    json_decref(json);
}

/* Only what was approved with one has a receipt. */
static void test_receipt(void **state)
{
    struct verification v = make_verification(VERIFICATION_APPROVED, "");
    const struct message message = {0};
    struct verification_view view = {.verification = &v, .message = &message};
    json_t *json;

    (void)state;
    v.finished_wall = CREATED;
    v.receipt_key_id = 7;
    v.has_receipt = true;
    json = verification_to_json(&view);
    assert_memory_equal(json_string_value(json_object_get(json, "receipt")), "eyJ", 3);
    json_decref(json);
    v.has_receipt = false;
    json = verification_to_json(&view);
    assert_null(json_object_get(json, "receipt"));
    json_decref(json);
    v.has_receipt = true;
    v.status = VERIFICATION_PENDING;
    json = verification_to_json(&view);
    assert_null(json_object_get(json, "receipt"));
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views),
        cmocka_unit_test(test_reverse),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_receipt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
