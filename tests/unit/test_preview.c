/* A text to be looked at: the one that would be sent, with a code that is none. */
#include "core/preview.h"

#include "core/gateway_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct caller admin = {.name = "uid:0", .is_admin = true};

struct fixture {
    struct gateway gateway;
    struct otp_context context;
    struct preview preview;
    struct refusal refusal;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_int_equal(policy_new(&f->gateway.env.policy), 0);
    snprintf(f->gateway.env.policy->shop, SMSOTP_SHOP_MAX, "Ravi");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    policy_free(f->gateway.env.policy);
    free(f);
    return 0;
}

static bool preview(struct fixture *f, struct preview_request request)
{
    request.context = &f->context;
    return gateway_preview(&f->gateway, &admin, &request, &f->preview, &f->refusal);
}

static void test_sample_codes(void **state)
{
    static const struct {
        unsigned length;
        const char *begin;
    } rows[] = {{4, "1234 "}, {6, "123456 "}, {10, "1234567890 "}};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        policy_find_purpose(f->gateway.env.policy, "login")->length = rows[i].length;
        assert_true(preview(f, (struct preview_request){.purpose = "login"}));
        assert_memory_equal(f->preview.rendering.text, rows[i].begin, strlen(rows[i].begin));
        assert_string_equal(f->preview.purpose->name, "login");
    }
}

static void test_locale_of_the_policy(void **state)
{
    struct fixture *f = *state;

    snprintf(f->gateway.env.policy->locale, SMSOTP_LOCALE_MAX, "hi");
    assert_true(preview(f, (struct preview_request){.purpose = "login"}));
    assert_string_equal(f->preview.rendering.template->locale, "hi");
    assert_true(preview(f, (struct preview_request){.purpose = "login", .locale = "ur"}));
    assert_string_equal(f->preview.rendering.template->locale, "ur");
}

static void test_refusals(void **state)
{
    struct fixture *f = *state;

    assert_false(preview(f, (struct preview_request){.purpose = "checkout"}));
    assert_non_null(strstr(f->refusal.detail, "`amount`"));
    assert_false(preview(f, (struct preview_request){.text = "\xFF"}));
    assert_non_null(strstr(f->refusal.detail, "UTF-8"));
}

static void test_text_of_its_own(void **state)
{
    struct fixture *f = *state;

    assert_true(preview(f, (struct preview_request){.text = "Your order is ready"}));
    assert_null(f->preview.purpose);
    assert_string_equal(f->preview.rendering.text, "Your order is ready");
    assert_int_equal(f->preview.rendering.sizing.units, 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sample_codes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_locale_of_the_policy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_of_its_own, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
