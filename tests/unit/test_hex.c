/* Hexadecimal both ways, and what is refused. */
#include "util/hex.h"
#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_digit(void **state)
{
    static const char digits[] = "0123456789abcdef", capitals[] = "0123456789ABCDEF";

    (void)state;
    for (int c = -128; c < 256; c++) {
        const char *lower = c > 0 ? strchr(digits, c) : NULL;
        const char *upper = c > 0 ? strchr(capitals, c) : NULL;
        int expected = lower ? (int)(lower - digits) : upper ? (int)(upper - capitals) : -EINVAL;

        assert_int_equal(hex_digit((char)c), expected);
    }
}

static void test_decode(void **state)
{
    static const struct {
        const char *hex;
        size_t size;
        int verdict;
        size_t n;
        uint8_t bytes[4];
    } cases[] = {
        {"", 4, 0, 0, {0}},
        {"00ff7FAb", 4, 0, 4, {0x00, 0xFF, 0x7F, 0xAB}},
        {"0A", 1, 0, 1, {0x0A}},
        {"0", 4, -EINVAL, 0, {0}},
        {"0A0", 4, -EINVAL, 0, {0}},
        {"0G", 4, -EINVAL, 0, {0}},
        {"g0", 4, -EINVAL, 0, {0}},
        {" 0", 4, -EINVAL, 0, {0}},
        {"0x", 4, -EINVAL, 0, {0}},
        {"0001020304", 4, -ENOBUFS, 0, {0}},
        {"00", 0, -ENOBUFS, 0, {0}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t bytes[5] = {[4] = 0xEE};
        size_t n = 99;

        assert_int_equal(hex_decode(cases[i].hex, strlen(cases[i].hex), bytes, cases[i].size, &n),
            cases[i].verdict);
        assert_int_equal(n, cases[i].verdict == 0 ? cases[i].n : 99);
        if (cases[i].verdict == 0)
            assert_memory_equal(bytes, cases[i].bytes, n);
        assert_int_equal(bytes[4], 0xEE);
    }
}

static void test_encode(void **state)
{
    static const uint8_t bytes[] = {0x00, 0x01, 0x7F, 0x80, 0xAB, 0xFF};
    char text[2 * sizeof(bytes) + 1];

    (void)state;
    hex_encode(bytes, sizeof(bytes), text);
    assert_string_equal(text, "00017f80abff");
    hex_encode(bytes, 0, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digit),
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_encode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
