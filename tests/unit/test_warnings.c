#include "core/warnings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Up until its time, however often it is raised, and each by itself. */
static void test_up_and_down(void **state)
{
    struct warnings warnings = {0};

    (void)state;
    assert_null(warnings_detail(&warnings, WARNING_SPRAY, 0));
    assert_true(warnings_raise(&warnings, WARNING_SPRAY, "first", 100, 200));
    assert_string_equal(warnings_detail(&warnings, WARNING_SPRAY, 199), "first");
    assert_null(warnings_detail(&warnings, WARNING_SPRAY, 200));
    assert_null(warnings_detail(&warnings, WARNING_CONVERSION, 150));
    assert_false(
        warnings_raise(&warnings, WARNING_SPRAY, "second", 150, 180)); /* shortens nothing */
    assert_string_equal(warnings_detail(&warnings, WARNING_SPRAY, 199), "second");
    assert_false(warnings_raise(&warnings, WARNING_SPRAY, "third", 150, 300));
    assert_string_equal(warnings_detail(&warnings, WARNING_SPRAY, 299), "third");
    assert_true(warnings_raise(&warnings, WARNING_SPRAY, "again", 300, 400)); /* it had passed */
    warnings_lower(&warnings, WARNING_SPRAY);
    assert_null(warnings_detail(&warnings, WARNING_SPRAY, 310));
    assert_true(warnings_raise(&warnings, WARNING_SPRAY, "and again", 310, 400));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_up_and_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
