/* Which purpose a request gets, and with which words it is refused. */
#include "core/purpose_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_choices(void **state)
{
    static const struct client loyalty_only = {.purposes = {"loyalty", "login"}, .n_purposes = 2};
    static const struct {
        const struct client *client;
        const char *purpose;
        const char *context[3][2];
        bool is_chosen;
        enum gateway_error error;
        const char *words;
    } rows[] = {
        {NULL, "login", {{NULL}}, true, 0, NULL},
        {NULL, "checkout", {{"amount", "1"}, {"payee", "x"}}, true, 0, NULL},
        {NULL, "checkout", {{"amount", "1"}, {"payee", "x"}, {"note", "y"}}, true, 0, NULL},
        {NULL, "refund", {{NULL}}, false, ERROR_INVALID, "[purpose …]"},
        {NULL, "checkout", {{"amount", "1"}}, false, ERROR_INVALID, "`payee`"},
        {NULL, "checkout", {{NULL}}, false, ERROR_INVALID, "`amount`"},
        {&loyalty_only, "login", {{NULL}}, true, 0, NULL},
        {&loyalty_only, "checkout", {{"amount", "1"}, {"payee", "x"}}, false,
            ERROR_PURPOSE_NOT_ALLOWED, "`till`"},
        /* What he may not ask for is not explained to him further. */
        {&loyalty_only, "checkout", {{NULL}}, false, ERROR_PURPOSE_NOT_ALLOWED, "`till`"},
    };
    _cleanup_(policy_freep) struct policy *policy = NULL;

    (void)state;
    assert_int_equal(policy_new(&policy), 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct caller caller = {.name = "till", .client = rows[i].client};
        struct otp_context context = {0};
        const struct purpose *purpose = NULL;
        struct refusal refusal = {0};

        for (size_t j = 0; j < 3 && rows[i].context[j][0]; j++)
            assert_int_equal(
                otp_context_add(&context, rows[i].context[j][0], rows[i].context[j][1]), 0);
        assert_int_equal(purpose_choice_make(policy, &caller, rows[i].purpose, &context, &purpose,
                             &refusal), rows[i].is_chosen);
        if (rows[i].is_chosen) {
            assert_string_equal(purpose->name, rows[i].purpose);
            continue;
        }
        print_message("%s\n", refusal.detail);
        assert_null(purpose);
        assert_int_equal(refusal.error, rows[i].error);
        assert_non_null(strstr(refusal.detail, rows[i].words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
