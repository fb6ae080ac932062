/* Phone numbers: what is one, and what of it may be shown. */
#include "util/e164.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void test_is_valid(void **state)
{
    static const struct {
        const char *number;
        bool verdict;
    } cases[] = {
        {"+919812345678", true},
        {"+1234567", true},          /* 7 digits */
        {"+123456789012345", true},  /* 15, ITU-T E.164 §6.2.1 */
        {"+123456", false},
        {"+1234567890123456", false},
        {"+0912345678", false},      /* no country code begins with 0 */
        {"919812345678", false},
        {"++919812345678", false},
        {"+91 9812345678", false},
        {"+91-9812345678", false},
        {"+9198123456a8", false},
        {"+919812345678 ", false},
        {"+919812345678\n", false},
        {" +919812345678", false},
        {"+", false},
        {"", false},
        {"0", false},
        {"+९१९८१२३४५६७८", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(e164_is_valid(cases[i].number), cases[i].verdict);
}

static void test_mask(void **state)
{
    static const struct {
        const char *number, *masked;
    } cases[] = {
        {"+919812345678", "+91******5678"}, /* as the API shows it */
        {"+1234567890", "+12****7890"},     /* 10 digits */
        {"+123456789", "+*******89"},
        {"+1234567", "+*****67"},
        {"+123456789012345", "+12*********2345"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char masked[E164_SIZE];

        e164_mask(cases[i].number, masked);
        assert_string_equal(masked, cases[i].masked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_valid),
        cmocka_unit_test(test_mask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
