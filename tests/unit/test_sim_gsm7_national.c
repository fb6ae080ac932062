/*
 * National language tables of the simulator: each value is held against another project's tables by
 * sim_gsm7; here is what needs no vectors.
 */
#include "sim/gsm7_national.h"
#include "util/macros.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOLE 0xFFFD

/* A letter, a place that is as in the default table (0) or empty, and a sign after an escape. */
static void test_languages(void **state)
{
    static const struct {
        unsigned language;
        uint8_t septet;
        uint32_t letter;
        uint8_t other;
        uint32_t there;
        uint8_t escaped;
        uint32_t sign;
    } rows[] = {
        {0, 0x04, 0, 0x41, 0, 0x3C, 0},
        {1, 0x07, 0x0131, 0x41, 0, 0x63, 0x00E7},     /* Turkish */
        {2, 0x04, 0, 0x41, 0, 0x09, 0x00E7},          /* Spanish: no locking table */
        {3, 0x04, 0x00EA, 0x41, 0, 0x7F, 0x00E2},     /* Portuguese */
        {4, 0x04, 0x0986, 0x0D, 0, 0x1C, 0x09E8},     /* Bengali */
        {5, 0x04, 0x0A86, 0x0D, 0, 0x1C, 0x0AE6},     /* Gujarati */
        {6, 0x04, 0x0906, 0x0D, 0, 0x1C, 0x0966},     /* Hindi */
        {7, 0x04, 0x0C86, 0x00, HOLE, 0x1C, 0x0CE6},  /* Kannada */
        {8, 0x04, 0x0D06, 0x00, HOLE, 0x1C, 0x0D66},  /* Malayalam */
        {9, 0x04, 0x0B06, 0x0D, 0, 0x1C, 0x0B66},     /* Oriya */
        {10, 0x04, 0x0A06, 0x0D, 0, 0x1C, 0x0A66},    /* Punjabi */
        {11, 0x04, 0x0B86, 0x00, HOLE, 0x1C, 0x0BE6}, /* Tamil */
        {12, 0x04, 0x0C06, 0x0D, 0, 0x1C, 0x0C66},    /* Telugu */
        {13, 0x04, 0x0680, 0x0D, 0, 0x1C, 0x06F0},    /* Urdu */
        {14, 0x04, 0, 0x41, 0, 0x1C, 0},              /* reserved */
        {255, 0x04, 0, 0x41, 0, 0x1C, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        unsigned language = rows[i].language;

        if (gsm7_national_locking(language, rows[i].septet) != rows[i].letter ||
            gsm7_national_locking(language, rows[i].other) != rows[i].there ||
            gsm7_national_single(language, rows[i].escaped) != rows[i].sign)
            fail_msg("language %u: U+%04X, U+%04X, U+%04X", language,
                gsm7_national_locking(language, rows[i].septet),
                gsm7_national_locking(language, rows[i].other),
                gsm7_national_single(language, rows[i].escaped));
    }
}

/* In the nine Indic tables the parentheses change places, and 15h is KA at its script's place. */
static void test_indic(void **state)
{
    (void)state;
    for (unsigned language = 4; language <= 12; language++) {
        assert_int_equal(gsm7_national_locking(language, 0x28), ')');
        assert_int_equal(gsm7_national_locking(language, 0x29), '(');
        assert_int_equal(gsm7_national_locking(language, 0x15) & 0x7F, 0x15);
        assert_int_equal(gsm7_national_single(language, 0x00), '@');
        assert_int_equal(gsm7_national_single(language, 'Z'), 'Z');
        assert_int_equal(gsm7_national_single(language, 'z'), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_indic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
