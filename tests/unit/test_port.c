/* The true port on ptys, with the kernel's clock. */
#include "modem/port.h"

#include "loop/timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>

struct fixture {
    struct loop *loop;
    struct port *port;
    struct timer limit;
    int master;
    char link[64];
    char data[8192];
    size_t n_data, wanted;
    unsigned n_gone;
    bool timed_out;
};

static void on_data(void *userdata, const void *bytes, size_t n)
{
    struct fixture *f = userdata;

    assert_true(f->n_data + n < sizeof(f->data));
    memcpy(f->data + f->n_data, bytes, n);
    f->n_data += n;
    if (f->n_data >= f->wanted)
        loop_exit(f->loop, 0);
}

static void on_gone(void *userdata)
{
    struct fixture *f = userdata;

    f->n_gone++;
    loop_exit(f->loop, 0);
}

static void on_limit(void *userdata)
{
    struct fixture *f = userdata;

    f->timed_out = true;
    loop_exit(f->loop, 0);
}

static const struct port_ops ops = {.data = on_data, .gone = on_gone};

static void run(struct fixture *f, usec_t limit_usec)
{
    f->timed_out = false;
    timer_arm_in(&f->limit, limit_usec);
    assert_int_equal(loop_run(f->loop), 0);
    timer_disarm(&f->limit);
}

static void plug(struct fixture *f)
{
    char path[64];
    int slave;

    assert_int_equal(openpty(&f->master, &slave, path, NULL, NULL), 0);
    close(slave);
    unlink(f->link);
    assert_int_equal(symlink(path, f->link), 0);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct port_handle handle;
    char path[PATH_MAX], reason[128];

    snprintf(f->link, sizeof(f->link), "/tmp/test_port.%d", (int)getpid());
    plug(f);
    assert_int_equal(loop_new(&f->loop, &clock_system), 0);
    timer_init(&f->limit, f->loop, on_limit, f);
    assert_int_equal(port_resolve(f->link, path), 0);
    assert_int_equal(port_handle_open(&handle, path, 115200, reason, sizeof(reason)), 0);
    assert_int_equal(port_new(&f->port, f->loop, &handle, &ops, f), 0);
    assert_int_equal(handle.fd, -1);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    port_free(f->port);
    timer_fini(&f->limit);
    loop_free(f->loop);
    if (f->master >= 0)
        close(f->master);
    unlink(f->link);
    free(f);
    return 0;
}

/* Raw: every byte as it is, nothing echoed, nothing taken for a signal. */
static void test_bytes_pass_unchanged(void **state)
{
    struct fixture *f = *state;
    char all[255], back[256];
    ssize_t n = 0;

    for (int i = 0; i < 255; i++)
        all[i] = (char)(i + 1);
    assert_int_equal(write(f->master, all, sizeof(all)), sizeof(all));
    f->wanted = sizeof(all);
    run(f, USEC_PER_SEC);
    assert_memory_equal(f->data, all, sizeof(all));
    assert_int_equal(port_write(f->port, all, sizeof(all)), 0);
    while (n < (ssize_t)sizeof(all))
        n += read(f->master, back + n, sizeof(back) - (size_t)n);
    assert_int_equal(n, sizeof(all));
    assert_memory_equal(back, all, sizeof(all));
}

static void test_settings(void **state)
{
    struct fixture *f = *state;
    struct termios tio;

    assert_int_equal(tcgetattr(f->master, &tio), 0); /* of the pair */
    assert_int_equal(tio.c_iflag & (IXON | IXOFF | ICRNL), 0);
    assert_int_equal(tio.c_lflag & (ECHO | ICANON | ISIG), 0);
    assert_int_equal(tio.c_cflag & HUPCL, 0);
}

static void test_hangup_is_told_once(void **state)
{
    struct fixture *f = *state;

    close(f->master);
    f->master = -1;
    run(f, USEC_PER_SEC);
    assert_int_equal(f->n_gone, 1);
    run(f, 50 * USEC_PER_MSEC);
    assert_true(f->timed_out); /* nothing spins, nothing is told again */
    assert_int_equal(f->n_gone, 1);
    assert_int_equal(port_write(f->port, "AT\r", 3), -ENODEV);
}

/* A device that takes nothing: the buffer is bounded, and told about. */
static void test_write_is_bounded(void **state)
{
    struct fixture *f = *state;
    char bytes[1024] = {'x'};
    int r = 0;

    for (unsigned i = 0; i < 1000 && r == 0; i++)
        r = port_write(f->port, bytes, sizeof(bytes));
    assert_int_equal(r, -ENOBUFS);
    assert_int_equal(f->n_gone, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bytes_pass_unchanged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_settings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hangup_is_told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write_is_bounded, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
