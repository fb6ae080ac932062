/* The default texts: they pass the check, are plain GSM 7-bit and one SMS with usual values. */
#include "otp/default_templates.h"
#include "otp/template.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ASCII in the GSM 7-bit default alphabet, one septet each: 3GPP TS 23.038 §6.2.1. */
static const char gsm7_ascii[] =
    "@$\n\r_ !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static const char *const usual[][2] = {
    {"amount", "1,499.00"},
    {"bill", "bill-10482"},
    {"change", "mobile number"},
    {"currency", "INR"},
    {"payee", "Sharma Medical Store"},
    {"points", "10000"},
};

static void test_all_five_purposes(void **state)
{
    static const struct {
        const char *purpose;
        size_t n_keys;
        const char *keys[OTP_DEFAULT_MAX_KEYS];
    } expected[] = {
        {"checkout", 2, {"amount", "payee"}},
        {"loyalty", 2, {"points", "bill"}},
        {"account", 1, {"change"}},
        {"payment", 2, {"amount", "payee"}},
        {"login", 0, {NULL}},
    };

    (void)state;
    assert_int_equal(otp_n_default_templates, ARRAY_SIZE(expected));
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        const struct otp_default_template *found =
            otp_default_template_find(expected[i].purpose, "en");

        assert_non_null(found);
        assert_string_equal(found->purpose, expected[i].purpose);
        assert_int_equal(found->n_context_keys, expected[i].n_keys);
        for (size_t j = 0; j < expected[i].n_keys; j++)
            assert_string_equal(found->context_keys[j], expected[i].keys[j]);
    }
    assert_null(otp_default_template_find("checkout", "xx"));
    assert_null(otp_default_template_find("refund", "en"));
}

static void render_usual(const char *template_text, const char *code, char *ret_text)
{
    struct otp_context context = {0};
    struct otp_template_values values = {
        .code = code, .shop = "Shop of twenty chars", .minutes = 10, .context = &context};

    for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
        assert_int_equal(otp_context_add(&context, usual[i][0], usual[i][1]), 0);
    assert_int_equal(strlen(values.shop), 20);
    assert_int_equal(strlen(otp_context_get(&context, "payee")), 20);
    assert_int_equal(otp_template_render(template_text, &values, ret_text), 0);
}

static void test_one_plain_sms(void **state)
{
    (void)state;
    for (size_t i = 0; i < otp_n_default_templates; i++) {
        const struct otp_default_template *one = &otp_default_templates[i];
        char error[OTP_TEMPLATE_ERROR_SIZE], text[OTP_TEXT_SIZE];

        assert_int_equal(
            otp_template_check(one->text, one->context_keys, one->n_context_keys, error), 0);
        render_usual(one->text, "0123456789", text);
        print_message("%zu %s\n", strlen(text), text);
        assert_int_equal(strspn(text, gsm7_ascii), strlen(text));
        assert_true(strlen(text) <= 160);
        assert_memory_equal(text, "0123456789 ", 11); /* first, where a notification shows it */
    }
}

/* What is required is also said, and no purpose reads like another. */
static void test_required_keys_are_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < otp_n_default_templates; i++) {
        const struct otp_default_template *one = &otp_default_templates[i];

        for (size_t j = 0; j < one->n_context_keys; j++) {
            char name[OTP_CONTEXT_MAX_KEY + 3];

            snprintf(name, sizeof(name), "{%s}", one->context_keys[j]);
            assert_non_null(strstr(one->text, name));
        }
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(one->text, otp_default_templates[j].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_five_purposes),
        cmocka_unit_test(test_one_plain_sms),
        cmocka_unit_test(test_required_keys_are_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
