/* Digits from words: what counts, what is passed over, at the very edge, for each length. */
#include "otp/digits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void put_word(uint8_t *block, unsigned index, uint64_t word)
{
    for (unsigned i = 0; i < 8; i++)
        block[8 * index + i] = (uint8_t)(word >> (56 - 8 * i));
}

/* The greatest multiple of 10^length up to 2^64, computed in 128 bits. */
static uint64_t limit_of(unsigned length)
{
    __extension__ typedef unsigned __int128 u128;
    u128 power = 1, words = (u128)1 << 64;

    for (unsigned i = 0; i < length; i++)
        power *= 10;
    return (uint64_t)(words / power * power);
}

static void test_edge(void **state)
{
    (void)state;
    for (unsigned length = 1; length <= DIGITS_MAX; length++) {
        uint8_t block[DIGITS_BLOCK_SIZE];
        char digits[DIGITS_MAX + 1], nines[DIGITS_MAX + 1] = {0}, zeros[DIGITS_MAX + 1] = {0};
        uint64_t limit = limit_of(length);

        memset(nines, '9', length);
        memset(zeros, '0', length);
        memset(block, 0xFF, sizeof(block));
        put_word(block, 7, limit - 1);
        assert_true(digits_from_block(block, length, digits));
        assert_string_equal(digits, nines);
        put_word(block, 0, limit); /* still passed over */
        assert_true(digits_from_block(block, length, digits));
        assert_string_equal(digits, nines);
        put_word(block, 3, 0);
        assert_true(digits_from_block(block, length, digits));
        assert_string_equal(digits, zeros);
    }
}

static void test_value(void **state)
{
    static const struct {
        uint64_t word;
        unsigned length;
        const char *digits;
    } cases[] = {
        {7, 6, "000007"},
        {1000000, 6, "000000"},
        {123456789, 6, "456789"},
        {123456789, 10, "0123456789"},
        {9999999999, 10, "9999999999"},
        {0x0102030405060708, 4, "2856"}, /* 72623859790382856, the most significant byte first */
        {0x0102030405060708, 10, "9790382856"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t block[DIGITS_BLOCK_SIZE] = {0};
        char digits[DIGITS_MAX + 1];

        put_word(block, 0, cases[i].word);
        assert_true(digits_from_block(block, cases[i].length, digits));
        assert_string_equal(digits, cases[i].digits);
    }
}

static void test_nothing_counts(void **state)
{
    uint8_t block[DIGITS_BLOCK_SIZE];
    char digits[DIGITS_MAX + 1] = "untouched";

    (void)state;
    memset(block, 0xFF, sizeof(block));
    assert_false(digits_from_block(block, 6, digits));
    assert_string_equal(digits, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edge),
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_nothing_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
