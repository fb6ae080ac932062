#include "core/balance_rule.h"

#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NONE INT64_MIN

static void test_amounts(void **state)
{
    static const struct {
        const char *text, *written;
        int64_t expected;
    } table[] = {
        {"120.50", "120.50", 12050},
        {"120,5", "120.50", 12050},
        {"0", "0.00", 0},
        {"7", "7.00", 700},
        {"1,234.50", "1234.50", 123450},
        {"1.234,50", "1234.50", 123450},
        {"1.234", "1234.00", 123400},
        {"1,00,000", "100000.00", 10000000},
        {"12 345,6", "12345.60", 1234560},
        {"1'000", "1000.00", 100000},
        {"-3.05", "-3.05", -305},
        {"0.5", "0.50", 50},
        {"92233720368547758.07", NULL, NONE},
        {"", NULL, NONE},
        {"-", NULL, NONE},
        {".5", NULL, NONE},
        {"5.", NULL, NONE},
        {"1..5", NULL, NONE},
        {"12x", NULL, NONE},
        {"--1", NULL, NONE},
        {"+1", NULL, NONE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        char written[BALANCE_AMOUNT_SIZE];
        int64_t amount = NONE;
        int r = balance_parse(table[i].text, strlen(table[i].text), &amount);

        if ((r < 0) != (table[i].written == NULL) || amount != table[i].expected)
            fail_msg("%s: %d, %lld", table[i].text, r, (long long)amount);
        if (!table[i].written)
            continue;
        balance_format(amount, written);
        assert_string_equal(written, table[i].written);
    }
}

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern; /* NULL: none */
        const char *text;
        int64_t expected;
    } table[] = {
        {NULL, "Your balance is Rs 120.50. Valid till 31-12-2026.", 12050},
        {NULL, "Rs.12", 1200},
        {NULL, "Balance: -4,20 EUR", -420},
        {NULL, "No credit", NONE},
        {NULL, "", NONE},
        {"Rs *([0-9.,]+[0-9])", "On 24.11. you had Rs 99.00", 9900},
        {"(Main|Promo): ([0-9.]+)", "Main: 5.00", NONE}, /* the first group counts */
        {"Main: ([0-9.]+)", "Promo: 5.00", NONE},
        {"x|Main: ([0-9.]+)", "x", NONE},
        {"([^ ]+)$", "You have nothing", NONE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct balance_rule rule = {.has_low = false};
        int64_t amount = NONE;
        int r;

        if (table[i].pattern)
            assert_int_equal(balance_rule_set_pattern(&rule, table[i].pattern), 0);
        r = balance_rule_read(&rule, table[i].text, &amount);
        if (amount != table[i].expected || r != (table[i].expected == NONE ? -ENOENT : 0))
            fail_msg("%s: %lld", table[i].text, (long long)amount);
        balance_rule_fini(&rule);
    }
}

static void test_bad_patterns(void **state)
{
    static const char *const bad[] = {"", "[0-9]+", "([0-9]+", "(a){2,1}"};
    struct balance_rule rule = {.has_low = false};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(balance_rule_set_pattern(&rule, "(a)"), 0);
        if (balance_rule_set_pattern(&rule, bad[i]) != -EINVAL)
            fail_msg("%s", bad[i]);
    }
    balance_rule_fini(&rule);
    balance_rule_fini(&rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_bad_patterns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
