/* The loop: its clock, its end, running once without waiting. */
#include "loop/deferred.h"
#include "loop/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static usec_t fixed(void *userdata)
{
    return *(usec_t *)userdata;
}

static void test_clock(void **state)
{
    usec_t now = 7;
    const struct clock clock = {.boottime = fixed, .realtime = fixed, .userdata = &now};
    _cleanup_(loop_freep) struct loop *loop = NULL;

    (void)state;
    assert_int_equal(loop_new(&loop, &clock), 0);
    assert_int_equal(loop_now(loop), 7);
    now = 8;
    assert_int_equal(loop_realtime(loop), 8);
    assert_ptr_equal(loop_clock(loop), &clock);
    assert_non_null(loop_event_base(loop));
}

struct ending {
    struct loop *loop;
    int status;
};

static void end(void *userdata)
{
    struct ending *ending = userdata;

    loop_exit(ending->loop, ending->status);
}

/* The loop may run again after it ended, and answers the status of each time. */
static void test_exit_status(void **state)
{
    _cleanup_(loop_freep) struct loop *loop = NULL;
    struct ending ending = {0};
    struct deferred deferred;

    (void)state;
    assert_int_equal(loop_new(&loop, &clock_system), 0);
    ending.loop = loop;
    deferred_init(&deferred, loop, end, &ending);
    for (ending.status = 0; ending.status < 3; ending.status++) {
        deferred_schedule(&deferred);
        assert_int_equal(loop_run(loop), ending.status);
    }
    deferred_fini(&deferred);
}

static void test_run_once_does_not_wait(void **state)
{
    _cleanup_(loop_freep) struct loop *loop = NULL;
    usec_t before;

    (void)state;
    assert_int_equal(loop_new(&loop, &clock_system), 0);
    before = loop_now(loop);
    assert_int_equal(loop_run_once(loop), 0);
    assert_true(loop_now(loop) - before < 10 * USEC_PER_SEC);
    assert_null(loop_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_exit_status),
        cmocka_unit_test(test_run_once_does_not_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
