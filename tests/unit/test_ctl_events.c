/* `smsotpctl events`: what is asked for, and how events are shown. The library is played. */
#include "ctl_bench.h"

static struct {
    const char *events[3]; /* data of each, up to NULL */
    int r;
    char asked[128];
} stream;

int smsotp_follow(struct smsotp *smsotp, const char *types, const char *after,
    int (*each)(void *userdata, const struct smsotp_event *event), void *userdata,
    struct smsotp_error *ret_error)
{
    (void)smsotp;
    snprintf(stream.asked, sizeof(stream.asked), "%s %s", types ? types : "-", after ? after : "-");
    for (size_t i = 0; stream.events[i]; i++) {
        int r = each(
            userdata, &(struct smsotp_event){.id = "1", .name = "x", .data = stream.events[i]});

        if (r == 0)
            r = each(userdata, NULL); /* nothing for a while */
        if (r != 0)
            return r;
    }
    snprintf(ret_error->detail, sizeof(ret_error->detail), "it ended");
    return stream.r;
}

#define HEALTH "GET /v1/health -"

static void test_shown(void **state)
{
    static const char sent[] =
        "{\"seq\":7,\"type\":\"message.sent\",\"at\":\"2026-11-23T05:00:00Z\",\"id\":\"ms_1\","
        "\"client\":\"till\",\"to\":\"+91******5678\",\"took_ms\":300}";
    static const char hostile[] = "{\"seq\":8,\"type\":\"modem.ready\",\"at\":\"x\","
        "\"modem\":\"counter\",\"reason\":\"\\u001b[2J\"}";
    static const struct ctl_row rows[] = {
        {{"events"}, NULL, 200, "{}", false, CTL_EXIT_REFUSED, HEALTH,
            "2026-11-23T05:00:00Z message.sent ms_1 client=till to=+91******5678 took_ms=300\n"
            "x modem.ready counter reason=\\u{1B}[2J\n",
            "smsotpctl: it ended"},
        {{"events", "--json"}, NULL, 503, "{}", false, CTL_EXIT_REFUSED, HEALTH,
            "{\"seq\":7,\"type\":\"message.sent\",\"at\":\"2026-11-23T05:00:00Z\",\"id\":\"ms_1\","
            "\"client\":\"till\",\"to\":\"+91******5678\",\"took_ms\":300}\n"
            "{\"seq\":8,\"type\":\"modem.ready\",\"at\":\"x\",\"modem\":\"counter\","
            "\"reason\":\"\\u001B[2J\"}\n",
            "it ended"},
    };

    (void)state;
    stream.events[0] = sent;
    stream.events[1] = hostile;
    stream.r = SMSOTP_REFUSED;
    ctl_bench_check(ctl_events, rows, ARRAY_SIZE(rows));
    assert_string_equal(stream.asked, "- -");
}

static void test_asked(void **state)
{
    static const struct ctl_row rows[] = {
        {{"events", "--since", "7", "--types", "modem,message.sent"}, NULL, 200, "{}", false,
            CTL_EXIT_USAGE, HEALTH, "", "it ended"},
        {{"events"}, NULL, 0, NULL, false, CTL_EXIT_OFFLINE, HEALTH, "", "nobody listens"},
        {{"events", "more"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"events", "--since", ""}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"events", "--types", "modem&after=1"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "",
            "Usage"},
    };

    (void)state;
    stream.events[0] = NULL;
    stream.r = -EINVAL;
    ctl_bench_check(ctl_events, rows, 1);
    assert_string_equal(stream.asked, "modem,message.sent 7");
    ctl_bench_check(ctl_events, rows + 1, ARRAY_SIZE(rows) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shown),
        cmocka_unit_test(test_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
