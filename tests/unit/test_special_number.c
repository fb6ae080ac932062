#include "core/special_number.h"

#include "core/national_number.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "phone_vectors.h"

static void test_kinds(void **state)
{
    static const struct {
        const char *number, *word; /* NULL: nothing special */
    } rows[] = {
        {"+919812345678", NULL},
        {"+919001234567", NULL},
        {"+911401234567", "service"},
        {"+911412345678", NULL}, /* Jaipur */
        {"+911800123456", "service"},
        {"+9119001234567", "premium"},
        {"+9118601234567", "premium"},
        {"+447400123456", NULL},
        {"+447012345678", "personal"},
        {"+449012345678", "premium"},
        {"+442079460958", NULL},
        {"+12015550123", NULL},
        {"+19005550123", "premium"},
        {"+12019760123", "premium"},
        {"+18005550123", NULL},
        {"+15005550123", "personal"},
        {"+35315201234", NULL}, /* Dublin */
        {"+3531520123456", "premium"},
        {"+881612345678", "satellite"},
        {"+870773111632", "satellite"},
        {"+979123456789", "premium"},
        {"+88213123456", "worldwide"},
        {"+91112345", "short"},
        {"+9112345", "short"},
        {"+9198123456", NULL},
        {"+44112345", "short"},
        {"+7123456", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const char *kind = special_number_kind(rows[i].number);

        if (!rows[i].word != !kind)
            print_error("%s: %s\n", rows[i].number, kind ? kind : "nothing");
        if (rows[i].word) {
            assert_non_null(kind);
            assert_non_null(strstr(kind, rows[i].word));
        } else {
            assert_null(kind);
        }
    }
}

static unsigned n_special;

/*
 * Of the countries whose rule is known every kind is known; and nowhere is a mobile number special.
 */
static void check_vector(const struct phone_vector *vector)
{
    const char *kind = special_number_kind(vector->number);

    if (strcmp(vector->kind, "mobile") == 0) {
        if (kind)
            fail_msg("%s %s: %s", vector->region, vector->number, kind);
        return;
    }
    if (strcmp(vector->kind, "worldwide") != 0 && !national_rule_of(vector->number))
        return;
    if (!kind)
        fail_msg("%s %s is %s", vector->region, vector->number, vector->kind);
    n_special++;
}

static void test_vectors(void **state)
{
    (void)state;
    assert_true(phone_vectors_each(check_vector) > 400);
    assert_true(n_special > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_vectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
