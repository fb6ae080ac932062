/* What the numbers behind +CMS ERROR and +CME ERROR mean, and the way back from words. */
#include "at/error.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* The classes that decide what is done; TS 24.011 Annex E-2, TS 27.005 §3.2.5. */
static void test_classes(void **state)
{
    static const struct {
        int code;
        enum at_error_class error_class;
    } cms[] = {
        {1, AT_ERROR_DESTINATION}, {8, AT_ERROR_ACCOUNT}, {10, AT_ERROR_ACCOUNT},
        {21, AT_ERROR_REJECTED}, {27, AT_ERROR_DESTINATION}, {28, AT_ERROR_ACCOUNT},
        {29, AT_ERROR_REJECTED}, {30, AT_ERROR_ACCOUNT}, {38, AT_ERROR_NETWORK},
        {41, AT_ERROR_NETWORK}, {42, AT_ERROR_NETWORK}, {47, AT_ERROR_NETWORK},
        {50, AT_ERROR_ACCOUNT}, {69, AT_ERROR_ACCOUNT}, {81, AT_ERROR_PROTOCOL},
        {95, AT_ERROR_PROTOCOL}, {111, AT_ERROR_PROTOCOL}, {127, AT_ERROR_PROTOCOL},
        {304, AT_ERROR_PROTOCOL}, {310, AT_ERROR_SIM}, {314, AT_ERROR_BUSY}, {316, AT_ERROR_SIM},
        {320, AT_ERROR_MEMORY}, {322, AT_ERROR_MEMORY}, {331, AT_ERROR_NETWORK},
        {332, AT_ERROR_NETWORK}, {500, AT_ERROR_UNKNOWN}, {512, AT_ERROR_BUSY},
        {515, AT_ERROR_BUSY}, {9999, AT_ERROR_UNKNOWN}, {-1, AT_ERROR_UNKNOWN},
        /* in no table: §8.2.5.4 has it as 41, up to the last that is the network's */
        {0, AT_ERROR_NETWORK}, {3, AT_ERROR_NETWORK}, {126, AT_ERROR_NETWORK},
        {131, AT_ERROR_UNKNOWN}, {254, AT_ERROR_UNKNOWN}};
    static const struct {
        int code;
        enum at_error_class error_class;
    } cme[] = {{10, AT_ERROR_SIM}, {14, AT_ERROR_BUSY}, {16, AT_ERROR_SIM}, {20, AT_ERROR_MEMORY},
        {30, AT_ERROR_NETWORK}, {100, AT_ERROR_UNKNOWN}, {64, AT_ERROR_UNKNOWN},
        {9999, AT_ERROR_UNKNOWN}, {-1, AT_ERROR_UNKNOWN}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cms); i++)
        assert_int_equal(at_cms_error(cms[i].code)->error_class, cms[i].error_class);
    for (size_t i = 0; i < ARRAY_SIZE(cme); i++)
        assert_int_equal(at_cme_error(cme[i].code)->error_class, cme[i].error_class);
}

static void test_words(void **state)
{
    static const struct {
        const char *text;
        int cms, cme;
    } rows[] = {
        {"SIM busy", 314, 14},
        {"sim BUSY", 314, 14},
        {"SIM busy.", 314, 14},
        {"Memory full", 322, 20},
        {"network timeout", 332, 31},
        {"Unknown subscriber", 30, -1},
        {"operation not allowed", 302, 3},
        {"SIM bus", -1, -1},
        {"SIM busy now", -1, -1},
        {"SIM busy..", -1, -1},
        {"14", -1, -1},
        {".", -1, -1},
        {"", -1, -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int cms = at_cms_error_from_text(rows[i].text, strlen(rows[i].text));
        int cme = at_cme_error_from_text(rows[i].text, strlen(rows[i].text));

        if (cms != rows[i].cms || cme != rows[i].cme)
            fail_msg("%s: %d, %d", rows[i].text, cms, cme);
    }
    /* The text is a piece of a line: what follows does not count. */
    assert_int_equal(at_cme_error_from_text("SIM busy\r", 8), 14);
}

struct range {
    int first, last;
};

static bool is_listed(const struct range *ranges, size_t n, int code)
{
    for (size_t i = 0; i < n; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/*
 * The numbers that the specifications define are known, and no number that they leave open; each
 * text leads back to a number of the same text, so none stands twice.
 */
static void test_numbers(void **state)
{
    /* TS 24.011 Annex E-2 (17, 34: as networks use them), TS 23.040 §9.2.3.22, TS 27.005 §3.2.5 */
    static const struct range cms[] = {{1, 1}, {8, 8}, {10, 10}, {17, 17}, {21, 22}, {27, 30},
        {34, 34}, {38, 38}, {41, 42}, {47, 47}, {50, 50}, {69, 69}, {81, 81}, {95, 99}, {111, 111},
        {127, 130}, {143, 145}, {159, 161}, {175, 176}, {192, 199}, {208, 213}, {255, 255},
        {300, 305}, {310, 318}, {320, 322}, {330, 332}, {340, 340}, {500, 500}};
    /* TS 27.007 §9.2.1 to §9.2.3 */
    static const struct range cme[] = {{0, 7}, {10, 18}, {20, 27}, {30, 32}, {40, 63}, {100, 100},
        {103, 103}, {106, 108}, {111, 115}, {122, 122}, {126, 134}, {140, 146}, {148, 150},
        {171, 171}};

    (void)state;
    for (int code = 0; code < 1000; code++) {
        const struct at_error *as_cms = at_cms_error(code), *as_cme = at_cme_error(code);
        bool is_vendors = code >= 512 || (code >= 256 && code < 300);

        if (!is_vendors && (as_cms->code == code) != is_listed(cms, ARRAY_SIZE(cms), code))
            fail_msg("+CMS ERROR: %d", code);
        if (!is_vendors && (as_cme->code == code) != is_listed(cme, ARRAY_SIZE(cme), code))
            fail_msg("+CME ERROR: %d", code);
        if (as_cms->code == code) {
            int back = at_cms_error_from_text(as_cms->text, strlen(as_cms->text));

            assert_string_equal(at_cms_error(back)->text, as_cms->text);
        }
        if (as_cme->code == code)
            assert_int_equal(at_cme_error_from_text(as_cme->text, strlen(as_cme->text)), code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
