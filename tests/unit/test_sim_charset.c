/* Character sets of +CSCS: text as an answer shows it, and as a user gives it. */
#include "sim/charset.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

static struct modem modem_with(enum charset charset)
{
    return (struct modem){.settings = {.charset = charset}};
}

/* TS 27.007 §5.5; septets from TS 23.038 §6.2.1, UTF-16 from RFC 2781 §2.1. */
static void test_both_ways(void **state)
{
    static const struct {
        enum charset charset;
        const char *text, *shown;
    } rows[] = {
        {CHARSET_IRA, "Hi @ \xE0\xA4\x95", "Hi @ \xE0\xA4\x95"},
        {CHARSET_GSM, "Hi [_]", "Hi \x1b<\x11\x1b>"},
        {CHARSET_GSM, "\xC3\xA9\xC3\xA0", "\x05\x7f"},
        {CHARSET_UCS2, "Hi", "00480069"},
        {CHARSET_UCS2, "\xE0\xA4\x95", "0915"},
        {CHARSET_UCS2, "\xF0\x9F\x98\x81", "D83DDE01"},
        {CHARSET_UCS2, "\xF0\x90\x80\x80", "D800DC00"},
        {CHARSET_HEX, "Hi [", "4869201B3C"},
        {CHARSET_UCS2, "", ""},
        {CHARSET_GSM, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct modem modem = modem_with(rows[i].charset);
        char shown[64] = "", back[64];
        struct strbuf sb = STRBUF_ON(shown);

        charset_put(&modem, &sb, rows[i].text);
        if (strcmp(shown, rows[i].shown) != 0)
            fail_msg("%s: %s", charset_to_string(rows[i].charset), shown);
        assert_int_equal(charset_get(&modem, shown, sb.length, back, sizeof(back)), 0);
        assert_string_equal(back, rows[i].text);
    }
}

/* What the set lacks is shown as UCS-2 in hex, as modems do. */
static void test_lacking(void **state)
{
    static const enum charset charsets[] = {CHARSET_GSM, CHARSET_HEX};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(charsets); i++) {
        struct modem modem = modem_with(charsets[i]);
        char shown[64];

        charset_put(&modem, &STRBUF_ON(shown), "a\xE0\xA4\x95");
        assert_string_equal(shown, "00610915");
    }
}

static void test_refused(void **state)
{
    static const struct {
        enum charset charset;
        const char *text;
        size_t size;
        int r;
    } rows[] = {
        {CHARSET_UCS2, "004", 64, -EILSEQ},
        {CHARSET_UCS2, "004G", 64, -EILSEQ},
        {CHARSET_HEX, "4", 64, -EILSEQ},
        {CHARSET_HEX, "Hi", 64, -EILSEQ},
        {CHARSET_IRA, "\xFF", 64, -EILSEQ},
        {CHARSET_IRA, "\xE0\xA4", 64, -EILSEQ},
        {CHARSET_IRA, "abcd", 5, 0},
        {CHARSET_IRA, "abcd", 4, -ENOBUFS},
        {CHARSET_GSM, "abcd", 4, -ENOBUFS},
        {CHARSET_UCS2, "0061006200630064", 4, -ENOBUFS},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct modem modem = modem_with(rows[i].charset);
        char text[64];

        if (charset_get(&modem, rows[i].text, strlen(rows[i].text), text, rows[i].size) !=
            rows[i].r)
            fail_msg("case %zu: %s", i, rows[i].text);
    }
}

static void test_names(void **state)
{
    enum charset charset = CHARSET_HEX;

    (void)state;
    assert_string_equal(charset_to_string(CHARSET_GSM), "GSM");
    assert_int_equal(charset_from_string(&charset, "IRA"), 0);
    assert_int_equal(charset, CHARSET_IRA);
    assert_int_equal(charset_from_string(&charset, "8859-1"), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_lacking),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
