/* One list, an enum, its names and the way back. */
#include "util/enum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COLOUR_LIST(X)                                                                             \
    X(COLOUR_RED, "red")                                                                           \
    X(COLOUR_DARK_BLUE, "dark_blue")
ENUM_DECLARE(colour, COLOUR_LIST);
ENUM_DEFINE(colour, COLOUR_LIST);

static void test_both_ways(void **state)
{
    enum colour colour;

    (void)state;
    assert_int_equal(COLOUR_RED, 0);
    assert_int_equal(COLOUR_DARK_BLUE, 1);
    assert_string_equal(colour_to_string(COLOUR_RED), "red");
    assert_string_equal(colour_to_string(COLOUR_DARK_BLUE), "dark_blue");
    assert_int_equal(colour_from_string(&colour, "dark_blue"), 0);
    assert_int_equal(colour, COLOUR_DARK_BLUE);
    assert_int_equal(colour_from_string(&colour, "red"), 0);
    assert_int_equal(colour, COLOUR_RED);
}

static void test_unknown(void **state)
{
    static const char *const texts[] = {"", "Red", "re", "redd", "COLOUR_RED", "?", "0"};
    enum colour colour = COLOUR_DARK_BLUE;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(colour_from_string(&colour, texts[i]), -EINVAL);
    assert_int_equal(colour, COLOUR_DARK_BLUE);
    assert_string_equal(colour_to_string((enum colour)2), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
