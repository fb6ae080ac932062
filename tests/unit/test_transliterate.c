/* Typography becomes what the GSM 7-bit default alphabet has; letters stay. */
#include "sms/transliterate.h"

#include "sms/gsm7.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_texts(void **state)
{
    static const struct {
        const char *text, *expected;
        unsigned n;
        uint32_t first;
    } rows[] = {
        {"plain text, 5 €", "plain text, 5 €", 0, 0},
        {"₹1,499", "Rs 1,499", 1, 0x20B9},
        {"₹ 1,499", "Rs 1,499", 1, 0x20B9},
        {"pay ₹", "pay Rs", 1, 0x20B9},
        {"Ravi’s “shop” – now…", "Ravi's \"shop\" - now...", 5, 0x2019},
        {"’’’", "'''", 1, 0x2019},
        {"5\u00A0min", "5 min", 1, 0x00A0},
        {"Müller ñ ê हिंदी", "Müller ñ ê हिंदी", 0, 0}, /* names stay names */
        {"", "", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char text[200];
        struct strbuf sb = STRBUF_ON(text);
        struct sms_replaced replaced;

        print_message("%s\n", rows[i].text);
        assert_int_equal(sms_transliterate(rows[i].text, &sb, &replaced), rows[i].n > 0);
        assert_string_equal(text, rows[i].expected);
        assert_int_equal(replaced.n, rows[i].n);
        if (replaced.n > 0)
            assert_int_equal(replaced.code_points[0], rows[i].first);
    }
}

/* Every replacement is in the default alphabet, and nothing in it is ever replaced. */
static void test_replacements_are_encodable(void **state)
{
    unsigned n = 0;

    (void)state;
    for (uint32_t c = 1; c <= 0xFFFF; c++) {
        const char *text = sms_replacement(c);
        uint8_t septets[16];
        size_t n_septets;

        if (gsm7_encode_char((struct gsm7_shift){0}, c, septets) > 0)
            assert_null(text);
        if (!text)
            continue;
        n++;
        assert_int_equal(gsm7_encode((struct gsm7_shift){0}, text, strlen(text), septets,
                             sizeof(septets), &n_septets), 0);
    }
    assert_true(n > 30);
}

/* More different ones than there is room for: still all are rewritten. */
static void test_many(void **state)
{
    char text[200];
    struct strbuf sb = STRBUF_ON(text);
    struct sms_replaced replaced;

    (void)state;
    assert_true(sms_transliterate("‘’‚‛“”„‟•…′″‹›₨₹™−–—", &sb, &replaced));
    assert_int_equal(replaced.n, SMS_REPLACED_MAX);
    assert_string_equal(text, "''''\"\"\"\"*...'\"''RsRsTM---");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_replacements_are_encodable),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
