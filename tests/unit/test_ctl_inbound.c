/* `smsotpctl inbound`: options into the query, texts from outside made harmless. */
#include "ctl_bench.h"

#define WHOLE                                                                                      \
    "{\"inbound\":[{\"received_at\":\"2026-11-23T05:00:00Z\",\"modem\":\"counter\","               \
    "\"from\":\"+91******5678\",\"complete\":true,\"encoding\":\"gsm7\","                          \
    "\"verification\":\"vf_1\",\"text\":\"NO\\u001b[2J\\u202e\\n\\\"x\\\"\"}]}"
#define PART                                                                                       \
    "{\"inbound\":[{\"received_at\":\"2026-11-23T05:00:00Z\",\"modem\":\"counter\","               \
    "\"from\":\"Ravi\",\"complete\":false,\"parts\":1,\"parts_total\":3,\"encoding\":\"8bit\","    \
    "\"verification\":null,\"text\":null}]}"

static void test_rows(void **state)
{
    static const struct ctl_row rows[] = {
        {{"inbound"}, NULL, 200, WHOLE, false, CTL_EXIT_OK, "GET /v1/inbound? -",
            "2026-11-23T05:00:00Z counter from +91******5678, denied vf_1\n"
            "  \"NO\\u{1B}[2J\\u{202E}\\u{A}\\\"x\\\"\"\n",
            ""},
        {{"inbound"}, NULL, 200, PART, false, CTL_EXIT_OK, "GET /v1/inbound? -",
            "2026-11-23T05:00:00Z counter from Ravi, 1 of 3 parts, octets in hex\n"
            "  (sealed with another key)\n",
            ""},
        {{"inbound", "--since", "in_0a", "--limit", "5"}, NULL, 200, "{\"inbound\":[]}", false,
            CTL_EXIT_OK, "GET /v1/inbound?since=in_0a&limit=5& -", "", ""},
        {{"inbound", "--json"}, NULL, 200, "{\"inbound\":[]}", false, CTL_EXIT_OK,
            "GET /v1/inbound? -", "{\"inbound\":[]}\n", ""},
        {{"inbound"}, NULL, 0, NULL, false, CTL_EXIT_OFFLINE, "GET /v1/inbound? -", "",
            "nobody listens"},
        /* Nothing that would lead to another route, or add to the query. */
        {{"inbound", "--since", "x&limit=9"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "",
            "Usage: smsotpctl inbound"},
        {{"inbound", "--since", ""}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"inbound", "--limit", "-1"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"inbound", "--until", "1"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"inbound", "more"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
    };

    (void)state;
    ctl_bench_check(ctl_inbound, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
