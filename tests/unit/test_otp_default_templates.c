/* The default texts: they pass the check and are one SMS with usual values, in 13 languages. */
#include "otp/default_templates.h"
#include "otp/template.h"
#include "util/macros.h"
#include "util/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ASCII in the GSM 7-bit default alphabet, one septet each: 3GPP TS 23.038 §6.2.1. */
static const char gsm7_ascii[] =
    "@$\n\r_ !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static const char *const locales[] = {
    "en", "hi", "hi-Latn", "mr", "bn", "ta", "te", "kn", "ml", "gu", "pa", "or", "ur"};

/* Long, but usual. */
static const char *const long_values[][2] = {{"amount", "1,499.00"}, {"bill", "bill-10482"},
    {"change", "mobile number"}, {"currency", "INR"}, {"payee", "Sharma Medical Store"},
    {"points", "10000"}};
/* Those with which the published sizes of texts in Indian scripts are given. */
static const char *const short_values[][2] = {
    {"amount", "1499.00"}, {"bill", "10482"}, {"change", "mobile"}, {"currency", "INR"},
    {"payee", "ShopName"}, {"points", "500"}};

static void render(const char *template_text, const char *code, const char *shop, unsigned minutes,
    const char *const (*entries)[2], char *ret_text)
{
    struct otp_context context = {0};
    struct otp_template_values values = {
        .code = code, .shop = shop, .minutes = minutes, .context = &context};

    for (size_t i = 0; i < ARRAY_SIZE(long_values); i++)
        assert_int_equal(otp_context_add(&context, entries[i][0], entries[i][1]), 0);
    assert_int_equal(otp_template_render(template_text, &values, ret_text), 0);
}

static void test_all_purposes_and_locales(void **state)
{
    static const struct {
        const char *purpose;
        size_t n_keys;
        const char *keys[OTP_DEFAULT_MAX_KEYS];
    } expected[OTP_DEFAULT_PURPOSES] = {
        {"checkout", 2, {"amount", "payee"}},
        {"loyalty", 2, {"points", "bill"}},
        {"account", 1, {"change"}},
        {"payment", 2, {"amount", "payee"}},
        {"login", 0, {NULL}},
    };

    (void)state;
    for (size_t i = 0; i < OTP_DEFAULT_PURPOSES; i++) {
        const struct otp_default_purpose *found = &otp_default_purposes[i];

        assert_string_equal(found->name, expected[i].purpose);
        assert_int_equal(found->n_context_keys, expected[i].n_keys);
        for (size_t j = 0; j < expected[i].n_keys; j++)
            assert_string_equal(found->context_keys[j], expected[i].keys[j]);
        assert_int_equal(found->n_texts, ARRAY_SIZE(locales));
        for (size_t j = 0; j < ARRAY_SIZE(locales); j++)
            assert_non_null(otp_default_text_find(found, locales[j]));
        assert_null(otp_default_text_find(found, "xx"));
    }
}

/* UTF-16 code units; none of these scripts needs a surrogate pair. */
static size_t units_of(const char *text)
{
    return utf8_length(text, strlen(text));
}

static void check_text(
    const struct otp_default_purpose *purpose, const struct otp_default_text *one)
{
    bool is_latin = strcmp(one->locale, "en") == 0 || strcmp(one->locale, "hi-Latn") == 0;
    char error[OTP_TEMPLATE_ERROR_SIZE], text[OTP_TEXT_SIZE];

    assert_int_equal(
        otp_template_check(one->text, purpose->context_keys, purpose->n_context_keys, error), 0);
    if (is_latin)
        render(one->text, "0123456789", "Shop of twenty chars", 10, long_values, text);
    else
        render(one->text, "482913", "ShopName", 5, short_values, text);
    print_message("%s %s %zu: %s\n", purpose->name, one->locale, units_of(text), text);
    assert_true(strspn(text, gsm7_ascii) == strlen(text) || !is_latin);
    assert_true(units_of(text) <= (is_latin ? 160 : 70)); /* TS 23.040 §9.2.3.16 */
    assert_memory_equal(text, is_latin ? "0123456789 " : "482913 OTP", is_latin ? 11 : 10);
}

static void test_one_sms(void **state)
{
    (void)state;
    for (size_t i = 0; i < OTP_DEFAULT_PURPOSES; i++)
        for (size_t j = 0; j < otp_default_purposes[i].n_texts; j++)
            check_text(&otp_default_purposes[i], &otp_default_purposes[i].texts[j]);
}

/* What is required is also said, and no purpose reads like another. */
static void test_required_keys_are_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < OTP_DEFAULT_PURPOSES; i++) {
        const struct otp_default_purpose *one = &otp_default_purposes[i];

        for (size_t j = 0; j < one->n_context_keys * one->n_texts; j++) {
            char name[OTP_CONTEXT_MAX_KEY + 3];

            snprintf(name, sizeof(name), "{%s}", one->context_keys[j / one->n_texts]);
            assert_non_null(strstr(one->texts[j % one->n_texts].text, name));
        }
        for (size_t j = 0; j < i; j++)
            for (size_t k = 0; k < one->n_texts; k++)
                assert_string_not_equal(
                    one->texts[k].text, otp_default_purposes[j].texts[k].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_purposes_and_locales),
        cmocka_unit_test(test_one_sms),
        cmocka_unit_test(test_required_keys_are_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
