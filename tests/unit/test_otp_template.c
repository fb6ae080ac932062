/* Templates: what is refused and why, what is rendered, and that a checked one always renders. */
#include "otp/template.h"
#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DESIGN_EXAMPLE                                                                             \
    "{code} is your OTP to pay {currency} {amount} to {payee}. Valid {minutes} min. Never share "  \
    "it by phone. Not you? Reply NO"

static const char *const pay_keys[] = {"amount", "payee"};
static const char *const table_key[] = {"table"};

static void test_check(void **state)
{
    static const struct {
        const char *text;
        const char *const *keys;
        size_t n_keys;
        const char *error; /* a part of it; NULL: accepted */
    } cases[] = {
        {"{code}", NULL, 0, NULL},
        {"{code} {shop} {minutes} {reference}", NULL, 0, NULL},
        {"{code} {currency} {bill} {points} {change}", NULL, 0, NULL},
        {"{code} {field} {terminal} {order} {item}", NULL, 0, NULL},
        {DESIGN_EXAMPLE, pay_keys, 2, NULL},
        {"{code} for table {table}", table_key, 1, NULL},
        {"{code} for your table", table_key, 1, NULL}, /* only amount and payee must be shown */
        {"{code} {{braces}}", NULL, 0, NULL},
        {"{code} valid\n@shop.example #{code}", NULL, 0, NULL}, /* origin-bound, WICG draft */
        {"{code} आपका {shop} OTP है। {minutes} मिनट मान्य।", NULL, 0, NULL},
        {"", NULL, 0, "{code} is missing"},
        {"Your OTP", NULL, 0, "{code} is missing"},
        {"{{code}}", NULL, 0, "{code} is missing"},
        {"{code} {amount}", pay_keys, 2, "{payee} is missing"},
        {"{code} {payee}", pay_keys, 2, "{amount} is missing"},
        {"{code} {{amount}} {payee}", pay_keys, 2, "{amount} is missing"},
        {"{code} {amount}", NULL, 0, "{amount} is no known name; allowed: code shop"},
        {"{code} {amuont} {amount} {payee}", pay_keys, 2, "{amuont} is no known name"},
        {"{code} {tabl}", table_key, 1, "item table"},
        {"{code} {Shop}", NULL, 0, "stray `{` at byte 8"},
        {"{code} {}", NULL, 0, "stray `{`"},
        {"{code} { shop }", NULL, 0, "stray `{`"},
        {"{code} {shop", NULL, 0, "stray `{`"},
        {"{code} {", NULL, 0, "stray `{`"},
        {"{code} }", NULL, 0, "stray `}` at byte 8"},
        {"{code} {shop}}", NULL, 0, "stray `}`"},
        {"{code} {sh{op}", NULL, 0, "stray `{`"},
        {"{code}{minutes} min", NULL, 0, "must not touch"},
        {"{minutes}{code}", NULL, 0, "must not touch"},
        {"1{code}", NULL, 0, "must not touch"},
        {"{code}a", NULL, 0, "must not touch"},
        {"OTP{code}", NULL, 0, "must not touch"},
        {"{code} {amount}{payee}", pay_keys, 2, "{amount} must not touch a digit or a brace"},
        {"{code} {payee}{amount}", pay_keys, 2, "{payee} must not touch"},
        {"{code} {shop}{amount} {payee}", pay_keys, 2, "{amount} must not touch"},
        {"{code} {amount}00 {payee}", pay_keys, 2, "{amount} must not touch"},
        {"{code} 1{amount} {payee}", pay_keys, 2, "{amount} must not touch"},
        {"{code} Rs{amount}, {payee}: {{{amount} }}", pay_keys, 2, "{amount} must not touch"},
        {"{code} Rs{amount}/-, \xE2\x82\xB9{amount}, {payee}.", pay_keys, 2, NULL},
        {"{code} {bill}{item} {amount} {payee}", pay_keys, 2, NULL}, /* not what is approved */
        {"{code} a\tb", NULL, 0, "control character"},
        {"{code} \x1B[2J", NULL, 0, "control character"},
        {"{code} \xC2\x9B", NULL, 0, "control character"},
        {"{code} \xFF", NULL, 0, "not UTF-8"},
        {"{code} {shop} {shop} {shop} {shop} {shop} {shop} {shop} {shop}", NULL, 0,
            "too many values"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char error[OTP_TEMPLATE_ERROR_SIZE];
        int r = otp_template_check(cases[i].text, cases[i].keys, cases[i].n_keys, error);

        if (r != (cases[i].error ? -EINVAL : 0) || (r < 0 && !strstr(error, cases[i].error)))
            fail_msg("%s: %d, %s", cases[i].text, r, error);
        if (r == 0)
            assert_string_equal(error, "");
    }
}

static void test_check_length(void **state)
{
    char text[OTP_TEMPLATE_MAX + 2], error[OTP_TEMPLATE_ERROR_SIZE];

    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text, "{code} ", 7);
    text[OTP_TEMPLATE_MAX + 1] = '\0';
    assert_int_equal(otp_template_check(text, NULL, 0, error), -EINVAL);
    assert_string_equal(error, "longer than 640 bytes");
    text[OTP_TEMPLATE_MAX] = '\0';
    assert_int_equal(otp_template_check(text, NULL, 0, error), 0);
}

