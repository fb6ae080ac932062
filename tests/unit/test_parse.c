/* Text to numbers: the whole input, a digit first, a range. */
#include "util/parse.h"
#include "util/macros.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define UNTOUCHED 777

static void test_u64(void **state)
{
    static const struct {
        const char *text;
        uint64_t min, max;
        int verdict;
        uint64_t value;
    } cases[] = {
        {"0", 0, 0, 0, 0},
        {"42", 0, 100, 0, 42},
        {"007", 0, 100, 0, 7},
        {"10", 10, 10, 0, 10},
        {"18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX},
        {"00000000000000000000000000000001", 0, 9, 0, 1},
        {"18446744073709551616", 0, UINT64_MAX, -ERANGE, 0},
        {"99999999999999999999", 0, UINT64_MAX, -ERANGE, 0},
        {"340282366920938463463374607431768211456", 0, UINT64_MAX, -ERANGE, 0}, /* 2^128 */
        {"9", 10, 20, -ERANGE, 0},
        {"21", 10, 20, -ERANGE, 0},
        {"", 0, 100, -EINVAL, 0},
        {"-1", 0, 100, -EINVAL, 0},
        {"+1", 0, 100, -EINVAL, 0},
        {" 1", 0, 100, -EINVAL, 0},
        {"1 ", 0, 100, -EINVAL, 0},
        {"1\n", 0, 100, -EINVAL, 0},
        {"0x10", 0, 100, -EINVAL, 0},
        {"1e2", 0, 100, -EINVAL, 0},
        {"1.0", 0, 100, -EINVAL, 0},
        {"99999999999999999999x", 0, 100, -EINVAL, 0}, /* no number at all, rather than too big */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint64_t value = UNTOUCHED;

        assert_int_equal(
            parse_u64(cases[i].text, cases[i].min, cases[i].max, &value), cases[i].verdict);
        assert_true(value == (cases[i].verdict == 0 ? cases[i].value : UNTOUCHED));
    }
}

static void test_u64_n(void **state)
{
    uint64_t value = UNTOUCHED;

    (void)state;
    assert_int_equal(parse_u64_n("12345", 3, 0, 1000, &value), 0);
    assert_int_equal(value, 123);
    assert_int_equal(parse_u64_n("12\0", 3, 0, 1000, &value), -EINVAL);
    assert_int_equal(parse_u64_n("12", 0, 0, 1000, &value), -EINVAL);
}

static void test_unsigned(void **state)
{
    unsigned value = UNTOUCHED;

    (void)state;
    assert_int_equal(parse_unsigned("4294967295", 0, UINT_MAX, &value), 0);
    assert_true(value == UINT_MAX);
    value = UNTOUCHED;
    assert_int_equal(parse_unsigned("4294967296", 0, UINT_MAX, &value), -ERANGE);
    assert_int_equal(parse_unsigned("11", 4, 10, &value), -ERANGE);
    assert_int_equal(parse_unsigned("x", 4, 10, &value), -EINVAL);
    assert_int_equal(value, UNTOUCHED);
}

static void test_duration(void **state)
{
    static const struct {
        const char *text;
        int verdict;
        usec_t usec;
    } cases[] = {
        {"300", 0, 300 * USEC_PER_SEC},
        {"90s", 0, 90000000},
        {"5m", 0, 300000000},
        {"1h", 0, 3600000000},
        {"30d", 0, 30 * 86400000000},
        {"500ms", 0, 500000},
        {"0", 0, 0},
        {"0d", 0, 0},
        {"213503982d", 0, 213503982 * USEC_PER_DAY}, /* just below 2^64 */
        {"213503983d", -ERANGE, 0},
        {"18446744073709551615", -ERANGE, 0},
        {"99999999999999999999s", -ERANGE, 0},
        {"", -EINVAL, 0},
        {"s", -EINVAL, 0},
        {"5 m", -EINVAL, 0},
        {"5M", -EINVAL, 0},
        {"5min", -EINVAL, 0},
        {"5m ", -EINVAL, 0},
        {"-5m", -EINVAL, 0},
        {"1.5h", -EINVAL, 0},
        {"1h30m", -EINVAL, 0},
        {"off", -EINVAL, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        usec_t usec = UNTOUCHED;

        assert_int_equal(parse_duration(cases[i].text, &usec), cases[i].verdict);
        assert_true(usec == (cases[i].verdict == 0 ? cases[i].usec : UNTOUCHED));
    }
}

static void test_bool(void **state)
{
    static const struct {
        const char *text;
        int verdict;
        bool value;
    } cases[] = {
        {"yes", 0, true}, {"true", 0, true}, {"on", 0, true}, {"1", 0, true},
        {"no", 0, false}, {"false", 0, false}, {"off", 0, false}, {"0", 0, false},
        {"", -EINVAL, false}, {"Yes", -EINVAL, false}, {"y", -EINVAL, false},
        {"yes ", -EINVAL, false}, {"2", -EINVAL, false}, {"10", -EINVAL, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        for (int before = 0; before < 2; before++) {
            bool value = before;

            assert_int_equal(parse_bool(cases[i].text, &value), cases[i].verdict);
            assert_int_equal(value, cases[i].verdict == 0 ? cases[i].value : before);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_u64),
        cmocka_unit_test(test_u64_n),
        cmocka_unit_test(test_unsigned),
        cmocka_unit_test(test_duration),
        cmocka_unit_test(test_bool),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
