/* UTF-8: RFC 3629's table of well-formed sequences, every scalar value there and back. */
#include "util/utf8.h"
#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* RFC 3629 §4: the byte ranges of well-formed sequences, written down again as the table there. */
static int length_by_table(const uint8_t *b, size_t n)
{
    static const struct {
        uint8_t first, last, second_first, second_last, length;
    } rows[] = {
        {0x00, 0x7F, 0, 0, 1},
        {0xC2, 0xDF, 0x80, 0xBF, 2},
        {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3},
        {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4},
        {0xF4, 0xF4, 0x80, 0x8F, 4},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (n < rows[i].length || b[0] < rows[i].first || b[0] > rows[i].last)
            continue;
        if (rows[i].length > 1 && (b[1] < rows[i].second_first || b[1] > rows[i].second_last))
            continue;
        for (size_t at = 2; at < rows[i].length; at++)
            if (b[at] < 0x80 || b[at] > 0xBF)
                return -EILSEQ;
        return rows[i].length;
    }
    return -EILSEQ;
}

static void test_decode_as_the_table(void **state)
{
    static const uint8_t tails[][2] = {
        {0x80, 0x80}, {0xBF, 0xBF}, {0x7F, 0x80}, {0x80, 0x7F}, {0xC0, 0x80}, {0x80, 0xC0}};

    (void)state;
    for (unsigned first = 0; first < 256; first++)
        for (unsigned second = 0; second < 256; second++)
            for (size_t tail = 0; tail < ARRAY_SIZE(tails); tail++)
                for (size_t n = 0; n <= 4; n++) {
                    uint8_t b[] = {(uint8_t)first, (uint8_t)second, tails[tail][0], tails[tail][1]};
                    uint32_t code_point = 0xABCDEF;
                    int length = utf8_decode((const char *)b, n, &code_point);

                    if (length != (n == 0 ? -EILSEQ : length_by_table(b, n)))
                        fail_msg("%02x %02x %02x %02x, %zu: %d", b[0], b[1], b[2], b[3], n, length);
                    if (length < 0)
                        assert_int_equal(code_point, 0xABCDEF);
                }
}

static void test_every_scalar_there_and_back(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x120000; c++) {
        bool is_scalar = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        char text[UTF8_MAX_OCTETS];
        uint32_t back;
        int length = utf8_encode(c, text);

        assert_int_equal(length, !is_scalar ? -EINVAL : c < 0x80 ? 1 : c < 0x800 ? 2
                                                    : c < 0x10000 ? 3 : 4);
        if (length < 0)
            continue;
        assert_int_equal(utf8_decode(text, (size_t)length, &back), length);
        assert_int_equal(back, c);
    }
}

/* Examples of RFC 3629 §7. */
static void test_rfc_examples(void **state)
{
    static const struct {
        const char *text;
        size_t length;
        uint32_t last;
    } cases[] = {
        {"\x41\xE2\x89\xA2\xCE\x91\x2E", 4, 0x2E},
        {"\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4", 3, 0xC5B4},
        {"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", 3, 0x8A9E},
        {"\xEF\xBB\xBF\xF0\xA3\x8E\xB4", 2, 0x233B4},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *at = cases[i].text;
        uint32_t code_point = 0;

        assert_true(utf8_is_valid(at, strlen(at)));
        assert_int_equal(utf8_length(at, strlen(at)), cases[i].length);
        while (*at)
            at += utf8_decode(at, strlen(at), &code_point);
        assert_int_equal(code_point, cases[i].last);
    }
}

