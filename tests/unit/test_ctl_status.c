/* `smsotpctl status` and `modems`: what is asked, printed, and said by the exit status. */
#include "ctl_bench.h"

#define READY                                                                                      \
    "{\"status\":\"ready\",\"ready\":true,\"reasons\":[],\"queued\":0,"                            \
    "\"modems\":{\"counter\":\"ready\",\"spare\":\"absent\"},\"version\":\"0.1.0\"}"
#define NOT_READY                                                                                  \
    "{\"status\":\"not_ready\",\"ready\":false,\"reasons\":[{\"detail\":\"No modem is ready\"}],"  \
    "\"warnings\":[{\"detail\":\"The SIM is "                                                      \
    "\\u001b[31mfull\"}],\"queued\":3,\"version\":\"0.1.0\"}"

static void test_status(void **state)
{
    static const struct ctl_row rows[] = {
        {{"status"}, NULL, 200, READY, false, CTL_EXIT_OK, "GET /v1/health -",
            "gateway  ready\nqueued   0\nmodem    counter ready\nmodem    spare absent\n"
            "version  0.1.0\n",
            ""},
        {{"status"}, NULL, 503, NOT_READY, false, CTL_EXIT_NO, "GET /v1/health -",
            "gateway  not_ready\n         No modem is ready\n"
            "warning  The SIM is \\u{1B}[31mfull\nqueued   3\nversion  0.1.0\n",
            ""},
        {{"status"}, NULL, 200, "{\"ready\":true}", true, CTL_EXIT_OK, "GET /v1/health -",
            "{\"ready\":true}\n", ""},
        {{"status"}, NULL, 503, "{\"ready\":false}", true, CTL_EXIT_NO, "GET /v1/health -",
            "{\"ready\":false}\n", ""},
        {{"status"}, NULL, 500, "{\"code\":\"internal\",\"detail\":\"x\"}", false, CTL_EXIT_REFUSED,
            "GET /v1/health -", "", "internal: x"},
        {{"status"}, NULL, 0, NULL, false, CTL_EXIT_OFFLINE, "GET /v1/health -", "",
            "nobody listens"},
        {{"status", "now"}, NULL, 200, READY, false, CTL_EXIT_USAGE, "", "",
            "Usage: smsotpctl status\n"},
    };

    (void)state;
    ctl_bench_check(ctl_status, rows, ARRAY_SIZE(rows));
}

static void test_modems(void **state)
{
    static const struct ctl_row rows[] = {
        {{"modems"}, NULL, 200,
            "{\"modems\":[{\"name\":\"counter\",\"state\":\"ready\",\"reason\":null,"
            "\"operator\":\"Sim \\u202eTelecom\",\"signal_dbm\":-73},"
            "{\"name\":\"spare\",\"state\":\"absent\"}]}",
            false, CTL_EXIT_OK, "GET /v1/modems -",
            "counter: ready\n  operator        Sim \\u{202E}Telecom\n  signal_dbm      -73\n"
            "spare: absent\n",
            ""},
        {{"modems"}, NULL, 200, "{\"modems\":[]}", true, CTL_EXIT_OK, "GET /v1/modems -",
            "{\"modems\":[]}\n", ""},
        {{"modems"}, NULL, 200, "{\"modems\":[]}", false, CTL_EXIT_OK, "GET /v1/modems -", "", ""},
        {{"modems"}, NULL, 503, "{\"code\":\"internal\",\"detail\":\"x\"}", false, CTL_EXIT_REFUSED,
            "GET /v1/modems -", "", "internal: x"},
        {{"modems", "counter"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "",
            "Usage: smsotpctl modems\n"},
    };

    (void)state;
    ctl_bench_check(ctl_modems, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_modems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
