/* The table of times: every default within its bounds, and those that belong together in order. */
#include "modem/timers.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_(name, text, usec, min, max, reason) +1
#define N_TIMERS (0 MODEM_TIMER_LIST(COUNT_))

static void test_bounds(void **state)
{
    (void)state;
    for (unsigned i = MODEM_TIMER_NONE + 1; i < N_TIMERS; i++) {
        const struct modem_timer_row *row = modem_timer_row((enum modem_timer)i);

        if (row->min_usec == 0 || row->min_usec > row->default_usec ||
            row->default_usec > row->max_usec || row->max_usec > USEC_PER_HOUR)
            fail_msg("%s: default not within its bounds", row->name);
        assert_true(modem_timer_usec((enum modem_timer)i) == row->default_usec);
        assert_true(row->reason[0] != '\0');
    }
    assert_true(modem_timer_usec(MODEM_TIMER_NONE) == USEC_INFINITY);
}

/* A name is what the man page prints: lower case, and each once. */
static void test_names(void **state)
{
    (void)state;
    for (unsigned i = 0; i < N_TIMERS; i++) {
        const char *name = modem_timer_row((enum modem_timer)i)->name;

        assert_true(name[0] != '\0');
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(name, modem_timer_row((enum modem_timer)j)->name);
    }
}

/* The first would never be heard of if it were not over before the second. */
static void test_order(void **state)
{
    static const struct {
        enum modem_timer first, second;
    } table[] = {
        {MODEM_TIMER_REOPEN, MODEM_TIMER_REOPEN_MAX},
        {MODEM_TIMER_SEARCH, MODEM_TIMER_SEARCH_MAX},
        {MODEM_TIMER_SIM_POLL, MODEM_TIMER_SIM_WAIT},
        {MODEM_TIMER_STRAY_WAIT, MODEM_TIMER_STRAY},
        {MODEM_TIMER_SEND_SLOW, MODEM_TIMER_SEND},
        {MODEM_TIMER_POWER_RUN, MODEM_TIMER_POWER},
        {MODEM_TIMER_SIM_WAIT, MODEM_TIMER_CONFIGURE},
        {MODEM_TIMER_LIST, MODEM_TIMER_CONFIGURE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (modem_timer_usec(table[i].first) >= modem_timer_usec(table[i].second))
            fail_msg("%s is not shorter than %s", modem_timer_row(table[i].first)->name,
                modem_timer_row(table[i].second)->name);
}

/* What the vendors' manuals ask to wait at least. */
static void test_vendors(void **state)
{
    (void)state;
    assert_true(modem_timer_usec(MODEM_TIMER_SEND) >= 180 * USEC_PER_SEC); /* u-blox, Telit */
    assert_true(modem_timer_usec(MODEM_TIMER_PROMPT) >= 5 * USEC_PER_SEC); /* Telit */
    assert_true(modem_timer_usec(MODEM_TIMER_PIN) >= 20 * USEC_PER_SEC);   /* Telit, +CPIN */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_vendors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
