#include "core/digit_pattern.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_one(void **state)
{
    static const struct {
        const char *pattern, *digits;
        bool matches;
    } rows[] = {
        {"", "", true},
        {"", "123", true},
        {"12", "123", true},
        {"12", "12", true},
        {"12", "1", false},
        {"12", "", false},
        {"12", "132", false},
        {"X", "0", true},
        {"X", "9", true},
        {"X", "", false},
        {"X", "+", false},
        {"N", "2", true},
        {"N", "9", true},
        {"N", "1", false},
        {"N", "0", false},
        {"N", "", false},
        {"N", "a", false},
        {"NXXN", "2015550123", true},
        {"NXXN", "2010550123", false},
        {"1XN", "105", true},
        {"1XN", "101", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(digit_pattern_matches(rows[i].pattern, rows[i].digits), rows[i].matches);
}

static void test_several(void **state)
{
    static const struct {
        const char *patterns, *digits;
        bool matches;
    } rows[] = {
        {"", "1", false}, {"1", "1", true}, {"6 7 8 9", "98", true}, {"6 7 8 9", "58", false},
        {"12 3", "3", true}, {"12 3", "13", false}, {"12  N", "2", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(digit_patterns_match(rows[i].patterns, rows[i].digits), rows[i].matches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_several),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
