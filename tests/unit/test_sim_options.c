#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/options.h"
#include "util/strbuf.h"

#include <getopt.h>
#include <string.h>

static enum options_verdict parse(const char *option, const char *value, struct options *ret)
{
    char program[] = "smsotp-sim", name[32] = "", argument[64] = "";
    char *argv[] = {program, name, argument, NULL};

    strbuf_puts(&STRBUF_ON(name), option);
    strbuf_puts(&STRBUF_ON(argument), value ? value : "");
    optind = 0;
    opterr = 0;
    return options_parse(value ? 3 : 2, argv, ret);
}

static void test_verdicts(void **state _unused_)
{
    static const struct {
        const char *option;
        const char *value;
        enum options_verdict verdict;
    } rows[] = {
        {"--count", "1", OPTIONS_RUN},
        {"--count", "64", OPTIONS_RUN},
        {"--count", "65", OPTIONS_USAGE},
        {"--count", "0", OPTIONS_USAGE},
        {"--count", "x", OPTIONS_USAGE},
        {"--count", NULL, OPTIONS_USAGE},
        {"--nothing", NULL, OPTIONS_USAGE},
        {"extra", NULL, OPTIONS_USAGE},
        {"--persona", "huawei", OPTIONS_RUN},
        {"--persona", "a7670", OPTIONS_RUN},
        {"--persona", "simcom", OPTIONS_USAGE},
        {"--persona", "HUAWEI", OPTIONS_USAGE},
        {"--signal", "31", OPTIONS_RUN},
        {"--signal", "99", OPTIONS_RUN},
        {"--signal", "32", OPTIONS_USAGE},
        {"--pin", "1234", OPTIONS_RUN},
        {"--pin", "123", OPTIONS_USAGE},
        {"--pin", "123456789", OPTIONS_USAGE},
        {"--smsc", "+919800000001", OPTIONS_RUN},
        {"--imsi", "+40445000000000", OPTIONS_USAGE},
        {"--operator", "A \"B\"", OPTIONS_USAGE},
        {"--fail", "38", OPTIONS_RUN},
        {"--seed", "-1", OPTIONS_USAGE},
        {"--one-byte", NULL, OPTIONS_RUN},
    };
    struct options options;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (parse(rows[i].option, rows[i].value, &options) != rows[i].verdict)
            fail_msg("%s %s", rows[i].option, rows[i].value ? rows[i].value : "");
    }
}

/* 49015420323751-8 is the usual example of an IMEI with its Luhn digit. */
static void test_distinct(void **state _unused_)
{
    struct modem_config first, second;
    struct options options;

    assert_int_equal(parse("--imei", "49015420323751", &options), OPTIONS_RUN);
    options_modem(&options, 0, &first);
    options_modem(&options, 1, &second);
    assert_string_equal(first.imei, "490154203237518");
    assert_memory_equal(second.imei, "49015420323752", 14);
    assert_string_not_equal(first.imsi, second.imsi);
    assert_string_not_equal(first.iccid, second.iccid);
    assert_int_not_equal(first.first_mr, second.first_mr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
