/* The way in from another thread: order, one wake-up for many, freeing from within. */
#include "loop/handover.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define N_ITEMS 1000

struct item {
    struct list_link link;
    unsigned number;
};

struct fixture {
    struct loop *loop;
    struct handover *handover;
    struct item items[N_ITEMS];
    unsigned n_received;
    unsigned free_after; /* the callback frees the queue at that many; 0: never */
    unsigned stop_after; /* the loop ends at that many; 0: never */
};

static void on_item(void *userdata, struct list_link *link)
{
    struct fixture *f = userdata;

    assert_int_equal(CONTAINER_OF(link, struct item, link)->number, f->n_received);
    assert_true(list_is_empty(link)); /* in no list any more */
    f->n_received++;
    if (f->n_received == f->free_after)
        f->handover = handover_free(f->handover);
    if (f->n_received == f->stop_after)
        loop_exit(f->loop, 0);
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof(f));
    for (unsigned i = 0; i < N_ITEMS; i++) {
        f.items[i].number = i;
        list_init(&f.items[i].link);
    }
    if (loop_new(&f.loop, &clock_system) < 0 ||
        handover_new(&f.handover, f.loop, on_item, &f) < 0)
        return -1;
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    handover_free(f->handover);
    loop_free(f->loop);
    return 0;
}

static void push(struct fixture *f, unsigned first, unsigned n)
{
    struct list_link batch;

    list_init(&batch);
    for (unsigned i = first; i < first + n; i++)
        list_append(&batch, &f->items[i].link);
    handover_push(f->handover, &batch);
    assert_true(list_is_empty(&batch));
}

static void test_one_wake_up_in_order(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(loop_run_once(f->loop), 0);
    push(f, 0, 0);
    push(f, 0, 3);
    push(f, 3, 1);
    push(f, 4, 2);
    assert_int_equal(f->n_received, 0);
    assert_int_equal(loop_run_once(f->loop), 0);
    assert_int_equal(f->n_received, 6);
    assert_int_equal(loop_run_once(f->loop), 0);
    assert_int_equal(f->n_received, 6);
    push(f, 6, 1);
    assert_int_equal(loop_run_once(f->loop), 0);
    assert_int_equal(f->n_received, 7);
}

static void *push_all(void *userdata)
{
    struct fixture *f = userdata;

    for (unsigned i = 0, n = 1; i < N_ITEMS; i += n, n = n % 7 + 1)
        push(f, i, MIN(n, N_ITEMS - i));
    return NULL;
}

static void test_from_another_thread(void **state)
{
    struct fixture *f = *state;
    pthread_t thread;

    f->stop_after = N_ITEMS;
    assert_int_equal(pthread_create(&thread, NULL, push_all, f), 0);
    assert_int_equal(loop_run(f->loop), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(f->n_received, N_ITEMS);
}

/* What was not handed over yet is dropped, and in no list that is gone. */
static void test_free_from_the_callback(void **state)
{
    struct fixture *f = *state;

    f->free_after = 2;
    push(f, 0, 5);
    assert_int_equal(loop_run_once(f->loop), 0);
    assert_int_equal(f->n_received, 2);
    assert_null(f->handover);
    for (unsigned i = 0; i < 5; i++)
        assert_true(list_is_empty(&f->items[i].link));
    assert_int_equal(loop_run_once(f->loop), 0);
}

static void test_free_with_items(void **state)
{
    struct fixture *f = *state;

    push(f, 0, 2);
    f->handover = handover_free(f->handover);
    assert_int_equal(f->n_received, 0);
    assert_true(list_is_empty(&f->items[0].link));
    assert_null(handover_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_wake_up_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_from_another_thread, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_free_from_the_callback, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_free_with_items, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
