/* `smsotpctl render`: a text as it would be sent. */
#include "ctl_bench.h"

#include <unistd.h>

#define ASKED "POST /v1/render "
#define PREVIEW                                                                                    \
    "{\"text\":\"123456 is your code\",\"locale\":\"en\",\"encoding\":\"ucs2\",\"segments\":1,"    \
    "\"forced_by\":{\"code_point\":\"U+0915\",\"character\":\"\\u0915\"},"                         \
    "\"replaced\":[{\"code_point\":\"U+2019\",\"character\":\"\\u2019\",\"written_as\":\"'\"}],"   \
    "\"warnings\":[\"long\"]}"

static int is_terminal;

int isatty(int fd)
{
    (void)fd;
    return is_terminal;
}

/* On a terminal what could move it is escaped, its own lines are kept; elsewhere the text is as it
 * is. */
static void test_terminal(void **state)
{
    static const char answer[] =
        "{\"text\":\"a\\u001B[2J\\u202E\\n\\\"b\\u0915\",\"warnings\":[\"w\\u009B\"]}";
    static const struct ctl_row rows[] = {
        {{"render", "--text", "x"}, NULL, 200, answer, false, CTL_EXIT_OK, ASKED "{\"text\":\"x\"}",
            "a\x1B[2J\xE2\x80\xAE\n\"b\xE0\xA4\x95\n\nwarning            w\xC2\x9B\n", ""},
        {{"render", "--text", "x"}, NULL, 200, answer, false, CTL_EXIT_OK, ASKED "{\"text\":\"x\"}",
            "a\\u{1B}[2J\\u{202E}\n\"b\xE0\xA4\x95\n\nwarning            w\\u{9B}\n", ""},
        {{"render", "--text", "x"}, NULL, 200, "{}", false, CTL_EXIT_OK, ASKED "{\"text\":\"x\"}",
            "\n", ""},
    };

    (void)state;
    ctl_bench_check(ctl_render, &rows[0], 1);
    is_terminal = 1;
    ctl_bench_check(ctl_render, &rows[1], 2);
    is_terminal = 0;
}

static void test_rows(void **state)
{
    static const struct ctl_row rows[] = {
        {{"render", "checkout", "amount=5"}, NULL, 200, PREVIEW, false, CTL_EXIT_OK,
            ASKED "{\"purpose\":\"checkout\",\"context\":{\"amount\":\"5\"}}",
            "123456 is your code\n\nlocale             en\nencoding           ucs2\n"
            "segments           1\nforced_by          U+0915 \xE0\xA4\x95\n"
            "replaced           U+2019 \xE2\x80\x99, written as '\nwarning            long\n",
            ""},
        {{"render", "--locale", "hi", "--reference", "b", "login"}, NULL, 200, "{}", true,
            CTL_EXIT_OK,
            ASKED "{\"locale\":\"hi\",\"reference\":\"b\",\"purpose\":\"login\",\"context\":{}}",
            "{}\n", ""},
        {{"render", "--text", "Hello"}, NULL, 200, "{}", true, CTL_EXIT_OK,
            ASKED "{\"text\":\"Hello\"}", "{}\n", ""},
        {{"render", "login"}, NULL, 422, "{\"code\":\"invalid\",\"detail\":\"x\"}", false,
            CTL_EXIT_REFUSED, ASKED "{\"purpose\":\"login\",\"context\":{}}", "", "invalid: x"},
        {{"render"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"render", "--locale", "hi"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"render", "--what", "login"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"render", "login", "novalue"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"render", "--text", "\xFF"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "", "UTF-8"},
    };

    (void)state;
    ctl_bench_check(ctl_render, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows), cmocka_unit_test(test_terminal)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