/* A refusal is a whole sentence, however many keys there are to list. */
static void test_error_is_bounded(void **state)
{
    const char *keys[OTP_CONTEXT_MAX_ENTRIES];
    char error[OTP_TEMPLATE_ERROR_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        keys[i] = "a2345678901234567890123456789012";
    assert_int_equal(otp_template_check("{code} {b2345678901234567890123456789012}", keys,
                         ARRAY_SIZE(keys), error), -EINVAL);
    assert_non_null(strstr(error, "allowed: code shop minutes reference currency"));
    assert_null(strstr(error, "a2345"));
}

static struct otp_context context_of(const char *const pairs[][2], size_t n_pairs)
{
    struct otp_context context = {0};

    for (size_t i = 0; i < n_pairs; i++)
        assert_int_equal(otp_context_add(&context, pairs[i][0], pairs[i][1]), 0);
    return context;
}

static void test_render(void **state)
{
    static const char *const pairs[][2] = {{"amount", "1,499.00"}, {"payee", "Shop {code} 12"},
        {"points", "500"}, {"terminal", "  "}, {"table", "7"}};
    static const struct {
        const char *text, *rendered;
    } cases[] = {
        {"{code}", "004821"},
        {"{code} {shop} {minutes} {reference}", "004821 Ravi Stores 5 7Q4K"},
        {"{amount} to {payee}.", "1,499.00 to Shop {code} 12."}, /* values are not templates */
        {"{{{shop}}} }}{{", "{Ravi Stores} }{"},
        {"table {table}", "table 7"},
        {DESIGN_EXAMPLE, "004821 is your OTP to pay 1,499.00 to Shop {code} 12. Valid 5 min. Never "
                         "share it by phone. Not you? Reply NO"},
        {"pay {currency} {amount}", "pay 1,499.00"},
        {"pay {currency}{amount}", "pay 1,499.00"},
        {"{currency} {amount}", "1,499.00"},
        {"bill {bill}.", "bill."},
        {"a {bill}, b", "a, b"},
        {"a {bill} {order} b", "a b"},
        {"a {bill} {order}, b", "a, b"},
        {"a {bill}", "a"},
        {"a {bill} {order}", "a"},
        {"a {bill} ", "a"},
        {"a {bill}\n@b", "a\n@b"},
        {"a\n{bill} b", "a\nb"},
        {"a ({bill}) b", "a () b"},
        {"a{bill} b", "a b"},
        {"a{bill}b", "ab"},
        {"at {terminal} b", "at b"}, /* blank is absent */
        {"a  b", "a  b"},            /* the owner's own spaces stay */
    };
    struct otp_context context = context_of(pairs, ARRAY_SIZE(pairs));
    struct otp_template_values values = {.code = "004821",
        .shop = "Ravi Stores",
        .reference = "7Q4K",
        .minutes = 5,
        .context = &context};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char text[OTP_TEXT_SIZE];

        assert_int_equal(otp_template_render(cases[i].text, &values, text), 0);
        assert_string_equal(text, cases[i].rendered);
    }
}

