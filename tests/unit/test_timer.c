/* One-shot timers: never early, in order, and what a callback may do to its own. */
#include "loop/timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct loop *loop;
    struct timer timer, other, end;
    unsigned n_calls;
    usec_t fired_at; /* CLOCK_BOOTTIME */
    char order[8];
};

static void stop(void *userdata)
{
    struct fixture *f = userdata;

    loop_exit(f->loop, 0);
}

static void note(struct fixture *f, char name)
{
    if (f->n_calls < sizeof(f->order) - 1)
        f->order[f->n_calls] = name;
    f->n_calls++;
    f->fired_at = loop_now(f->loop);
}

static void on_timer(void *userdata)
{
    note(userdata, 't');
}

static void on_other(void *userdata)
{
    note(userdata, 'o');
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof(f));
    if (loop_new(&f.loop, &clock_system) < 0)
        return -1;
    timer_init(&f.timer, f.loop, on_timer, &f);
    timer_init(&f.other, f.loop, on_other, &f);
    timer_init(&f.end, f.loop, stop, &f);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    timer_fini(&f->timer);
    timer_fini(&f->other);
    timer_fini(&f->end);
    f->loop = loop_free(f->loop);
    return 0;
}

static void run_for(struct fixture *f, usec_t delay_usec)
{
    timer_arm_in(&f->end, delay_usec);
    assert_int_equal(loop_run(f->loop), 0);
}

static void test_never_early(void **state)
{
    static const usec_t delays[] = {0, 1, 999, 1000, 1001, 1500, 7300, 20001};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(delays); i++) {
        usec_t deadline = loop_now(f->loop) + delays[i];

        f->n_calls = 0;
        timer_arm_at(&f->timer, deadline);
        assert_true(timer_is_armed(&f->timer));
        run_for(f, delays[i] + 30 * USEC_PER_MSEC);
        assert_int_equal(f->n_calls, 1);
        assert_true(f->fired_at >= deadline);
        assert_false(timer_is_armed(&f->timer));
    }
}

static void test_order(void **state)
{
    struct fixture *f = *state;

    timer_arm_in(&f->timer, 20 * USEC_PER_MSEC);
    timer_arm_in(&f->other, 5 * USEC_PER_MSEC);
    run_for(f, 60 * USEC_PER_MSEC);
    assert_string_equal(f->order, "ot");
}

static void test_disarm_and_rearm(void **state)
{
    struct fixture *f = *state;

    timer_arm_in(&f->timer, USEC_PER_MSEC);
    timer_arm_in(&f->timer, USEC_PER_HOUR); /* replaces */
    timer_arm_in(&f->other, USEC_PER_MSEC);
    timer_disarm(&f->other);
    timer_disarm(&f->other);
    assert_false(timer_is_armed(&f->other));
    run_for(f, 15 * USEC_PER_MSEC);
    assert_int_equal(f->n_calls, 0);
    timer_arm_at(&f->timer, 1); /* long past */
    run_for(f, 15 * USEC_PER_MSEC);
    assert_int_equal(f->n_calls, 1);
    timer_arm_in(&f->timer, USEC_INFINITY);
    assert_false(timer_is_armed(&f->timer));
    timer_arm_at(&f->timer, 1);
    timer_arm_at(&f->timer, USEC_INFINITY);
    assert_false(timer_is_armed(&f->timer));
    run_for(f, 15 * USEC_PER_MSEC);
    assert_int_equal(f->n_calls, 1);
}

static void on_timer_again(void *userdata)
{
    struct fixture *f = userdata;

    note(f, 't');
    assert_false(timer_is_armed(&f->timer));
    if (f->n_calls < 3)
        timer_arm_in(&f->timer, 0);
}

static void test_rearm_from_its_callback(void **state)
{
    struct fixture *f = *state;

    timer_init(&f->timer, f->loop, on_timer_again, f);
    timer_arm_in(&f->timer, 0);
    run_for(f, 30 * USEC_PER_MSEC);
    assert_int_equal(f->n_calls, 3);
}

static void on_timer_finish_both(void *userdata)
{
    struct fixture *f = userdata;

    note(f, 't');
    timer_fini(&f->timer);
    timer_fini(&f->other);
    memset(&f->timer, 0, sizeof(f->timer));
    memset(&f->other, 0, sizeof(f->other));
}

/* Both are due in one turn; the first to run ends both, and the other must not run any more. */
static void test_fini_from_a_callback(void **state)
{
    struct fixture *f = *state;

    timer_init(&f->timer, f->loop, on_timer_finish_both, f);
    timer_init(&f->other, f->loop, on_timer_finish_both, f);
    timer_arm_at(&f->timer, 1);
    timer_arm_at(&f->other, 1);
    run_for(f, 20 * USEC_PER_MSEC);
    assert_int_equal(f->n_calls, 1);
    timer_fini(&f->timer); /* zeroed memory */
}

static usec_t test_time(void *userdata)
{
    return *(usec_t *)userdata;
}

/* Deadlines are the injected clock's: what the kernel's clock says does not make a timer fire. */
static void test_injected_clock(void **state)
{
    usec_t now = 1000;
    const struct clock clock = {.boottime = test_time, .realtime = test_time, .userdata = &now};
    struct fixture f = {0};

    (void)state;
    assert_int_equal(loop_new(&f.loop, &clock), 0);
    timer_init(&f.timer, f.loop, on_timer, &f);
    timer_arm_at(&f.timer, 1001);
    for (int i = 0; i < 5; i++) {
        usleep(2000);
        assert_int_equal(loop_run_once(f.loop), 0);
    }
    assert_int_equal(f.n_calls, 0);
    assert_true(timer_is_armed(&f.timer));
    now = 1001;
    usleep(5000);
    assert_int_equal(loop_run_once(f.loop), 0);
    assert_int_equal(f.n_calls, 1);
    timer_fini(&f.timer);
    loop_free(f.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_never_early, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_disarm_and_rearm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rearm_from_its_callback, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fini_from_a_callback, set_up, tear_down),
        cmocka_unit_test(test_injected_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
