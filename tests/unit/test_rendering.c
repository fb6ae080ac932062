/* A text from template, values, last line and alphabet. */
#include "core/rendering.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct policy *policy;
    struct purpose *purpose;
    struct otp_context context;
    struct rendering rendering;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_int_equal(policy_new(&f->policy), 0);
    snprintf(f->policy->shop, sizeof(f->policy->shop), "Ravi Stores");
    f->purpose = policy_find_purpose(f->policy, "checkout");
    assert_int_equal(otp_context_add(&f->context, "amount", "1499.00"), 0);
    assert_int_equal(otp_context_add(&f->context, "payee", "Shop 12"), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    policy_free(f->policy);
    free(f);
    return 0;
}

static int make(struct fixture *f, const char *locale)
{
    struct otp_template_values values = {.code = "482913", .minutes = 5, .context = &f->context};

    return rendering_make(f->policy, f->purpose, locale, &values, &f->rendering);
}

static void set_text(struct fixture *f, const char *text)
{
    assert_int_equal(purpose_set_template(f->purpose, "en", text), 0);
}

static void test_locales(void **state)
{
    static const struct {
        const char *asked, *found;
    } rows[] = {
        {"en", "en"}, {"en-IN", "en"}, {"hi", "hi"}, {"hi-IN", "hi"}, {"HI", "hi"},
        {"hi-Latn", "hi-Latn"}, {"hi-latn", "hi-Latn"}, {"hi-Latn-IN", "hi-Latn"}, {"xx", "en"},
        {"xx-Latn", "en"}, {"h", "en"}, {"", "en"}, {"ta-", "ta"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(make(f, rows[i].asked), 0);
        print_message("%s -> %s\n", rows[i].asked, f->rendering.template->locale);
        assert_string_equal(f->rendering.template->locale, rows[i].found);
    }
}

static void test_last_lines(void **state)
{
    struct fixture *f = *state;

    set_text(f, "{code} for {payee} {amount}");
    snprintf(f->purpose->webotp, sizeof(f->purpose->webotp), "shop.example");
    assert_int_equal(make(f, "en"), 0);
    assert_string_equal(
        f->rendering.text, "482913 for Shop 12 1499.00\n@shop.example #482913");
    f->purpose->webotp[0] = '\0';
    snprintf(f->purpose->android_hash, sizeof(f->purpose->android_hash), "FA+9qCX9VSu");
    assert_int_equal(make(f, "en"), 0);
    assert_string_equal(f->rendering.text, "482913 for Shop 12 1499.00\nFA+9qCX9VSu");
}

static void test_typography(void **state)
{
    static const struct {
        const char *template_text, *expected;
        enum sms_encoding encoding;
        unsigned n_replaced;
    } rows[] = {
        {"{code} – {payee}: ₹{amount}", "482913 - Shop 12: Rs 1499.00", SMS_ENCODING_GSM7, 2},
        /* A letter keeps it in UCS-2 anyway, where the sign costs one unit. */
        {"{code} – को {payee}: ₹{amount}", "482913 – को Shop 12: ₹1499.00", SMS_ENCODING_UCS2, 0},
        {"{code} {payee} {amount} €", "482913 Shop 12 1499.00 €", SMS_ENCODING_GSM7, 0},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        set_text(f, rows[i].template_text);
        assert_int_equal(make(f, "en"), 0);
        assert_string_equal(f->rendering.text, rows[i].expected);
        assert_int_equal(f->rendering.sizing.encoding, rows[i].encoding);
        assert_int_equal(f->rendering.replaced.n, rows[i].n_replaced);
    }
}

/* With national tables a long text in Hindi is one part instead of two; short ones stay UCS-2. */
static void test_national_tables(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(purpose_set_template(f->purpose, "hi",
        "{code} {payee} पर {currency} {amount} भुगतान का OTP है। {minutes} मिनट मान्य। "
        "फ़ोन पर किसी को न बताएं।"), 0);
    assert_int_equal(make(f, "hi"), 0);
    assert_int_equal(f->rendering.sizing.encoding, SMS_ENCODING_UCS2);
    assert_int_equal(f->rendering.sizing.parts, 2);
    f->policy->national = true;
    assert_int_equal(make(f, "hi"), 0);
    assert_int_equal(f->rendering.sizing.encoding, SMS_ENCODING_GSM7);
    assert_int_equal(f->rendering.sizing.parts, 1);
    assert_int_equal(f->rendering.sizing.locking, 6); /* Hindi, TS 23.038 §6.2.1.2.4 */
    set_text(f, "{code} {payee} {amount}");
    assert_int_equal(make(f, "en"), 0);
    assert_int_equal(f->rendering.sizing.locking, 0);
}

static void test_check(void **state)
{
    struct fixture *f = *state;
    char error[RENDERING_ERROR_SIZE], text[OTP_TEMPLATE_MAX + 1];
    const struct purpose_template *template = purpose_template_for(f->purpose, "en");

    assert_int_equal(rendering_check(f->policy, f->purpose, template, error), 0);
    f->purpose->segments = 1;
    snprintf(text, sizeof(text), "{code} {payee} {amount} %0110d", 0);
    set_text(f, text);
    /* 6 + 30 + 15 + three spaces + 110 is more than 160; four fewer are not. */
    assert_int_equal(rendering_check(f->policy, f->purpose, template, error), -EMSGSIZE);
    assert_non_null(strstr(error, "2 segments, and `segments` is 1"));
    snprintf(text, sizeof(text), "{code} {payee} {amount} %0106d", 0);
    set_text(f, text);
    assert_int_equal(rendering_check(f->policy, f->purpose, template, error), 0);
    snprintf(f->purpose->android_hash, sizeof(f->purpose->android_hash), "FA+9qCX9VSu");
    f->purpose->segments = 2;
    assert_int_equal(rendering_check(f->policy, f->purpose, template, error), -EMSGSIZE);
    assert_non_null(strstr(error, "Android"));
    set_text(f, "{code} {payee} {amount}");
    assert_int_equal(rendering_check(f->policy, f->purpose, template, error), 0);
}

/* All texts that come with it stand the check with the default of `segments`. */
static void test_defaults_fit(void **state)
{
    struct fixture *f = *state;
    char error[RENDERING_ERROR_SIZE] = "";

    memset(f->policy->shop, 'x', SMSOTP_SHOP_MAX);
    for (unsigned i = 0; i < f->policy->n_purposes; i++)
        for (unsigned j = 0; j < f->policy->purposes[i]->n_templates; j++)
            assert_int_equal(rendering_check(f->policy, f->policy->purposes[i],
                                 &f->policy->purposes[i]->templates[j], error), 0);
}

static void test_errors(void **state)
{
    struct fixture *f = *state;
    char text[OTP_TEXT_SIZE + 1] = "";

    f->context.n_entries = 0;
    assert_int_equal(make(f, "en"), -ENOKEY);
    assert_string_equal(f->rendering.text, "");
    memset(text, 'x', OTP_TEXT_SIZE);
    assert_int_equal(rendering_of_text(f->policy, text, &f->rendering), -ENOBUFS);
    assert_int_equal(rendering_of_text(f->policy, "\xFF", &f->rendering), -EILSEQ);
    assert_int_equal(rendering_of_text(f->policy, "“hello”", &f->rendering), 0);
    assert_string_equal(f->rendering.text, "\"hello\"");
    rendering_wipe(&f->rendering);
    assert_string_equal(f->rendering.text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_locales, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_last_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_typography, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_national_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_check, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_defaults_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errors, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
