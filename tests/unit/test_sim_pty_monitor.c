/* Who opens and closes a node: counted from the kernel's notices. */
#include "sim/pty_monitor.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define MAX_HANDLES 64

struct bench {
    struct loop *loop;
    struct pty_monitor *monitor;
    char paths[2][32];
    int openers[2];
};

static void on_changed(void *userdata, int difference)
{
    int *openers = userdata;

    assert_true(difference == 1 || difference == -1);
    *openers += difference;
}

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    assert_int_equal(loop_new(&bench->loop, &clock_system), 0);
    assert_int_equal(pty_monitor_new(&bench->monitor, bench->loop), 0);
    for (size_t i = 0; i < 2; i++) {
        int fd;

        memcpy(bench->paths[i], "/tmp/node.XXXXXX", 17);
        fd = mkstemp(bench->paths[i]);
        assert_true(fd >= 0);
        close(fd);
    }
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    pty_monitor_free(bench->monitor);
    loop_free(bench->loop);
    for (size_t i = 0; i < 2; i++)
        (void)unlink(bench->paths[i]);
    free(bench);
    return 0;
}

static int add(struct bench *bench, size_t i)
{
    return pty_monitor_add(bench->monitor, bench->paths[i], on_changed, &bench->openers[i]);
}

/* Through the loop, or drained at once. */
static void test_counts(void **state)
{
    struct bench *bench = *state;
    int first, second;

    assert_int_equal(add(bench, 0), 0);
    assert_int_equal(add(bench, 1), 1);
    first = open(bench->paths[0], O_RDONLY);
    assert_true(first >= 0);
    assert_int_equal(bench->openers[0], 0);
    pty_monitor_drain(bench->monitor);
    assert_int_equal(bench->openers[0], 1);
    second = open(bench->paths[0], O_RDWR);
    assert_true(second >= 0);
    pty_monitor_drain(bench->monitor);
    assert_int_equal(bench->openers[0], 2);
    assert_int_equal(bench->openers[1], 0);
    close(first);
    assert_true(loop_run_once(bench->loop) >= 0);
    assert_int_equal(bench->openers[0], 1);
    close(second);
    first = open(bench->paths[1], O_RDONLY);
    assert_true(loop_run_once(bench->loop) >= 0);
    assert_int_equal(bench->openers[0], 0);
    assert_int_equal(bench->openers[1], 1);
    close(first);
}

/* No call for a handle that was removed, also for what had happened before. */
static void test_remove(void **state)
{
    struct bench *bench = *state;
    int handle = add(bench, 0), fd;

    fd = open(bench->paths[0], O_RDONLY);
    assert_true(fd >= 0);
    pty_monitor_remove(bench->monitor, handle);
    pty_monitor_remove(bench->monitor, handle);
    pty_monitor_remove(bench->monitor, -1);
    pty_monitor_remove(bench->monitor, MAX_HANDLES);
    close(fd);
    pty_monitor_drain(bench->monitor);
    assert_int_equal(bench->openers[0], 0);
    assert_int_equal(add(bench, 1), handle); /* its place is free again */
    fd = open(bench->paths[1], O_RDONLY);
    pty_monitor_drain(bench->monitor);
    assert_int_equal(bench->openers[1], 1);
    close(fd);
}

static void test_refused(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(
        pty_monitor_add(bench->monitor, "/nonexistent", on_changed, &bench->openers[0]), -ENOENT);
    for (int i = 0; i < MAX_HANDLES; i++)
        assert_int_equal(add(bench, 0), i);
    assert_int_equal(add(bench, 1), -ENOSPC);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_counts),
        UNIT(test_remove),
        UNIT(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