static void test_is_valid(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        bool verdict;
    } cases[] = {
        {"", 0, true},
        {"a\0b", 3, true},
        {"abc\xE2\x82\xAC", 6, true},
        {"abc\xE2\x82\xAC", 5, false},
        {"abc\xE2\x82\xAC", 4, false},
        {"\x80", 1, false},
        {"a\xC0\x80", 3, false},
        {"\xED\xA0\xBD\xED\xB8\x80", 6, false}, /* a surrogate pair */
        {"\xF8\x88\x80\x80\x80", 5, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(utf8_is_valid(cases[i].text, cases[i].n), cases[i].verdict);
}

static void test_hazardous(void **state)
{
    static const uint32_t hazardous[] = {0x00, 0x0A, 0x1B, 0x1F, 0x7F, 0x80, 0x9B, 0x9F, 0x61C,
        0x200B, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069,
        0xFEFF, 0xFFF9, 0xFFFB};
    static const uint32_t harmless[] = {0x20, 0x41, 0x7E, 0xA0, 0x61B, 0x61D, 0x915, 0x200A, 0x2010,
        0x2027, 0x202F, 0x205F, 0x2070, 0x20AC, 0xFEFE, 0xFFF8, 0xFFFC, 0x1F600};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(hazardous); i++)
        assert_true(utf8_is_hazardous(hazardous[i]));
    for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
        assert_false(utf8_is_hazardous(harmless[i]));
}

static void test_visible(void **state)
{
    static const uint32_t invisible[] = {' ', 0xA0, 0xAD, 0x301, 0x34F, 0x61C, 0x115F, 0x1680,
        0x180E, 0x2003, 0x200C, 0x200D, 0x202F, 0x2060, 0x2800, 0x3000, 0x3164, 0xFE0F, 0xFEFF,
        0xFFA0, 0x1D159, 0xE0041, 0xE01EF};
    static const uint32_t visible[] = {'0', 'a', '-', 0x20B9, 0x661, 0x905, 0x903, 0x2192, 0x2801,
        0x4E00, 0xFF10, 0x1F600, 0x20000};
    char text[2 * UTF8_MAX_OCTETS + 2] = " ";

    (void)state;
    for (size_t i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++) {
        int n = utf8_encode(invisible[i], text + 1);

        text[1 + n] = '\0';
        if (utf8_is_visible(text))
            fail_msg("U+%04X", (unsigned)invisible[i]);
        for (size_t j = 0; j < sizeof(visible) / sizeof(visible[0]); j++) {
            text[1 + n + utf8_encode(visible[j], text + 1 + n)] = '\0';
            if (!utf8_is_visible(text))
                fail_msg("U+%04X", (unsigned)visible[j]);
        }
    }
    assert_false(utf8_is_visible(""));
    assert_false(utf8_is_visible("\xFF"));
}

static void test_printable(void **state)
{
    static const struct {
        const char *text;
        bool alone, joined; /* without and with the joiners */
    } cases[] = {
        {"", true, true},
        {"Ravi Stores", true, true},
        {"\xE0\xA4\x95 \xE2\x82\xAC \xF0\x9F\x98\x80", true, true},
        /* RA, virama, ZWJ, YA (a form of Marathi), and MA, virama, ZWNJ */
        {"\xE0\xA4\xB0\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xAF", false, true},
        {"\xE0\xB4\xAE\xE0\xB5\x8D\xE2\x80\x8C", false, true},
        {"a\xE2\x80\x8Bz", false, false}, /* its neighbours are no joiners */
        {"a\xE2\x80\x8Ez", false, false},
        {"a\nb", false, false},
        {"a\x1B[2J", false, false},
        {"\xC2\x85", false, false},
        {"\xE2\x80\xAEgpj", false, false},
        {"\xE2\x80\x8D\n", false, false},
        {"a\xFF", false, false},
        {"a\xE2\x80", false, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        if (utf8_is_printable(cases[i].text, false) != cases[i].alone ||
            utf8_is_printable(cases[i].text, true) != cases[i].joined)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_as_the_table),
        cmocka_unit_test(test_every_scalar_there_and_back),
        cmocka_unit_test(test_rfc_examples),
        cmocka_unit_test(test_is_valid),
        cmocka_unit_test(test_hazardous),
        cmocka_unit_test(test_visible),
        cmocka_unit_test(test_printable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
