/* JSON into structures: what is right, and what is missing, of another type, or too long. */
#include "client/decode.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ID "vf_01m85b8x8559kf9te4vxdx71y6"

static json_t *parse(const char *text)
{
    json_t *json = json_loads(text, JSON_ALLOW_NUL, NULL);

    assert_non_null(json);
    return json;
}

static void test_verification(void **state)
{
    struct smsotp_verification v;
    json_t *json = parse(
        "{\"id\":\"" ID
        "\",\"status\":\"approved\",\"purpose\":\"checkout\",\"locale\":\"en\",\"to\":\"+91******"
        "5678\",\"reference\":\"bill-1\",\"context_digest\":\"ab\",\"created_at\":\"2026-11-23T05:"
        "00:00Z\",\"expires_at\":\"2026-11-23T05:05:00Z\",\"expires_in\":300,\"attempts_left\":5,"
        "\"resends_left\":2,\"resend_after\":30,\"receipt\":\"a.b.c\",\"message\":{\"id\":\"ms_1\","
        "\"status\":\"failed\",\"encoding\":\"gsm7\",\"segments\":1,\"position\":0,\"error\":{"
        "\"class\":\"network\",\"detail\":\"no net\"}}}");

    (void)state;
    decode_verification(json, &v);
    json_decref(json);
    assert_string_equal(v.id, ID);
    assert_int_equal(v.status, SMSOTP_VERIFICATION_APPROVED);
    assert_string_equal(v.to, "+91******5678");
    assert_string_equal(v.reference, "bill-1");
    assert_int_equal(v.expires_in_sec, 300);
    assert_int_equal(v.attempts_left, 5);
    assert_int_equal(v.resends_left, 2);
    assert_int_equal(v.resend_after_sec, 30);
    assert_string_equal(v.receipt, "a.b.c");
    assert_int_equal(v.message.status, SMSOTP_MESSAGE_FAILED);
    assert_int_equal(v.message.position, 0);
    assert_int_equal(v.message.eta_sec, -1);
    assert_string_equal(v.message.error_class, "network");
    assert_string_equal(v.message.error_detail, "no net");
}

/* Everything is empty, and nothing of what stood there before is left. */
static void test_poor_answers(void **state)
{
    static const char *const texts[] = {"{}",
        "{\"id\":7,\"status\":[],\"expires_in\":\"x\",\"message\":null,\"reference\":null}",
        "{\"id\":\"" ID ID ID "\",\"status\":\"new_in_v2\",\"expires_in\":-1}"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        struct smsotp_verification v;
        json_t *json = parse(texts[i]);

        memset(&v, 'x', sizeof(v));
        decode_verification(json, &v);
        json_decref(json);
        assert_string_equal(v.id, "");
        assert_string_equal(v.reference, "");
        assert_string_equal(v.receipt, "");
        assert_int_equal(v.status, SMSOTP_VERIFICATION_OTHER);
        assert_int_equal(v.expires_in_sec, 0);
        assert_int_equal(v.message.status, SMSOTP_MESSAGE_OTHER);
        assert_int_equal(v.message.position, -1);
    }
}

static void test_check(void **state)
{
    struct smsotp_check check;
    json_t *json =
        parse("{\"id\":\"" ID
              "\",\"result\":\"context_mismatch\",\"status\":\"pending\",\"attempts_left\":3}");

    (void)state;
    decode_check(json, &check);
    json_decref(json);
    assert_int_equal(check.result, SMSOTP_CHECK_CONTEXT_MISMATCH);
    assert_int_equal(check.status, SMSOTP_VERIFICATION_PENDING);
    assert_int_equal(check.attempts_left, 3);
    assert_string_equal(check.receipt, "");
}

static void test_error(void **state)
{
    struct smsotp_error error;
    char text[2200], sentence[1501] = "";
    json_t *json = parse("{\"code\":\"limited\",\"detail\":\"wait\",\"retry_after\":30,"
                         "\"limit\":{\"name\":\"number\"},\"invalid_params\":[{\"name\":\"to\"}]}");

    (void)state;
    assert_int_equal(decode_error(json, 429, &error), SMSOTP_REFUSED);
    assert_int_equal(decode_error(json, 429, NULL), SMSOTP_REFUSED);
    json_decref(json);
    assert_int_equal(error.http_status, 429);
    assert_string_equal(error.code, "limited");
    assert_int_equal(error.retry_after_sec, 30);
    assert_string_equal(error.limit, "number");
    assert_string_equal(error.parameter, "to");
    /* A sentence that is too long is cut, and not through a character. */
    for (size_t i = 0; i < 500; i++)
        memcpy(sentence + 3 * i, "\u0915", 3);
    snprintf(text, sizeof(text), "{\"detail\":\"x%s\"}", sentence);
    json = parse(text);
    decode_error(json, 500, &error);
    json_decref(json);
    assert_int_equal(strlen(error.detail), 1 + 3 * 170); /* of 511 */
    assert_string_equal(error.code, "");
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(smsotp_check_result_name(SMSOTP_CHECK_APPROVED), "approved");
    assert_string_equal(smsotp_check_result_name(SMSOTP_CHECK_OTHER), "other");
    assert_string_equal(smsotp_check_result_name((enum smsotp_check_result)99), "other");
    assert_string_equal(smsotp_message_status_name(SMSOTP_MESSAGE_UNKNOWN), "unknown");
    assert_string_equal(
        smsotp_verification_status_name(SMSOTP_VERIFICATION_UNDELIVERABLE), "undeliverable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verification),
        cmocka_unit_test(test_poor_answers),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
