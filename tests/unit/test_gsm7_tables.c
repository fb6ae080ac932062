/*
 * The character tables as data: each value of TS 23.038 §6.2.1 and Annex A is held against another
 * project's tables by gsm7_vectors; here is what needs no vectors.
 */
#include "sms/gsm7_tables.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Of each language: how many characters, and one that only it has; 0: the default table. */
static void test_languages(void **state)
{
    static const struct {
        const char *name, *code;
        unsigned n_locking, n_single;
        uint8_t septet; /* of `letter` in the locking table */
        uint16_t letter;
        uint8_t escaped; /* of `sign` in the single shift table */
        uint16_t sign;
    } rows[GSM7_LANGUAGES] = {
        {NULL, NULL, 127, 10, 0x04, 0x00E8, 0x3C, '['},
        {"turkish", "tr", 127, 17, 0x07, 0x0131, 0x63, 0x00E7},
        {"spanish", "es", 0, 19, 0x04, 0x00E8, 0x09, 0x00E7},
        {"portuguese", "pt", 127, 37, 0x04, 0x00EA, 0x7F, 0x00E2},
        {"bengali", "bn", 114, 82, 0x04, 0x0986, 0x1C, 0x09E8},
        {"gujarati", "gu", 120, 70, 0x04, 0x0A86, 0x1C, 0x0AE6},
        {"hindi", "hi", 127, 88, 0x04, 0x0906, 0x1C, 0x0966},
        {"kannada", "kn", 120, 73, 0x04, 0x0C86, 0x1C, 0x0CE6},
        {"malayalam", "ml", 120, 82, 0x04, 0x0D06, 0x1C, 0x0D66},
        {"oriya", "or", 116, 75, 0x04, 0x0B06, 0x1C, 0x0B66},
        {"punjabi", "pa", 110, 76, 0x04, 0x0A06, 0x1C, 0x0A66},
        {"tamil", "ta", 102, 77, 0x04, 0x0B86, 0x1C, 0x0BE6},
        {"telugu", "te", 120, 78, 0x04, 0x0C06, 0x1C, 0x0C66},
        {"urdu", "ur", 127, 90, 0x04, 0x0680, 0x1C, 0x06F0},
    };

    (void)state;
    for (uint8_t language = 0; language < GSM7_LANGUAGES; language++) {
        const uint16_t *locking = gsm7_locking_table(language);
        const uint16_t *single = gsm7_single_table(language);
        unsigned n_locking = 0, n_single = 0;
        uint8_t found = 99;

        for (unsigned i = 0; i < GSM7_TABLE_SIZE; i++) {
            n_locking += locking[i] != 0;
            n_single += single[i] != 0;
        }
        if (n_single != rows[language].n_single ||
            single[rows[language].escaped] != rows[language].sign ||
            locking[rows[language].septet] != rows[language].letter)
            fail_msg("language %u: %u, %u characters", language, n_locking, n_single);
        if (rows[language].n_locking == 0)
            assert_ptr_equal(locking, gsm7_locking_table(GSM7_LANGUAGE_DEFAULT));
        else
            assert_int_equal(n_locking, rows[language].n_locking);
        if (!rows[language].name)
            continue;
        assert_int_equal(gsm7_language_from_string(&found, rows[language].name), 0);
        assert_int_equal(found, language);
        found = 99;
        assert_int_equal(gsm7_language_from_string(&found, rows[language].code), 0);
        assert_int_equal(found, language);
    }
}

/*
 * What every table keeps: the escape, line feed, carriage return and space where the default has
 * them, the euro sign where handsets expect it. No locking table has a character twice (those of
 * Annex A.2 for Indian languages do have '*' and '¡' in two places).
 */
static void test_every_table(void **state)
{
    (void)state;
    for (uint8_t language = 0; language < GSM7_LANGUAGES; language++) {
        const uint16_t *locking = gsm7_locking_table(language);
        const uint16_t *single = gsm7_single_table(language);

        assert_int_equal(locking[0x0A], '\n');
        assert_int_equal(locking[0x0D], '\r');
        assert_int_equal(locking[0x20], ' ');
        assert_int_equal(locking[0x1B], 0);
        assert_int_equal(single[0x0A], '\f');
        assert_int_equal(single[0x65], 0x20AC);
        assert_int_equal(single[0x0D], 0);
        assert_int_equal(single[0x1B], 0);
        for (unsigned i = 0; i < GSM7_TABLE_SIZE; i++)
            for (unsigned j = i + 1; j < GSM7_TABLE_SIZE; j++)
                if (locking[i] != 0 && locking[i] == locking[j])
                    fail_msg("language %u: %02X and %02X", language, i, j);
    }
}

/* A receiver takes the default tables for a language that it does not know. */
static void test_reserved(void **state)
{
    static const uint8_t reserved[] = {14, 15, 127, 128, 255};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
        assert_ptr_equal(gsm7_locking_table(reserved[i]), gsm7_locking_table(0));
        assert_ptr_equal(gsm7_single_table(reserved[i]), gsm7_single_table(0));
    }
}

static void test_no_language(void **state)
{
    static const char *const names[] = {"", "default", "en", "Hindi", "HI", "hin", "h", "hi ", "6"};
    uint8_t language = 99;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (gsm7_language_from_string(&language, names[i]) != -EINVAL)
            fail_msg("\"%s\" is taken", names[i]);
    assert_int_equal(language, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_every_table),
        cmocka_unit_test(test_reserved),
        cmocka_unit_test(test_no_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
