#include "modem/lifecycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_STATES (MODEM_DISABLED + 1)
#define N_EVENTS (MODEM_EVENT_ENABLE + 1)

/* What no event may do is in no row, and every transition is allowed by its state's row. */
static void test_transitions_respect_the_rows(void **unused)
{
    unsigned n = 0;

    (void)unused;
    for (unsigned state = 0; state < N_STATES; state++)
        for (unsigned event = 0; event < N_EVENTS; event++) {
            enum modem_state next;

            if (!modem_state_next(state, event, &next))
                continue;
            n++;
            assert_true(modem_state_may_follow(state, next));
        }
    assert_true(n > 40);
}

static void test_every_state_can_be_left_and_reached(void **unused)
{
    (void)unused;
    for (unsigned state = 0; state < N_STATES; state++) {
        unsigned out = 0, in = 0;

        for (unsigned other = 0; other < N_STATES; other++)
            for (unsigned event = 0; event < N_EVENTS; event++) {
                enum modem_state next;

                out += modem_state_next(state, event, &next) && next == other && other != state;
                in += modem_state_next(other, event, &next) && next == state && other != state;
            }
        assert_true(out > 0);
        assert_true(in > 0);
    }
}

static void test_rules(void **unused)
{
    enum modem_state next;

    (void)unused;
    for (unsigned state = 0; state < N_STATES; state++) {
        /* Only a ready modem sends; an unplugged one is absent, whatever it did. */
        assert_int_equal(modem_state_next(state, MODEM_EVENT_SEND, &next), state == MODEM_READY);
        if (state != MODEM_ABSENT && state != MODEM_DISABLED) {
            assert_true(modem_state_next(state, MODEM_EVENT_GONE, &next));
            assert_int_equal(next, MODEM_ABSENT);
        }
        if (state != MODEM_CONFIGURING && state != MODEM_SEARCHING)
            assert_false(modem_state_next(state, MODEM_EVENT_REGISTERED, &next));
    }
    assert_true(modem_state_next(MODEM_DISABLED, MODEM_EVENT_ENABLE, &next));
    assert_int_equal(next, MODEM_ABSENT);
    assert_false(modem_state_may_follow(MODEM_ABSENT, MODEM_READY));
}

static void test_timers_are_within_bounds(void **unused)
{
    (void)unused;
    for (unsigned timer = 0; timer <= MODEM_TIMER_RECOVERY; timer++) {
        const struct modem_timer_row *row = modem_timer_row(timer);

        assert_true(row->min_usec <= row->default_usec && row->default_usec <= row->max_usec);
        assert_true(row->reason[0] && row->name[0]);
    }
    assert_true(modem_timer_usec(MODEM_TIMER_SEND) == 180 * USEC_PER_SEC);
}

static void test_losses(void **unused)
{
    static const struct {
        enum modem_state state;
        enum modem_event event;
        bool is_loss;
    } cases[] = {
        {MODEM_READY, MODEM_EVENT_GONE, true}, {MODEM_PROBING, MODEM_EVENT_GONE, true},
        {MODEM_RECOVERING, MODEM_EVENT_GONE, false}, {MODEM_READY, MODEM_EVENT_RESTARTED, true},
        {MODEM_SENDING, MODEM_EVENT_RESTARTED, true}, {MODEM_LOCKED, MODEM_EVENT_RESTARTED, true},
        {MODEM_SEARCHING, MODEM_EVENT_RESTARTED, true},
        {MODEM_PROBING, MODEM_EVENT_RESTARTED, false},
        {MODEM_CONFIGURING, MODEM_EVENT_RESTARTED, false},
        {MODEM_RECOVERING, MODEM_EVENT_RESTARTED, false}, {MODEM_READY, MODEM_EVENT_LOST, false},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(modem_state_is_loss(cases[i].state, cases[i].event), cases[i].is_loss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_transitions_respect_the_rows),
        cmocka_unit_test(test_every_state_can_be_left_and_reached),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_timers_are_within_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
