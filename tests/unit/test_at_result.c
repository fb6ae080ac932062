#include "at/error.h"
#include "at/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void test_results(void **unused)
{
    static const struct {
        const char *line;
        bool final;
        enum at_outcome outcome;
        int code;
    } rows[] = {
        {"OK", true, AT_OK, -1},
        {"OK ", true, AT_OK, -1},
        {"OKAY", false, 0, 0},
        {"ok", false, 0, 0},
        {" OK", false, 0, 0},
        {"ERROR", true, AT_ERROR, -1},
        {"COMMAND NOT SUPPORT", true, AT_ERROR, -1},
        {"TOO MANY PARAMETERS", true, AT_ERROR, -1},
        {"NO CARRIER", true, AT_CALL_ENDED, -1},
        {"NO DIALTONE", true, AT_CALL_ENDED, -1},
        {"BUSY", true, AT_CALL_ENDED, -1},
        {"+CMS ERROR: 500", true, AT_CMS_ERROR, 500},
        {"+CMS ERROR:38", true, AT_CMS_ERROR, 38},
        {"+CME ERROR: 14", true, AT_CME_ERROR, 14},
        {"+CME ERROR: SIM busy", true, AT_CME_ERROR, 14},
        {"+CME ERROR: SIM BUSY", true, AT_CME_ERROR, 14},
        {"+CMS ERROR: SIM busy", true, AT_CMS_ERROR, 314},
        {"+CMS ERROR: network timeout", true, AT_CMS_ERROR, 332},
        {"+CME ERROR: no such words", true, AT_CME_ERROR, -1},
        {"+CMS ERROR:", true, AT_CMS_ERROR, -1},
        {"+CMS ERROR: -1", true, AT_CMS_ERROR, -1},
        {"+CMS ERROR: 99999999999", true, AT_CMS_ERROR, -1},
        {"+CMS ERR", false, 0, 0},
        {"+CREG: 1", false, 0, 0},
        {"", false, 0, 0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct at_result result = {.code = 77};

        assert_int_equal(at_result_parse(rows[i].line, &result), rows[i].final);
        if (!rows[i].final)
            continue;
        assert_int_equal(result.outcome, rows[i].outcome);
        assert_int_equal(result.code, rows[i].code);
    }
}

/* The classes that decide what is done: DESIGN §8, TS 24.011 Annex E-2, TS 27.005 §3.2.5. */
static void test_classes(void **unused)
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
        {515, AT_ERROR_BUSY}, {9999, AT_ERROR_UNKNOWN}, {-1, AT_ERROR_UNKNOWN}};
    static const struct {
        int code;
        enum at_error_class error_class;
    } cme[] = {{10, AT_ERROR_SIM}, {14, AT_ERROR_BUSY}, {16, AT_ERROR_SIM}, {20, AT_ERROR_MEMORY},
        {30, AT_ERROR_NETWORK}, {100, AT_ERROR_UNKNOWN}, {-1, AT_ERROR_UNKNOWN}};

    (void)unused;
    for (size_t i = 0; i < sizeof(cms) / sizeof(cms[0]); i++)
        assert_int_equal(at_cms_error(cms[i].code)->error_class, cms[i].error_class);
    for (size_t i = 0; i < sizeof(cme) / sizeof(cme[0]); i++)
        assert_int_equal(at_cme_error(cme[i].code)->error_class, cme[i].error_class);
}

/* Each number once, and each text leads back to a number of the same text. */
static void test_tables_are_consistent(void **unused)
{
    (void)unused;
    for (int code = 0; code < 1000; code++) {
        const struct at_error *cms = at_cms_error(code);
        const struct at_error *cme = at_cme_error(code);
        int back;

        assert_non_null(cms->text);
        if (cms->code == code) {
            back = at_cms_error_from_text(cms->text, strlen(cms->text));
            assert_string_equal(at_cms_error(back)->text, cms->text);
        }
        if (cme->code == code) {
            back = at_cme_error_from_text(cme->text, strlen(cme->text));
            assert_int_equal(back, code);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_tables_are_consistent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
