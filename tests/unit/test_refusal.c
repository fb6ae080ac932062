#include "core/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_seconds(void **state)
{
    static const struct {
        usec_t wait;
        unsigned seconds;
    } rows[] = {
        {0, 1}, {1, 1}, {999999, 1}, {1000000, 1}, {1000001, 2}, {29999999, 30}, {30000000, 30},
        {USEC_PER_DAY, 86400},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(refusal_seconds(rows[i].wait), rows[i].seconds);
}

static void test_limit(void **state)
{
    struct limit_hit hit = {.window = {3, 10 * USEC_PER_MINUTE}, .wait = 90500000};
    struct refusal refusal;

    (void)state;
    refuse_limit(&refusal, "guesses", "number", &hit);
    assert_true(refusal.is_refused);
    assert_string_equal(gateway_error_to_string(refusal.error), "limited");
    assert_int_equal(gateway_error_http_status(refusal.error), 429);
    assert_string_equal(refusal.limit_name, "guesses");
    assert_string_equal(refusal.limit_scope, "number");
    assert_int_equal(refusal.limit_window.max, 3);
    assert_int_equal(refusal.limit_window.span, 600 * USEC_PER_SEC);
    assert_int_equal(refusal.retry_after_sec, 91);
    assert_string_equal(refusal.detail,
        "The limit `guesses` allows 3 in 600 s for this number; nothing was sent or counted");
}

/* What does not fit is cut; what an earlier refusal said does not stay. */
static void test_bounds(void **state)
{
    char text[1000];
    struct refusal refusal;

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    memset(&refusal, 0x55, sizeof(refusal));
    refuse(&refusal, ERROR_INVALID, text, "%s", text);
    assert_int_equal(strlen(refusal.detail), REFUSAL_DETAIL_SIZE - 1);
    assert_int_equal(strlen(refusal.param), sizeof(refusal.param) - 1);
    assert_null(refusal.limit_name);
    assert_int_equal(refusal.retry_after_sec, 0);
    refuse(&refusal, ERROR_NOT_FOUND, NULL, "none");
    assert_string_equal(refusal.param, "");
    assert_string_equal(refusal.detail, "none");
    assert_int_equal(refusal.retry_after_sec, 0);
    refuse(&refusal, ERROR_STORAGE_UNAVAILABLE, NULL, "none"); /* RFC 9110 §15.6.4 */
    assert_int_equal(refusal.retry_after_sec, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
