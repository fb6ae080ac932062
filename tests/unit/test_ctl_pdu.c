/* `smsotpctl pdu`: exit status and what is printed, with the streams in files. */
#include "ctl/pdu.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"

#define HELLO "00040B916407281553F80000993092516195800AE8329BFD4697D9EC37"
#define HELLO_JSON                                                                                 \
    "{\"type\":\"deliver\",\"number\":\"+46708251358\",\"timestamp\":\"1999-03-29T15:16:59+02:"    \
    "00\","                                                                                        \
    "\"reply_path\":false,\"report_requested\":false,\"pid\":0,\"dcs\":0,\"encoding\":\"gsm7\","   \
    "\"text\":\"hellohello\"}\n"
#define EMPTY_JSON "{\"error\":\"empty: a PDU in hexadecimal was expected\"}\n"

static int run(const char *const *words, const char *input, char *out, char *err, size_t size)
{
    char *argv[24] = {NULL};
    int argc = 0, r, saved_in, saved_out, saved_err;
    static char ignored[64];

    while (words[argc]) {
        argv[argc] = strdup(words[argc]);
        argc++;
    }
    saved_in = capture_begin(stdin, input);
    saved_out = capture_begin(stdout, "");
    saved_err = capture_begin(stderr, "");
    r = ctl_pdu(argc, argv, false);
    capture_end(stderr, saved_err, err, size);
    capture_end(stdout, saved_out, out, size);
    capture_end(stdin, saved_in, ignored, sizeof(ignored));
    fflush(stdin);
    while (argc > 0)
        free(argv[--argc]);
    return r;
}

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
        {{"decode"}, "", 64, "", "expected PDUs"},
        {{"decode", "--what", HELLO}, "", 64, "", "unknown option"},
        {{"sing"}, "", 64, "", "`decode` or `encode`"},
        {{NULL}, "", 64, "", "`decode` or `encode`"},
        {{"encode", "--to", "+46708251358", "--text", "hello", "--json"}, "", 0,
            "{\"pdu\":\"0001000B916407281553F8000005E8329BFD06\",\"length\":18}\n", ""},
        {{"encode", "--to", "+46708251358", "--text", "hello", "--report", "--reject-duplicates",
             "--class", "0", "--validity", "5m", "--mr", "42", "--smsc=+27381000015"},
            "", 0, "pdu:    07917283010010F5352A0B916407281553F800100005E8329BFD06\nlength: 19\n\n",
            ""},
        {{"encode", "--to", "1234", "--text", "क", "--national", "hi", "--json"}, "", 0,
            "{\"pdu\":\"0041000481214300000603250106A800\",\"length\":15}\n", ""},
        {{"encode", "--to", "1234", "--text", "क", "--coding", "gsm7"}, "", 65, "", "U+0915"},
        {{"encode", "--to", "1234", "--text", "\xFF"}, "", 65, "", "UTF-8"},
        {{"encode", "--to", "1234"}, "", 64, "", "--to N --text T"},
        {{"encode", "--to", "12x", "--text", "a"}, "", 64, "", "--to: expected"},
        {{"encode", "--to", "1", "--text", "a", "--ref", "300"}, "", 64, "", "--ref: expected"},
        {{"encode", "--to", "1", "--text", "a", "--validity", "442d"}, "", 64, "", "--validity"},
        {{"encode", "--to", "1", "--text", "a", "--class", "4"}, "", 64, "", "--class"},
        {{"encode", "--to", "1", "--text", "a", "--national", "xx"}, "", 64, "", "--national"},
        {{"encode", "--to", "1", "--text", "a", "--coding", "8bit"}, "", 64, "", "--coding"},
        {{"encode", "--to", "1", "--text", "a", "more"}, "", 64, "", "expected"},
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
