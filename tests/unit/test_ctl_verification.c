/* `smsotpctl request` and `check`: what is asked, and where a code may come from. */
#include "played_ctl.h"

#define MADE "{\"id\":\"vf_1\",\"to\":\"+91******5678\",\"message\":{\"status\":\"queued\",\"eta\":3}}"
#define ASK "POST /v1/verifications {\"context\":{},\"to\":\"+91\",\"purpose\":\"login\"}"
#define RIGHT "{\"result\":\"approved\",\"attempts_left\":0}"
#define WRONG "{\"result\":\"incorrect\",\"attempts_left\":4}"
#define CHECK "POST /v1/verifications/vf_1/check {\"code\":\"123456\"}"

static void test_request(void **state)
{
    static const struct ctl_row rows[] = {
        {{"request", "+91", "login"}, NULL, 201, MADE, false, 0, ASK, "id          vf_1\n", ""},
        {{"request", "+91", "login"}, NULL, 201, MADE, true, 0, ASK, "{\"id\":\"vf_1\"", ""},
        {{"request", "--locale", "hi", "--reference", "b", "+91", "checkout", "amount=1=2"}, NULL, 201,
            MADE, false, 0,
            "POST /v1/verifications {\"context\":{\"amount\":\"1=2\"},\"to\":\"+91\",\"purpose\":"
            "\"checkout\",\"locale\":\"hi\",\"reference\":\"b\"}",
            "queued", ""},
        {{"request", "+91", "login"}, NULL, 429, "{\"code\":\"limited\",\"detail\":\"wait\"}", false, 2,
            ASK, "", "limited: wait"},
        {{"request", "+91"}, NULL, 0, NULL, false, 64, "", "", "Usage"},
        {{"request", "+91", "login", "amount"}, NULL, 0, NULL, false, 64, "", "", "KEY=VALUE"},
        {{"request", "+91", "login", "=1"}, NULL, 0, NULL, false, 64, "", "", "KEY=VALUE"},
        {{"request", "+91", "\xFF"}, NULL, 0, NULL, false, 64, "", "", "not UTF-8"},
        {{"request", "--idempotency-key", "a\nb", "+91", "login"}, NULL, 0, NULL, false, 64, "", "",
            "one line"},
    };

    (void)state;
    ctl_run_rows(ctl_request, rows, ARRAY_SIZE(rows));
}

static void test_idempotency_key(void **state)
{
    static const struct ctl_row row = {{"request", "--idempotency-key", "k-1", "+91", "login"}, NULL,
        201, MADE, false, 0, ASK, "vf_1", ""};

    (void)state;
    ctl_run_row(ctl_request, &row);
    assert_string_equal(ctl_played.header, "Idempotency-Key: k-1");
}

static void test_check(void **state)
{
    static const struct ctl_row rows[] = {
        {{"check", "vf_1", "123456"}, NULL, 200, RIGHT, false, 0, CHECK, "approved", ""},
        {{"check", "vf_1"}, "123456\n", 200, RIGHT, false, 0, CHECK, "approved", ""},
        {{"check", "vf_1", "-"}, "123456", 200, WRONG, false, 1, CHECK,
            "incorrect, attempts left: 4\n", ""},
        {{"check", "vf_1", "123456"}, NULL, 200, WRONG, true, 1, CHECK, "{\"result\":\"incorrect\"", ""},
        {{"check", "--attempt-id", "a", "vf_1", "123456", "amount=1"}, NULL, 200, RIGHT, false, 0,
            "POST /v1/verifications/vf_1/check {\"context\":{\"amount\":\"1\"},\"code\":\"123456\","
            "\"attempt_id\":\"a\"}",
            "approved", ""},
        {{"check", "vf_1"}, "", 0, NULL, false, 64, "", "", ""},
        {{"check"}, NULL, 0, NULL, false, 64, "", "", "Usage"},
        {{"check", "vf_1", "123456"}, NULL, 404, "{\"code\":\"not_found\",\"detail\":\"none\"}", false, 2,
            CHECK, "", "not_found: none"},
    };

    (void)state;
    ctl_run_rows(ctl_check, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_idempotency_key),
        cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
