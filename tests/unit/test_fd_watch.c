/* Watched descriptors: readiness, changing what is waited for, freeing from within. */
#include "loop/fd_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

struct fixture {
    struct loop *loop;
    int fds[2];
    struct fd_watch *watches[2];
    unsigned ready[2], n_calls;
};

static void on_first(void *userdata, unsigned ready)
{
    struct fixture *f = userdata;

    f->ready[0] = ready;
    f->n_calls++;
}

static void on_any_free_both(void *userdata, unsigned ready)
{
    struct fixture *f = userdata;

    (void)ready;
    f->n_calls++;
    for (int i = 0; i < 2; i++)
        f->watches[i] = fd_watch_free(f->watches[i]);
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof(f));
    if (loop_new(&f.loop, &clock_system) < 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, f.fds) < 0)
        return -1;
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 2; i++) {
        fd_watch_free(f->watches[i]);
        cleanup_closep(&f->fds[i]);
    }
    loop_free(f->loop);
    return 0;
}

/* What one turn of the loop reports; 0 for no call. */
static unsigned turn(struct fixture *f)
{
    f->ready[0] = 0;
    assert_int_equal(loop_run_once(f->loop), 0);
    return f->ready[0];
}

static void test_readiness(void **state)
{
    struct fixture *f = *state;
    char byte;

    assert_int_equal(fd_watch_new(&f->watches[0], f->loop, f->fds[0], FD_READABLE, on_first, f), 0);
    assert_int_equal(turn(f), 0);
    assert_int_equal(write(f->fds[1], "x", 1), 1);
    assert_int_equal(turn(f), FD_READABLE);
    assert_int_equal(turn(f), FD_READABLE); /* level-triggered */
    assert_int_equal(read(f->fds[0], &byte, 1), 1);
    assert_int_equal(turn(f), 0);
    cleanup_closep(&f->fds[1]);
    f->fds[1] = -1;
    assert_int_equal(turn(f), FD_READABLE); /* a peer that hung up */
}

static void test_set_events(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(fd_watch_new(&f->watches[0], f->loop, f->fds[0], 0, on_first, f), 0);
    assert_int_equal(write(f->fds[1], "x", 1), 1);
    assert_int_equal(turn(f), 0);
    assert_int_equal(fd_watch_set_events(f->watches[0], FD_WRITABLE), 0);
    assert_int_equal(turn(f), FD_WRITABLE);
    assert_int_equal(fd_watch_set_events(f->watches[0], FD_READABLE | FD_WRITABLE), 0);
    assert_int_equal(fd_watch_set_events(f->watches[0], FD_READABLE | FD_WRITABLE), 0);
    assert_int_equal(turn(f), FD_READABLE | FD_WRITABLE);
    assert_int_equal(fd_watch_set_events(f->watches[0], FD_READABLE), 0);
    assert_int_equal(turn(f), FD_READABLE);
    assert_int_equal(fd_watch_set_events(f->watches[0], 0), 0);
    assert_int_equal(turn(f), 0);
    f->watches[0] = fd_watch_free(f->watches[0]);
    assert_null(f->watches[0]);
    assert_null(fd_watch_free(NULL));
}

/* Both ends are ready in one turn; the first callback frees both, and no second call comes. */
static void test_free_from_a_callback(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 2; i++)
        assert_int_equal(fd_watch_new(&f->watches[i], f->loop, f->fds[i],
                             FD_READABLE | FD_WRITABLE, on_any_free_both, f), 0);
    turn(f);
    turn(f);
    assert_int_equal(f->n_calls, 1);
}

static void test_bad_descriptor(void **state)
{
    struct fixture *f = *state;
    struct fd_watch *watch = NULL;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    close(fd);
    assert_int_equal(fd_watch_new(&watch, f->loop, fd, FD_READABLE, on_first, f), -EIO);
    assert_null(watch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_readiness, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set_events, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_free_from_a_callback, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_descriptor, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