static void test_reference_may_be_missing(void **state)
{
    static const char *const references[] = {NULL, "", " "};
    struct otp_template_values values = {.code = "1234", .shop = "S", .minutes = 1};
    char text[OTP_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(references); i++) {
        values.reference = references[i];
        assert_int_equal(otp_template_render("{code}. Reply NO {reference}", &values, text), 0);
        assert_string_equal(text, "1234. Reply NO");
    }
}

static void test_render_refuses(void **state)
{
    static const char *const pairs[][2] = {
        {"amount", " "}, {"payee", "P"}, {"blank", "\xE2\x80\x8D\xE3\x85\xA4"}};
    static const struct {
        const char *text;
        int verdict;
    } cases[] = {
        {"{code} {amount}", -ENOKEY},
        {"{code} {table}", -ENOKEY},
        {"{code} {blank}", -ENOKEY}, /* U+200D and U+3164 */
        {"{code} {", -EINVAL},
        {"{code} }", -EINVAL},
        {"{code} {shop}", -ENOKEY}, /* not given below */
    };
    struct otp_context context = context_of(pairs, ARRAY_SIZE(pairs));
    struct otp_template_values values = {.code = "482913", .minutes = 5, .context = &context};
    char long_shop[OTP_TEXT_SIZE], text[OTP_TEXT_SIZE], zeros[OTP_TEXT_SIZE] = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        memset(text, 'x', sizeof(text));
        assert_int_equal(otp_template_render(cases[i].text, &values, text), cases[i].verdict);
        assert_memory_equal(text, zeros, sizeof(text));
    }
    memset(long_shop, 's', sizeof(long_shop));
    long_shop[sizeof(long_shop) - 1] = '\0';
    values.shop = long_shop;
    assert_int_equal(otp_template_render("{code} {shop}", &values, text), -ENOBUFS);
    assert_memory_equal(text, zeros, sizeof(text));
    assert_int_equal(otp_template_render("{shop}", &values, text), 0); /* 1,023 bytes just fit */
}

/* The longest template with the longest values that check lets through fits to the byte. */
static void test_longest_fits(void **state)
{
    static const char rest[] = "{code} {minutes} {shop} {shop} {shop} {shop} {shop} {shop} {shop} ";
    char template_text[OTP_TEMPLATE_MAX + 1], value[OTP_CONTEXT_MAX_VALUE + 1];
    char text[OTP_TEXT_SIZE], error[OTP_TEMPLATE_ERROR_SIZE];
    struct otp_template_values values = {
        .code = "0123456789", .shop = value, .minutes = 4294967295U};
    size_t n = sizeof(rest) - 1, room = OTP_TEXT_SIZE - 1 - 10 - 10 - 9 - 7 * 128;

    (void)state;
    memset(value, 'v', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    memcpy(template_text, rest, n);
    memset(template_text + n, 'x', room + 1);
    template_text[n + room + 1] = '\0';
    assert_int_equal(otp_template_check(template_text, NULL, 0, error), -EINVAL);
    template_text[n + room] = '\0';
    assert_int_equal(otp_template_check(template_text, NULL, 0, error), 0);
    assert_int_equal(otp_template_render(template_text, &values, text), 0);
    assert_int_equal(strlen(text), OTP_TEXT_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_check_length),
        cmocka_unit_test(test_error_is_bounded),
        cmocka_unit_test(test_render),
        cmocka_unit_test(test_reference_may_be_missing),
        cmocka_unit_test(test_render_refuses),
        cmocka_unit_test(test_longest_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
