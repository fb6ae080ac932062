/* `smsotpctl inbound`: its options, and texts that would move the terminal. */
#include "played_ctl.h"

#define TEXT(more)                                                                                 \
    "{\"inbound\":[{\"received_at\":\"T\",\"modem\":\"m0\",\"from\":\"+91******5678\"," more "}]}"

static void test_rows(void **state)
{
    static const struct ctl_row rows[] = {
        {{"inbound"}, NULL, 200, "{\"inbound\":[]}", false, 0, "GET /v1/inbound? -", "", ""},
        {{"inbound", "--since", "in_1", "--limit", "5"}, NULL, 200, "{\"inbound\":[]}", false, 0,
            "GET /v1/inbound?since=in_1&limit=5& -", "", ""},
        {{"inbound", "--json"}, NULL, 200, "{\"inbound\":[]}", false, 0, "GET /v1/inbound? -",
            "{\"inbound\":[]}\n", ""},
        {{"inbound"}, NULL, 200, TEXT("\"complete\":true,\"text\":\"NO\\u001b[2J\""), false, 0,
            "GET /v1/inbound? -", "T m0 from +91******5678\n  \"NO\\u{1B}[2J\"\n", ""},
        {{"inbound"}, NULL, 200,
            TEXT("\"complete\":false,\"parts\":1,\"parts_total\":3,\"encoding\":\"8bit\","
                 "\"verification\":\"vf_1\",\"text\":\"00\""),
            false, 0, "GET /v1/inbound? -", ", 1 of 3 parts, octets in hex, denied vf_1\n", ""},
        {{"inbound"}, NULL, 200, TEXT("\"complete\":true,\"text\":null"), false, 0,
            "GET /v1/inbound? -", "sealed with another key", ""},
        {{"inbound", "--since", "a&b"}, NULL, 0, NULL, false, 64, "", "", "Usage"},
        {{"inbound", "--limit", ""}, NULL, 0, NULL, false, 64, "", "", "Usage"},
        {{"inbound", "x"}, NULL, 0, NULL, false, 64, "", "", "Usage"},
        {{"inbound"}, NULL, 403, "{\"code\":\"forbidden\",\"detail\":\"no\"}", false, 2,
            "GET /v1/inbound? -", "", "forbidden: no"},
    };

    (void)state;
    ctl_run_rows(ctl_inbound, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
