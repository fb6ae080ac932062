/*
 * `smsotpctl pdu encode`: options, what they make of a text, and what is said against wrong ones.
 */
#include "pdu_bench.h"

/* PDUs bit by bit from TS 23.040 §9.2.2.2 and TS 23.038 §4. */
static void test_table(void **state)
{
    static const struct {
        const char *words[20];
        const char *input;
        int status;
        const char *out, *err; /* all of the one, a piece of the other */
    } cases[] = {
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
        {{"encode", "--to", "1234"}, "", 64, "", "--to NUMBER --text TEXT"},
        {{"encode", "--to", "12x", "--text", "a"}, "", 64, "", "--to: expected"},
        {{"encode", "--to", "1", "--text", "a", "--ref", "300"}, "", 64, "", "--ref: expected"},
        {{"encode", "--to", "1", "--text", "a", "--validity", "442d"}, "", 64, "", "--validity"},
        {{"encode", "--to", "1", "--text", "a", "--class", "4"}, "", 64, "", "--class"},
        {{"encode", "--to", "1", "--text", "a", "--national", "xx"}, "", 64, "", "--national"},
        {{"encode", "--to", "1", "--text", "a", "--coding", "8bit"}, "", 64, "", "--coding"},
        {{"encode", "--to", "1", "--text", "a", "more"}, "", 64, "", "Usage"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static char out[4096], err[4096];
        int r = run(cases[i].words, cases[i].input, out, err, sizeof(out));

        if (r != cases[i].status || strcmp(out, cases[i].out) != 0 || !strstr(err, cases[i].err))
            fail_msg("case %zu: %d\n%s%s", i, r, out, err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
