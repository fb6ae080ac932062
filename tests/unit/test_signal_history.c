/* The signal of the last hour: one sample for each minute, the oldest given up. */
#include "modem/signal_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOON (500000 * USEC_PER_HOUR)

static void test_one_a_minute(void **state)
{
    struct signal_history history = {.n = 0};

    (void)state;
    assert_null(signal_history_get(&history, 0));
    signal_history_note(&history, NOON, -73);
    signal_history_note(&history, NOON + 59 * USEC_PER_SEC, -75);
    signal_history_note(&history, NOON + 60 * USEC_PER_SEC, -77);
    assert_int_equal(signal_history_get(&history, 0)->dbm, -75);
    assert_int_equal(signal_history_get(&history, 0)->at_wall, NOON + 59 * USEC_PER_SEC);
    assert_int_equal(signal_history_get(&history, 1)->dbm, -77);
    assert_null(signal_history_get(&history, 2));
    signal_history_note(&history, NOON, 0); /* the clock was set back */
    assert_int_equal(signal_history_get(&history, 2)->at_wall, NOON);
}

static void test_the_oldest_goes(void **state)
{
    struct signal_history history = {.n = 0};

    (void)state;
    for (int i = 0; i < SIGNAL_HISTORY_SAMPLES + 7; i++)
        signal_history_note(&history, NOON + (usec_t)i * USEC_PER_MINUTE, -100 + i);
    for (int i = 0; i < SIGNAL_HISTORY_SAMPLES; i++)
        assert_int_equal(signal_history_get(&history, (unsigned)i)->dbm, -93 + i);
    assert_null(signal_history_get(&history, SIGNAL_HISTORY_SAMPLES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_a_minute),
        cmocka_unit_test(test_the_oldest_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
