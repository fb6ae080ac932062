#include "at/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_results)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
