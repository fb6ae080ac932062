/* Who a modem and its SIM say they are, in the forms that they say it in. */
#include "at/identity.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#define SIZE 32

struct row {
    const char *line;
    const char *value; /* NULL: -EINVAL */
};

/* Each row through `parse`; what is refused changes nothing. */
static void check(const struct row *rows, size_t n, int (*parse)(const char *line, char *ret))
{
    for (size_t i = 0; i < n; i++) {
        char value[SIZE] = "untouched";
        int r = parse(rows[i].line, value);

        if (r != (rows[i].value ? 0 : -EINVAL))
            fail_msg("%s: %d, %s", rows[i].line, r, value);
        assert_string_equal(value, rows[i].value ? rows[i].value : "untouched");
    }
}

static int parse_model(const char *line, char *ret)
{
    return at_parse_text(line, "+CGMM:", ret, 12);
}

static int parse_imei(const char *line, char *ret)
{
    return at_parse_imei(line, ret);
}

static int parse_imsi(const char *line, char *ret)
{
    return at_parse_imsi(line, ret);
}

static int parse_iccid(const char *line, char *ret)
{
    return at_parse_iccid(line, ret);
}

static void test_text(void **state)
{
    static const struct row rows[] = {
        {"Quectel", "Quectel"},
        {"  MC 35  ", "MC 35"},
        {"+CGMM: \"MC35\"", "MC35"},
        {"+CGMM:MC35", "MC35"},
        {"+CGMI: MC35", "+CGMI: MC35"},
        {"12345678901", "12345678901"},
        {"123456789012", "12345678901"},
        {"a\tb\x1b[\xC3\xA9", "a?b?[??"},
        {"", NULL},
        {"   ", NULL},
        {"+CGMM:", NULL},
        {"+CGMM: \"\"", NULL},
    };

    (void)state;
    check(rows, ARRAY_SIZE(rows), parse_model);
}

/* TS 23.003 §6.2: 15 digits, 16 with the software version, 14 without the check digit. */
static void test_imei(void **state)
{
    static const struct row rows[] = {
        {"490154203237518", "490154203237518"},
        {"\"490154203237518\"", "490154203237518"},
        {"+CGSN: 4901542032375181", "4901542032375181"},
        {"IMEI1: 49015420323751", "49015420323751"},
        {"49015420323751812", "49015420323751812"},
        {"490154203237518123", NULL},
        {"4901542032375", NULL},
        {"49-015420-323751-8", NULL},
        {"", NULL},
    };

    (void)state;
    check(rows, ARRAY_SIZE(rows), parse_imei);
}

/* TS 23.003 §2.2: at most 15 digits. */
static void test_imsi(void **state)
{
    static const struct row rows[] = {
        {"404685505601234", "404685505601234"},
        {"+CIMI: 404685505601234", "404685505601234"},
        {"\"40468550560\"", "40468550560"},
        {"404685", "404685"},
        {"40468", NULL},
        {"4046855056012345", NULL},
        {"+CIMI:", NULL},
    };

    (void)state;
    check(rows, ARRAY_SIZE(rows), parse_imsi);
}

/* ITU-T E.118 §4.1, and TS 51.011 §10.1.1 for the order in which the file has the digits. */
static void test_iccid(void **state)
{
    static const struct row rows[] = {
        {"8991101200003204510", "8991101200003204510"},
        {"+CCID: 8991101200003204510", "8991101200003204510"},
        {"+CCID: \"89911012000032045101\"", "89911012000032045101"},
        {"^ICCID: 8991101200003204510F", "8991101200003204510"},
        {"+QCCID: 8991101200003204510f", "8991101200003204510"},
        {"+ICCID:981901210000234015F0", "8991101200003204510"},
        {"89860a12345678901bCD", "89860A12345678901BCD"},
        {"899110120000320451", "899110120000320451"},
        {"89911012000032045", NULL},
        {"899110120000320451012", NULL},
        {"8991101200003204G10", NULL},
        {"7991101200003204510", NULL},
        {"12345678901234567890", NULL},
        {"+CCID: \"\"", NULL},
        {"+CCID:", NULL},
        {"ERROR", NULL},
    };

    (void)state;
    check(rows, ARRAY_SIZE(rows), parse_iccid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_imei),
        cmocka_unit_test(test_imsi),
        cmocka_unit_test(test_iccid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
