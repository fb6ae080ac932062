/* Signals as calls from the loop; the handler from before comes back. */
#include "loop/signal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct loop *loop;
    struct signal_watch *watch;
    unsigned n_calls;
    int last;
    bool frees;
};

static volatile sig_atomic_t n_old_handler;

static void old_handler(int signal_number)
{
    (void)signal_number;
    n_old_handler++;
}

static void on_signal(void *userdata, int signal_number)
{
    struct fixture *f = userdata;

    f->n_calls++;
    f->last = signal_number;
    if (f->frees)
        f->watch = signal_watch_free(f->watch);
}

static void turn(struct fixture *f)
{
    for (int i = 0; i < 3; i++)
        assert_int_equal(loop_run_once(f->loop), 0);
}

static void test_delivery_and_restoring(void **state)
{
    struct fixture f = {0};

    (void)state;
    n_old_handler = 0;
    signal(SIGUSR1, old_handler);
    assert_int_equal(loop_new(&f.loop, &clock_system), 0);
    assert_int_equal(signal_watch_new(&f.watch, f.loop, SIGUSR1, on_signal, &f), 0);
    raise(SIGUSR1);
    assert_int_equal(f.n_calls, 0); /* from the loop, not from the handler */
    turn(&f);
    assert_int_equal(f.n_calls, 1);
    assert_int_equal(f.last, SIGUSR1);
    raise(SIGUSR1);
    turn(&f);
    assert_int_equal(f.n_calls, 2);
    assert_int_equal(n_old_handler, 0);
    assert_null(signal_watch_free(f.watch));
    raise(SIGUSR1);
    turn(&f);
    assert_int_equal(f.n_calls, 2);
    assert_int_equal(n_old_handler, 1);
    assert_null(signal_watch_free(NULL));
    loop_free(f.loop);
}

static void test_free_from_its_callback(void **state)
{
    struct fixture f = {.frees = true};

    (void)state;
    signal(SIGUSR1, old_handler);
    assert_int_equal(loop_new(&f.loop, &clock_system), 0);
    assert_int_equal(signal_watch_new(&f.watch, f.loop, SIGUSR1, on_signal, &f), 0);
    raise(SIGUSR1);
    raise(SIGUSR1); /* two deliveries wait when the first call frees the watch */
    turn(&f);
    assert_int_equal(f.n_calls, 1);
    assert_null(f.watch);
    loop_free(f.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delivery_and_restoring),
        cmocka_unit_test(test_free_from_its_callback),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
