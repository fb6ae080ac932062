/* `smsotpctl request` and `check`: what is sent, what is printed, and how it ends. */
#include "ctl_bench.h"

#define ISSUED                                                                                     \
    "{\"id\":\"vf_1\",\"to\":\"+91******5678\",\"status\":\"pending\",\"expires_in\":300,"         \
    "\"message\":{\"status\":\"queued\",\"position\":0,\"eta\":3}}"
#define POSTED "POST /v1/verifications "

static void test_request(void **state)
{
    static const struct ctl_row rows[] = {
        {{"request", "+919812345678", "checkout", "amount=1499.00", "payee=a=b"}, NULL, 201, ISSUED,
            false, CTL_EXIT_OK,
            POSTED "{\"context\":{\"amount\":\"1499.00\",\"payee\":\"a=b\"},"
                   "\"to\":\"+919812345678\",\"purpose\":\"checkout\"}",
            "id          vf_1\nto          +91******5678\nstatus      pending\n"
            "expires_in  300\nmessage     queued, position 0, eta 3 s\n",
            ""},
        {{"request", "--locale", "hi", "--reference", "bill-1", "--idempotency-key", "k-1", "+1",
             "login"},
            NULL, 200, "{}", true, CTL_EXIT_OK,
            POSTED "{\"context\":{},\"to\":\"+1\",\"purpose\":\"login\",\"locale\":\"hi\","
                   "\"reference\":\"bill-1\"} Idempotency-Key: k-1",
            "{}\n", ""},
        {{"request", "--reference", "bill-1", "--resume", "+1", "login"}, NULL, 200, "{}", true,
            CTL_EXIT_OK,
            POSTED "{\"context\":{},\"to\":\"+1\",\"purpose\":\"login\",\"reference\":\"bill-1\","
                   "\"resume\":true}",
            "{}\n", ""},
        {{"request", "+1", "login"}, NULL, 429, "{\"code\":\"limited\",\"detail\":\"wait\"}", false,
            CTL_EXIT_REFUSED, POSTED "{\"context\":{},\"to\":\"+1\",\"purpose\":\"login\"}", "",
            "limited: wait"},
        {{"request", "+1", "login"}, NULL, 0, NULL, false, CTL_EXIT_OFFLINE,
            POSTED "{\"context\":{},\"to\":\"+1\",\"purpose\":\"login\"}", "", "nobody listens"},
        {{"request", "+1"}, NULL, 201, ISSUED, false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"request", "--what", "+1", "login"}, NULL, 201, ISSUED, false, CTL_EXIT_USAGE, "", "",
            "Usage"},
        {{"request", "+1", "login", "novalue"}, NULL, 201, ISSUED, false, CTL_EXIT_USAGE, "", "",
            "Usage"},
        {{"request", "+1\xFF", "login"}, NULL, 201, ISSUED, false, CTL_EXIT_USAGE, "", "", "UTF-8"},
        {{"request", "--idempotency-key", "a\r\nX: y", "+1", "login"}, NULL, 201, ISSUED, false,
            CTL_EXIT_USAGE, "", "", "--idempotency-key: expected one line"},
    };

    (void)state;
    ctl_bench_check(ctl_request, rows, ARRAY_SIZE(rows));
}

#define CHECKED "POST /v1/verifications/vf_1/check "
#define APPROVED "{\"result\":\"approved\",\"attempts_left\":4}"

static void test_check(void **state)
{
    static const struct ctl_row rows[] = {
        {{"check", "vf_1", "123456"}, NULL, 200, APPROVED, false, CTL_EXIT_OK,
            CHECKED "{\"code\":\"123456\"}", "approved, attempts left: 4\n", ""},
        {{"check", "vf_1", "1"}, NULL, 200, "{\"result\":\"incorrect\",\"attempts_left\":3}", false,
            CTL_EXIT_NO, CHECKED "{\"code\":\"1\"}", "incorrect, attempts left: 3\n", ""},
        {{"check", "vf_1", "1"}, NULL, 200, "{\"result\":\"approved \"}", true, CTL_EXIT_NO,
            CHECKED "{\"code\":\"1\"}", "{\"result\":\"approved \"}\n", ""},
        /* From standard input, where no other user sees it. */
        {{"check", "vf_1"}, "654321\r\nmore\n", 200, APPROVED, false, CTL_EXIT_OK,
            CHECKED "{\"code\":\"654321\"}", "approved, attempts left: 4\n", ""},
        {{"check", "vf_1", "-", "amount=5"}, "654321", 200, APPROVED, true, CTL_EXIT_OK,
            CHECKED "{\"context\":{\"amount\":\"5\"},\"code\":\"654321\"}", APPROVED "\n", ""},
        {{"check", "vf_1", "amount=5"}, "7\n", 200, APPROVED, true, CTL_EXIT_OK,
            CHECKED "{\"context\":{\"amount\":\"5\"},\"code\":\"7\"}", APPROVED "\n", ""},
        {{"check", "--attempt-id", "a1", "vf_1", "9"}, NULL, 200, APPROVED, true, CTL_EXIT_OK,
            CHECKED "{\"code\":\"9\",\"attempt_id\":\"a1\"}", APPROVED "\n", ""},
        {{"check", "vf_1", "9"}, NULL, 404, "{\"code\":\"not_found\",\"detail\":\"x\"}", false,
            CTL_EXIT_REFUSED, CHECKED "{\"code\":\"9\"}", "", "not_found: x"},
        {{"check", "vf_1"}, "\n", 200, APPROVED, false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"check", "vf_1"}, "", 200, APPROVED, false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"check"}, NULL, 200, APPROVED, false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"check", "../health", "9"}, NULL, 200, APPROVED, false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"check", "", "9"}, NULL, 200, APPROVED, false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"check", "vf_1", "9", "novalue"}, NULL, 200, APPROVED, false, CTL_EXIT_USAGE, "", "",
            "Usage"},
        {{"check", "vf_1", "9\xFF"}, NULL, 200, APPROVED, false, CTL_EXIT_USAGE, "", "", "UTF-8"},
    };

    (void)state;
    ctl_bench_check(ctl_check, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
