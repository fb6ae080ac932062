/* Forms that the third-party vectors do not hold; each from a standard or a vendor's manual. */
#include "at/response.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

/* TS 27.007 §8.5 */
static void test_signal(void **unused)
{
    static const struct {
        const char *line;
        int r, dbm;
    } rows[] = {{"+CSQ: 0,0", 0, -113}, {"+CSQ: 1,99", 0, -111}, {"+CSQ: 31,0", 0, -51},
        {"+CSQ: 99,99", 0, 0}, {"+CSQ: 199,99", 0, 0}, {"+CSQ: 132,99", 0, -84},
        {"+CSQ: 50,0", 0, 0}, {"+CSQ: 200,0", -EINVAL, 0}, {"+CSQ:", -EINVAL, 0},
        {"+CSQ: ,", -EINVAL, 0}};

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned rssi;
        int dbm = 0;

        assert_int_equal(at_parse_csq(rows[i].line, &rssi, &dbm), rows[i].r);
        assert_int_equal(dbm, rows[i].dbm);
    }
}

static void test_settings(void **unused)
{
    char number[AT_NUMBER_SIZE], name[8];
    struct at_cnmi_range range;
    bool international;
    unsigned values[5];

    (void)unused;
    assert_int_equal(at_parse_csca("+CSCA: \"+919810051914\",145", number, &international), 0);
    assert_true(international);
    assert_int_equal(at_parse_csca("+CSCA: \"9810051914\",129", number, &international), 0);
    assert_false(international);
    assert_int_equal(at_parse_csca("+CSCA: \"12\r34\",129", number, &international), -EINVAL);
    assert_int_equal(
        at_parse_csca("+CSCA: \"0123456789012345678901234\",129", number, &international), -EINVAL);
    assert_int_equal(at_parse_cops("+COPS: 0", name, sizeof(name)), 0);
    assert_string_equal(name, "");
    assert_int_equal(at_parse_cops("+COPS: 0,0,\"A long name\",7", name, sizeof(name)), 0);
    assert_string_equal(name, "A long ");
    assert_int_equal(at_parse_cnmi("+CNMI: 2,1,0,1,0", values), 0);
    assert_int_equal(values[3], 1);
    assert_int_equal(at_parse_cnmi("+CNMI: 2,1", values), 0);
    assert_int_equal(values[4], 0);
    assert_int_equal(at_parse_cnmi("+CNMI: (0-2)", values), -EINVAL);
    assert_int_equal(at_parse_cnmi_range("+CNMI: (2),(0-1)", &range), 0);
    assert_int_equal(range.mode, 4);
    assert_int_equal(range.ds, 0);
    assert_int_equal(at_parse_cnmi_range("+CNMI: ", &range), -EINVAL);
    assert_true(at_cpms_offers("+CPMS: (\"SM\"),(\"ME\"),(\"SM\",\"SR\")", 2, "SR"));
    assert_false(at_cpms_offers("+CPMS: (\"SM\"),(\"ME\"),(\"SM\",\"SR\")", 3, "SR"));
}

/* TS 27.005 §3.2.2: the answers to AT+CPMS? and to AT+CPMS=. */
static void test_usage(void **unused)
{
    static const struct {
        const char *line;
        int r, used, total;
    } rows[] = {
        {"+CPMS: \"SM\",3,10,\"SM\",3,10,\"SM\",3,10", 0, 3, 10},
        {"+CPMS: \"SM\",3,10,\"ME\",1,99,\"MT\",4,255", 0, 4, 255},
        {"+CPMS: 0,40,0,40,1,50", 0, 1, 50},
        {"+CPMS: 20,20", 0, 20, 20},
        {"+CPMS: \"SM\",0,0", 0, 0, 0},
        {"+CPMS: \"SM\",3", -EINVAL, 0, 0},
        {"+CPMS: \"SM\"", -EINVAL, 0, 0},
        {"+CPMS: ", -EINVAL, 0, 0},
        {"+CPMS: 1,x", -EINVAL, 0, 0},
        {"+CPMS: (\"SM\"),(\"SM\")", -EINVAL, 0, 0},
        {"+CPMS: 1,65536", -EINVAL, 0, 0},
        {"+CMGL: 1,2", -EINVAL, 0, 0},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int used = 0, total = 0;

        assert_int_equal(at_parse_cpms_usage(rows[i].line, &used, &total), rows[i].r);
        assert_int_equal(used, rows[i].used);
        assert_int_equal(total, rows[i].total);
    }
}

static void test_own_number(void **unused)
{
    static const struct {
        const char *line;
        int r;
        const char *number;
    } rows[] = {
        {"+CNUM: \"\",\"+919812345678\",145", 0, "+919812345678"},
        {"+CNUM: \"Line 1\",\"919812345678\",145", 0, "+919812345678"},
        {"+CNUM: \"Line 1\",\"09812345678\",129", 0, "09812345678"},
        {"+CNUM: ,\"+919812345678\",145,7,4", 0, "+919812345678"},
        {"+CNUM: \"\",\"002B0039003100390038\",145", 0, "+9198"}, /* AT+CSCS="UCS2" */
        {"+CNUM: \"\",\"\",129", -ENODATA, NULL},
        {"+CNUM: ", -EINVAL, NULL},
        {"+CNUM: \"\",\"call me\",129", -EINVAL, NULL},
        {"+CNUM: \"\",\"91981234567800000000000\",145", -EINVAL, NULL}, /* no room for a + */
        {"+CSCA: \"+91\",145", -EINVAL, NULL},
    };
    char number[AT_NUMBER_SIZE];

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(at_parse_cnum(rows[i].line, number), rows[i].r);
        if (rows[i].r == 0)
            assert_string_equal(number, rows[i].number);
    }
}

static void test_functionality(void **unused)
{
    static const struct {
        const char *line;
        int r;
        unsigned functionality;
    } rows[] = {
        {"+CFUN: 1", 0, 1}, {"+CFUN: 4,0", 0, 4}, {"+CFUN:0", 0, 0}, {"+CFUN: 127", 0, 127},
        {"+CFUN: 128", -EINVAL, 9}, {"+CFUN:", -EINVAL, 9}, {"+CFUN: x", -EINVAL, 9},
        {"+CFUN: (0,1,4),(0,1)", -EINVAL, 9}, {"+CPAS: 1", -EINVAL, 9},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        unsigned functionality = 9;

        assert_int_equal(at_parse_cfun(rows[i].line, &functionality), rows[i].r);
        assert_int_equal(functionality, rows[i].functionality);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functionality),
        cmocka_unit_test(test_own_number),
        cmocka_unit_test(test_signal),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
