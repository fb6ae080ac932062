#include "core/national_number.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "phone_vectors.h"

static void test_forms(void **state)
{
    static const struct {
        const char *country, *text;
        enum number_form form;
        const char *number;
    } rows[] = {
        /* E.164 is read alike wherever the shop is. */
        {"+91", "+919812345678", NUMBER_READ, "+919812345678"},
        {NULL, "+919812345678", NUMBER_READ, "+919812345678"},
        {"+44", "+919812345678", NUMBER_READ, "+919812345678"},
        {"+91", "+91 98123 45678", NUMBER_READ, "+919812345678"},
        {"+91", "+91-98123-45678", NUMBER_READ, "+919812345678"},
        {"+91", "+91 (98123) 45678", NUMBER_READ, "+919812345678"},
        {"+91", " +91.98123/45678 ", NUMBER_READ, "+919812345678"},
        {"+91", "(+91) 98123 45678", NUMBER_READ, "+919812345678"},
        {"+44", "+44 (0)7400 123456", NUMBER_WITH_TRUNK, NULL},
        {NULL, "+49(0)151 23456789", NUMBER_WITH_TRUNK, NULL},
        /* One phone has one number: no trunk prefix behind the code, and no digit too many or too
           few. */
        {"+91", "+9109812345678", NUMBER_WITH_TRUNK, NULL},
        {NULL, "+91 0 98123 45678", NUMBER_WITH_TRUNK, NULL},
        {"+91", "+91098123456789", NUMBER_WITH_TRUNK, NULL},
        {"+91", "+91018601234567", NUMBER_WITH_TRUNK, NULL}, /* a premium-rate number */
        {"+91", "+9100112", NUMBER_WITH_TRUNK, NULL},
        {"+44", "+4407400123456", NUMBER_WITH_TRUNK, NULL},
        {NULL, "+4409011234567", NUMBER_WITH_TRUNK, NULL},
        {NULL, "+1 1 201 555 0123", NUMBER_WITH_TRUNK, NULL},
        {NULL, "+36 06 20 123 4567", NUMBER_WITH_TRUNK, NULL},
        {NULL, "+370 8 612 34567", NUMBER_WITH_TRUNK, NULL},
        {NULL, "+370 0 612 34567", NUMBER_WITH_TRUNK, NULL},
        {NULL, "+370 800 12345", NUMBER_READ, "+37080012345"},    /* 8 is not the prefix here */
        {NULL, "+39 0312 345 678", NUMBER_READ, "+390312345678"}, /* Italy has none */
        {"+91", "+91981234567", NUMBER_WRONG_LENGTH, NULL},
        {"+91", "+9198123456789", NUMBER_WRONG_LENGTH, NULL},
        {"+91", "+91919812345678", NUMBER_WRONG_LENGTH, NULL},
        {NULL, "+44740012345", NUMBER_WRONG_LENGTH, NULL},
        {NULL, "+120155501234", NUMBER_WRONG_LENGTH, NULL},
        {NULL, "+45201234567", NUMBER_WRONG_LENGTH, NULL},
        {NULL, "+4915123456789", NUMBER_READ, "+4915123456789"},
        {NULL, "+491512345678", NUMBER_READ, "+491512345678"},
        {NULL, "+49301234", NUMBER_READ, "+49301234"}, /* of others no length is known */
        {NULL, "+912226592000", NUMBER_READ, "+912226592000"},
        {NULL, "+7 8 912 345 67 89", NUMBER_READ, "+789123456789"}, /* no rule for it */
        /* India: ten digits that begin with 6 to 9, with or without 0. */
        {"+91", "98123 45678", NUMBER_READ, "+919812345678"},
        {"+91", "9812345678", NUMBER_READ, "+919812345678"},
        {"+91", "098123 45678", NUMBER_READ, "+919812345678"},
        {"+91", "(0)98123-45678", NUMBER_READ, "+919812345678"},
        {"+91", "6000000000", NUMBER_READ, "+916000000000"},
        {"+91", "5812345678", NUMBER_NOT_NATIONAL, NULL},
        {"+91", "981234567", NUMBER_NOT_NATIONAL, NULL},
        {"+91", "98123456789", NUMBER_NOT_NATIONAL, NULL},
        {"+91", "0981234567", NUMBER_NOT_NATIONAL, NULL},
        {"+91", "0098123 45678", NUMBER_NOT_NATIONAL, NULL},
        {"+91", "919812345678", NUMBER_NOT_NATIONAL, NULL}, /* write the + */
        {"+91", "00919812345678", NUMBER_NOT_NATIONAL, NULL},
        {"+91", "112", NUMBER_NOT_NATIONAL, NULL},
        {"+9198", "98123 45678", NUMBER_READ, "+919812345678"},
        /* Where a number begins with the trunk digit, or has none. */
        {"+1", "(201) 555-0123", NUMBER_READ, "+12015550123"},
        {"+1", "1-201-555-0123", NUMBER_READ, "+12015550123"},
        {"+1", "555-0123", NUMBER_NOT_NATIONAL, NULL},
        {"+1", "101 555 0123", NUMBER_NOT_NATIONAL, NULL},
        {"+36", "06 20 123 4567", NUMBER_READ, "+36201234567"},
        {"+36", "20 123 4567", NUMBER_READ, "+36201234567"},
        {"+36", "0 20 123 4567", NUMBER_NOT_NATIONAL, NULL},
        {"+370", "8 612 34567", NUMBER_READ, "+37061234567"},
        {"+370", "0 612 34567", NUMBER_READ, "+37061234567"},
        {"+39", "312 345 6789", NUMBER_READ, "+393123456789"},
        {"+39", "0312 345 678", NUMBER_NOT_NATIONAL, NULL}, /* Como: not a mobile number */
        {"+44", "07400 123456", NUMBER_READ, "+447400123456"},
        {"+44", "020 7946 0958", NUMBER_NOT_NATIONAL, NULL},
        {"+49", "0151 23456789", NUMBER_READ, "+4915123456789"},
        {"+49", "0151 2345678", NUMBER_READ, "+491512345678"},
        /* No rule for it. */
        {NULL, "9812345678", NUMBER_UNRULED, NULL},
        {NULL, "112", NUMBER_UNRULED, NULL},
        /* No number. */
        {"+91", "", NUMBER_MALFORMED, NULL},
        {"+91", " ", NUMBER_MALFORMED, NULL},
        {"+91", "+", NUMBER_MALFORMED, NULL},
        {"+91", "++919812345678", NUMBER_MALFORMED, NULL},
        {"+91", "91+9812345678", NUMBER_MALFORMED, NULL},
        {"+91", "+0919812345678", NUMBER_MALFORMED, NULL},
        {"+91", "+91981", NUMBER_MALFORMED, NULL},
        {"+91", "+9198123456789012", NUMBER_MALFORMED, NULL},
        {"+91", "98123x45678", NUMBER_MALFORMED, NULL},
        {"+91", "98123\n45678", NUMBER_MALFORMED, NULL},
        {"+91", "98123,45678", NUMBER_MALFORMED, NULL},
        {"+91", "\xE0\xA5\xAF\xE0\xA5\xAE\xE0\xA5\xA7", NUMBER_MALFORMED, NULL},
        {"+91", "98123 45678 98123 45678 98123 45678", NUMBER_MALFORMED, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct national_rule *rule =
            rows[i].country ? national_rule_of(rows[i].country) : NULL;
        char number[E164_SIZE] = "kept";
        enum number_form form = number_read(rule, rows[i].text, number);

        if (form != rows[i].form)
            print_error("%s \"%s\": %d\n", rows[i].country, rows[i].text, form);
        assert_int_equal(form, rows[i].form);
        assert_string_equal(number, rows[i].number ? rows[i].number : "kept");
    }
}

static void test_rule_of(void **state)
{
    static const struct {
        const char *prefix, *code;
    } rows[] = {{"+91", "+91"}, {"+9198", "+91"}, {"+919812345678", "+91"}, {"+1", "+1"},
        {"+1876", "+1"}, {"+35", NULL}, {"+353", "+353"}, {"+9", NULL}, {"+7", NULL},
        {"+999", NULL}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct national_rule *rule = national_rule_of(rows[i].prefix);

        if (rows[i].code)
            assert_string_equal(rule->code, rows[i].code);
        else
            assert_null(rule);
    }
    for (size_t i = 0; national_rule_at(i); i++) /* no code hides another */
        assert_ptr_equal(national_rule_of(national_rule_at(i)->code), national_rule_at(i));
}

/* No example number of a range that is too young or too rare for the table. */
static bool is_known_gap(const struct phone_vector *vector)
{
    return strcmp(vector->number, "+35943012345") == 0; /* Bulgaria's 43, of eight digits */
}

static unsigned n_read;

static void check_vector(const struct phone_vector *vector)
{
    const struct national_rule *rule = national_rule_of(vector->number);
    char number[E164_SIZE] = "";

    if (strcmp(vector->kind, "mobile") != 0 || is_known_gap(vector))
        return;
    assert_int_equal(number_read(NULL, vector->number, number), NUMBER_READ);
    assert_string_equal(number, vector->number);
    if (!rule)
        return;
    n_read++;
    if (number_read(rule, vector->national, number) != NUMBER_READ)
        fail_msg("%s %s", vector->region, vector->national);
    assert_string_equal(number, vector->number);
}

/* What another library calls a mobile number, as it writes it. */
static void test_vectors(void **state)
{
    (void)state;
    assert_true(phone_vectors_each(check_vector) > 400);
    assert_true(n_read > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_rule_of),
        cmocka_unit_test(test_vectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
