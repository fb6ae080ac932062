/* `smsotpctl status` and `modems`. */
#include "played_ctl.h"

#define HEALTH                                                                                     \
    "{\"status\":\"not_ready\",\"ready\":false,\"reasons\":[{\"detail\":\"no modem\"}],"           \
    "\"modems\":{\"m0\":\"absent\"},\"queued\":3,\"version\":\"1\"}"

static void test_status(void **state)
{
    static const struct ctl_row rows[] = {
        {{"status"}, NULL, 503, HEALTH, false, 1, "GET /v1/health -",
            "gateway  not_ready\n         no modem\nqueued   3\nmodem    m0 absent\n", ""},
        {{"status"}, NULL, 200, "{\"ready\":true,\"status\":\"ready\"}", false, 0,
            "GET /v1/health -", "gateway  ready\n", ""},
        {{"status"}, NULL, 503, HEALTH, true, 1, "GET /v1/health -", "{\"status\":\"not_ready\"", ""},
        {{"status"}, NULL, 500, "{\"code\":\"internal\",\"detail\":\"broken\"}", false, 2,
            "GET /v1/health -", "", "internal: broken"},
        {{"status"}, NULL, 0, NULL, false, 69, "GET /v1/health -", "", "nobody listens"},
        {{"status", "x"}, NULL, 0, NULL, false, 64, "", "", "takes no arguments"},
    };

    (void)state;
    ctl_run_rows(ctl_status, rows, ARRAY_SIZE(rows));
}

static void test_modems(void **state)
{
    static const struct ctl_row rows[] = {
        {{"modems"}, NULL, 200,
            "{\"modems\":[{\"name\":\"m0\",\"state\":\"ready\",\"operator\":\"A\\u001bB\","
            "\"signal_dbm\":-73,\"imei\":null}]}",
            false, 0, "GET /v1/modems -", "m0: ready\n", ""},
        {{"modems"}, NULL, 200, "{\"modems\":[{\"name\":\"m0\",\"operator\":\"A\\u001bB\"}]}", false,
            0, "GET /v1/modems -", "A\\u{1B}B\n", ""},
        {{"modems"}, NULL, 200, "{\"modems\":[]}", true, 0, "GET /v1/modems -", "{\"modems\":[]}\n",
            ""},
        {{"modems", "x"}, NULL, 0, NULL, false, 64, "", "", "takes no arguments"},
    };

    (void)state;
    ctl_run_rows(ctl_modems, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_modems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
