/* The text builder: all or nothing, always terminated, never past its buffer; escaping. */
#include "util/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_fits_to_the_byte(void **state)
{
    char data[6 + 1] = {[6] = '!'};
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, data, 6);
    strbuf_puts(&sb, "abc");
    strbuf_put(&sb, "defgh", 2);
    assert_string_equal(data, "abcde");
    assert_false(sb.overflow);
    strbuf_put(&sb, "", 0);
    strbuf_printf(&sb, "%s", "");
    assert_false(sb.overflow);
    strbuf_putc(&sb, 'f');
    assert_true(sb.overflow);
    assert_string_equal(data, "abcde");
    assert_int_equal(sb.length, 5);
    assert_int_equal(data[6], '!');
    strbuf_reset(&sb);
    assert_string_equal(data, "");
    assert_false(sb.overflow);
}

static void test_all_or_nothing(void **state)
{
    char data[6 + 1] = {[6] = '!'};
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, data, 6);
    strbuf_puts(&sb, "ab");
    strbuf_puts(&sb, "cdef");
    assert_string_equal(data, "ab");
    assert_true(sb.overflow);
    strbuf_printf(&sb, "%d", 12345);
    assert_string_equal(data, "ab");
    strbuf_put_hex(&sb, (const uint8_t *)"\xAB\xCD", 2);
    assert_string_equal(data, "ab");
    strbuf_puts(&sb, "xyz"); /* what fits still does; that some did not stays known */
    assert_string_equal(data, "abxyz");
    assert_true(sb.overflow);
    assert_int_equal(data[6], '!');
}

static void test_printf_and_hex_to_the_byte(void **state)
{
    char data[5];
    struct strbuf sb = STRBUF_ON(data);

    (void)state;
    strbuf_reset(&sb);
    strbuf_printf(&sb, "%04d", 7);
    assert_string_equal(data, "0007");
    assert_false(sb.overflow);
    strbuf_reset(&sb);
    strbuf_put_hex(&sb, (const uint8_t *)"\x0A\xFF", 2);
    assert_string_equal(data, "0AFF");
    assert_false(sb.overflow);
    strbuf_reset(&sb);
    strbuf_printf(&sb, "%05d", 7);
    assert_string_equal(data, "");
    assert_true(sb.overflow);
}

static void test_one_byte(void **state)
{
    char data[1];
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, data, 1);
    strbuf_puts(&sb, "");
    assert_false(sb.overflow);
    strbuf_put_hex(&sb, (const uint8_t *)"", 0);
    assert_false(sb.overflow);
    strbuf_putc(&sb, 'x');
    assert_true(sb.overflow);
    assert_string_equal(data, "");
}

static void test_escaped(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        const char *escaped;
    } cases[] = {
        {"plain text", 10, "plain text"},
        {"रवि €", 13, "रवि €"},
        {"say \"hi\" \\", 10, "say \\\"hi\\\" \\\\"},
        {"\x1B[2J", 4, "\\u{1B}[2J"},
        {"a\r\nb", 4, "a\\u{D}\\u{A}b"},
        {"a\0b", 3, "a\\u{0}b"},
        {"\x7F", 1, "\\u{7F}"},
        {"\xC2\x9B", 2, "\\u{9B}"},
        {"\xE2\x80\xAE", 3, "\\u{202E}"},
        {"\xEF\xBB\xBF", 3, "\\u{FEFF}"},
        {"\xFFok", 3, "\\xFFok"},
        {"\xC0\xAF", 2, "\\xC0\\xAF"},
        {"\xE0\xA4", 2, "\\xE0\\xA4"}, /* cut off */
        {"", 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char data[64];
        struct strbuf sb;

        strbuf_init(&sb, data, sizeof(data));
        strbuf_put_escaped(&sb, cases[i].text, cases[i].n);
        assert_string_equal(data, cases[i].escaped);
        assert_false(sb.overflow);
    }
}

/* Where the room ends, whole characters are left out, never a part of one. */
static void test_escaped_stops(void **state)
{
    static const char whole[] = "a\\u{1B}€b";

    (void)state;
    for (size_t size = 1; size <= sizeof(whole); size++) {
        char data[sizeof(whole)];
        struct strbuf sb;

        strbuf_init(&sb, data, size);
        strbuf_put_escaped(&sb, "a\x1B€b", 6);
        assert_int_equal(sb.overflow, size < sizeof(whole));
        assert_memory_equal(data, whole, sb.length);
        assert_true(sb.length == 0 || sb.length == 1 || sb.length == 7 || sb.length == 10 ||
                    sb.length == 11);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fits_to_the_byte),
        cmocka_unit_test(test_all_or_nothing),
        cmocka_unit_test(test_printf_and_hex_to_the_byte),
        cmocka_unit_test(test_one_byte),
        cmocka_unit_test(test_escaped),
        cmocka_unit_test(test_escaped_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
