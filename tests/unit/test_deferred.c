/* Deferred calls: after the callback that schedules them, once, and not when cancelled. */
#include "loop/deferred.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct loop *loop;
    struct deferred outer, inner;
    char calls[16];
};

static void note(struct fixture *f, char name)
{
    size_t n = strlen(f->calls);

    if (n + 1 < sizeof(f->calls))
        f->calls[n] = name;
}

static void on_inner(void *userdata)
{
    note(userdata, 'i');
}

static void on_outer(void *userdata)
{
    struct fixture *f = userdata;

    note(f, '(');
    deferred_schedule(&f->inner);
    deferred_schedule(&f->inner);
    note(f, ')');
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof(f));
    if (loop_new(&f.loop, &clock_system) < 0)
        return -1;
    deferred_init(&f.outer, f.loop, on_outer, &f);
    deferred_init(&f.inner, f.loop, on_inner, &f);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    deferred_fini(&f->outer);
    deferred_fini(&f->inner);
    loop_free(f->loop);
    return 0;
}

static void turn(struct fixture *f, unsigned times)
{
    while (times-- > 0)
        assert_int_equal(loop_run_once(f->loop), 0);
}

static void test_after_the_callback_and_once(void **state)
{
    struct fixture *f = *state;

    deferred_schedule(&f->outer);
    assert_string_equal(f->calls, ""); /* not before the loop runs */
    turn(f, 5);
    assert_string_equal(f->calls, "()i");
    deferred_schedule(&f->outer);
    turn(f, 5);
    assert_string_equal(f->calls, "()i()i");
}

static void test_cancel(void **state)
{
    struct fixture *f = *state;

    deferred_schedule(&f->inner);
    deferred_cancel(&f->inner);
    deferred_cancel(&f->inner);
    turn(f, 5);
    assert_string_equal(f->calls, "");
    deferred_schedule(&f->inner);
    turn(f, 5);
    assert_string_equal(f->calls, "i");
}

static void test_fini(void **state)
{
    struct fixture *f = *state;
    struct deferred zeroed = {0};

    deferred_schedule(&f->inner);
    deferred_fini(&f->inner);
    memset(&f->inner, 0, sizeof(f->inner));
    turn(f, 5);
    assert_string_equal(f->calls, "");
    deferred_fini(&zeroed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_after_the_callback_and_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cancel, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fini, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
