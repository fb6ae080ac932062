#include "core/sender.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NATIONAL 2 /* TS 23.040 §9.1.2.5 */

static void check(const struct policy *policy, unsigned type, const char *text, const char *shown,
    const char *const numbers[SENDER_NUMBERS_MAX])
{
    struct sms_address address = {.type_of_number = (uint8_t)type};
    struct sender sender;
    unsigned n = 0;

    snprintf(address.text, sizeof(address.text), "%s", text);
    sender_read(policy, &address, &sender);
    assert_string_equal(sender.shown, shown);
    while (n < SENDER_NUMBERS_MAX && numbers[n])
        n++;
    assert_int_equal(sender.n_numbers, n);
    for (unsigned i = 0; i < n; i++)
        assert_string_equal(sender.numbers[i], numbers[i]);
}

static void test_forms(void **state)
{
    static const struct {
        unsigned type;
        const char *text, *shown;
        const char *numbers[SENDER_NUMBERS_MAX];
    } cases[] = {
        {SMS_TON_INTERNATIONAL, "+919812345678", "+91******5678", {"+919812345678"}},
        {SMS_TON_INTERNATIONAL, "+4915112345678", "+49*******5678", {"+4915112345678"}},
        {NATIONAL, "9812345678", "+91******5678", {"+919812345678"}},
        {SMS_TON_UNKNOWN, "09812345678", "+91******5678", {"+919812345678"}},
        {SMS_TON_UNKNOWN, "919812345678", "+91********5678", {"+91919812345678", "+919812345678"}},
        {SMS_TON_UNKNOWN, "00919812345678", "+91******5678", {"+919812345678", "+91919812345678"}},
        {SMS_TON_UNKNOWN, "57575", "+*****75", {"+9157575"}},
        {SMS_TON_UNKNOWN, "121", "121", {NULL}},
        {SMS_TON_INTERNATIONAL, "+12", "+12", {NULL}},
        {SMS_TON_UNKNOWN, "", "", {NULL}},
        {SMS_TON_UNKNOWN, "98123456789012345678", "******************78", {NULL}},
        {SMS_TON_UNKNOWN, "*#98123456#", "*#******56#", {NULL}},
        {SMS_TON_ALPHANUMERIC, "A-SHOP", "A-SHOP", {NULL}},
        {SMS_TON_ALPHANUMERIC, "9812345678", "********78", {NULL}},
        {SMS_TON_ALPHANUMERIC, "+9812 34567", "+**** ***67", {NULL}},
        {SMS_TON_ALPHANUMERIC, "*9812345", "******45", {NULL}},
    };
    struct policy policy = {.countries = {"+91"}, .n_countries = 1};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check(&policy, cases[i].type, cases[i].text, cases[i].shown, cases[i].numbers);
}

/* With several countries, or none, nobody knows which one a national number belongs to. */
static void test_national_without_one_country(void **state)
{
    static const char *const none[SENDER_NUMBERS_MAX] = {NULL};
    struct policy several = {.countries = {"+91", "+977"}, .n_countries = 2};
    struct policy all = {.n_countries = 0};

    (void)state;
    check(&several, NATIONAL, "9812345678", "********78", none);
    check(&all, SMS_TON_UNKNOWN, "09812345678", "*********78", none);
    check(&all, SMS_TON_UNKNOWN, "00919812345678", "+91******5678",
        (const char *const[SENDER_NUMBERS_MAX]){"+919812345678"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_national_without_one_country),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
