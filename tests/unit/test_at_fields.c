#include "at/fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void test_fields(void **unused)
{
    static const struct {
        const char *line;
        const char *fields; /* each in brackets, `"` before a quoted one */
    } rows[] = {
        {"+X: 1,2", "[1][2]"},
        {"+X:1,2", "[1][2]"},
        {"+X:  1 , 2 ", "[1][2]"},
        {"+X: \"a\",\"b,c\"", "\"[a]\"[b,c]"},
        {"+X: ,,3", "[][][3]"},
        {"+X: 1,", "[1][]"},
        {"+X:", ""},
        {"+X: ", ""},
        {"+X: \"\"", "\"[]"},
        {"+X: 0,0,\"TELE2,0", "[0][0]\"[TELE2][0]"},
        {"+X: +7913\",145", "[+7913][145]"},
        {"+X: \"say \"hi\" now\",15", "\"[say \"hi\" now][15]"},
        {"+X: (0-2),(0,1,3),(0)", "[(0-2)][(0,1,3)][(0)]"},
        {"+X: (\"SM\",\"ME\"), (\"SM\")", "[(\"SM\",\"ME\")][(\"SM\")]"},
        {"+X: (1,2", "[(1,2]"},
        {"+X: 1),2", "[1)][2]"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char got[256] = "";
        struct at_fields fields;
        struct at_field field;
        size_t n = 0;

        assert_true(at_fields_begin(&fields, rows[i].line, "+X:"));
        while (at_fields_next(&fields, &field))
            n += (size_t)snprintf(got + n, sizeof(got) - n, "%s[%.*s]", field.quoted ? "\"" : "",
                (int)field.n, field.text);
        assert_string_equal(got, rows[i].fields);
    }
}

static void test_prefix(void **unused)
{
    struct at_fields fields;

    (void)unused;
    assert_false(at_fields_begin(&fields, "+CREG: 1", "+CGREG:"));
    assert_false(at_fields_begin(&fields, "+CRE", "+CREG:"));
    assert_false(at_fields_begin(&fields, "", "+CREG:"));
}

static void test_numbers(void **unused)
{
    static const struct {
        const char *text;
        unsigned max;
        int r;
        unsigned value;
    } rows[] = {
        {"0", 9, 0, 0}, {"255", 255, 0, 255}, {"256", 255, -ERANGE, 0}, {"", 9, -EINVAL, 0},
        {"-1", 9, -EINVAL, 0}, {"1x", 9, -EINVAL, 0}, {"0x1", 9, -EINVAL, 0},
        {"99999999999999999999999", 9, -ERANGE, 0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct at_field field = {.text = rows[i].text, .n = strlen(rows[i].text)};
        unsigned value = 0;

        assert_int_equal(at_field_number(&field, rows[i].max, &value), rows[i].r);
        assert_int_equal(value, rows[i].value);
    }
}

static void test_hex(void **unused)
{
    static const struct {
        const char *text;
        int r;
        uint32_t value;
    } rows[] = {
        {"605F", 0, 0x605F}, {"0362CA01", 0, 0x0362CA01}, {"ffffffff", 0, UINT32_MAX},
        {"1FFFFFFFF", -EINVAL, 0}, {"", -EINVAL, 0}, {"XXXX", -EINVAL, 0}};

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct at_field field = {.text = rows[i].text, .n = strlen(rows[i].text)};
        uint32_t value = 0;

        assert_int_equal(at_field_hex(&field, &value), rows[i].r);
        assert_int_equal(value, rows[i].value);
    }
}

static void test_sets(void **unused)
{
    static const struct {
        const char *text;
        int r;
        uint32_t set;
    } rows[] = {
        {"(0-2)", 0, 7}, {"(0,1,3)", 0, 11}, {"(0-1,3,8-9)", 0, 0x30B}, {"2", 0, 4}, {"()", 0, 0},
        {"", 0, 0}, {"(31)", 0, UINT32_C(1) << 31}, {"(32)", -EINVAL, 0}, {"(2-1)", -EINVAL, 0},
        {"(0-4294967296)", -EINVAL, 0}, {"(a)", -EINVAL, 0}, {"(1-)", -EINVAL, 0}};

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct at_field field = {.text = rows[i].text, .n = strlen(rows[i].text)};
        uint32_t set = 0;

        assert_int_equal(at_field_number_set(&field, &set), rows[i].r);
        assert_int_equal(set, rows[i].set);
    }
}

static void test_lists(void **unused)
{
    struct at_field field = {.text = "(ME\", \"SR\")"};

    (void)unused;
    field.n = strlen(field.text);
    assert_true(at_field_lists(&field, "SR"));
    assert_true(at_field_lists(&field, "ME"));
    assert_false(at_field_lists(&field, "S"));
    assert_false(at_field_lists(&field, "SM"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
