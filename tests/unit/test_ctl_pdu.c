/* `smsotpctl pdu`: exit status and what is printed, with the streams in files. */
#include "pdu_bench.h"

#define HELLO "00040B916407281553F80000993092516195800AE8329BFD4697D9EC37"
#define HELLO_JSON                                                                                 \
    "{\"type\":\"deliver\",\"number\":\"+46708251358\",\"timestamp\":\"1999-03-29T15:16:59+02:"    \
    "00\","                                                                                        \
    "\"reply_path\":false,\"report_requested\":false,\"pid\":0,\"dcs\":0,\"encoding\":\"gsm7\","   \
    "\"text\":\"hellohello\"}\n"
#define EMPTY_JSON "{\"error\":\"empty: a PDU in hexadecimal was expected\"}\n"

static void test_table(void **state)
{
    static const struct {
        const char *words[20];
        const char *input;
        int status;
        const char *out, *err; /* all of the one, a piece of the other */
    } cases[] = {
        {{"--json", "decode", HELLO}, "", 0, HELLO_JSON, ""},
        {{"decode", "--json", HELLO, "00", HELLO}, "", 65,
            HELLO_JSON "{\"error\":\"octet 1: first octet of the TPDU is cut off: more octets were "
                       "expected\"}\n" HELLO_JSON,
            ""},
        {{"decode", "--json", "-"}, HELLO "\r\n\n  " HELLO "  \n0\nxy\n" HELLO, 65,
            HELLO_JSON EMPTY_JSON HELLO_JSON
            "{\"error\":\"an even number of hexadecimal digits was expected\"}\n"
            "{\"error\":\"only hexadecimal digits were expected\"}\n" HELLO_JSON,
            ""},
        {{"decode", "--json", "-"}, "", 0, "", ""},
        {{"decode", "000404812143000899309251619580040007202E"}, "", 0,
            "type:             deliver\nnumber:           1234\n"
            "timestamp:        1999-03-29T15:16:59+02:00\nreply_path:       no\n"
            "report_requested: no\npid:              0\ndcs:              8\n"
            "encoding:         ucs2\ntext:             \\u{7}\\u{202E}\n\n",
            ""},
        {{"decode", "zz"}, "", 65, "", "PDU 1: only hexadecimal digits"},
        {{"decode", "--mo", HELLO}, "", 65, "", "expected from a phone"},
        {{"decode"}, "", 64, "", "Usage: smsotpctl pdu decode"},
        {{"decode", "--what", HELLO}, "", 64, "", "--what"},
        {{"sing"}, "", 64, "", "pdu [--json] decode|encode"},
        {{NULL}, "", 64, "", "pdu [--json] decode|encode"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static char out[4096], err[4096];
        int r = run(cases[i].words, cases[i].input, out, err, sizeof(out));

        if (r != cases[i].status || strcmp(out, cases[i].out) != 0 || !strstr(err, cases[i].err))
            fail_msg("case %zu: %d\n%s%s", i, r, out, err);
    }
}

/* A line without an end, and one that is exactly as long as allowed. */
static void test_long_lines(void **state)
{
    static const char *const words[] = {"decode", "--json", "-", NULL};
    static char input[100000], out[4096], err[256];

    (void)state;
    memset(input, '0', sizeof(input) - 1);
    memcpy(input + 5000, "\n" HELLO "\n", sizeof(HELLO) + 1);
    assert_int_equal(run(words, input, out, err, sizeof(err)), 65);
    assert_non_null(strstr(out, "too long"));
    assert_non_null(strstr(out, "}\n{\"type\":\"deliver\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_long_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
