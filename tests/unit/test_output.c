/* Bytes on their way: in order, whole, whatever the socket takes at a time. */
#include "http/output.h"

#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define N_PARTS 3
#define PART (300 * 1024) /* more than a socket takes */

static char parts_bytes[N_PARTS][PART];

struct fixture {
    int fds[2];
    struct output output;
    struct iovec parts[N_PARTS];
};

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof(f));
    for (size_t i = 0; i < N_PARTS; i++) {
        for (size_t k = 0; k < PART; k++)
            parts_bytes[i][k] = (char)((i * PART + k) % 251);
        f.parts[i] = (struct iovec){parts_bytes[i], PART};
    }
    *state = &f;
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, f.fds);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    output_fini(&f->output);
    close(f->fds[0]);
    cleanup_closep(&f->fds[1]);
    return 0;
}

static void test_small(void **state)
{
    struct fixture *f = *state;
    struct iovec words[] = {{(char[]){'a', 'b'}, 2}, {(char[]){'c'}, 1}};
    char heard[8];

    assert_int_equal(output_send(&f->output, f->fds[0], words, 2), 0);
    assert_int_equal(output_waiting(&f->output), 0);
    assert_null(f->output.bytes);
    assert_int_equal(recv(f->fds[1], heard, sizeof(heard), 0), 3);
    assert_memory_equal(heard, "abc", 3);
}

static void test_large(void **state)
{
    struct fixture *f = *state;
    size_t n = 0;
    char byte[4096];

    assert_int_equal(output_send(&f->output, f->fds[0], f->parts, 2), 0);
    assert_in_range(output_waiting(&f->output), 1, 2 * PART - 1);
    assert_int_equal(output_send(&f->output, f->fds[0], &f->parts[2], 1), 0); /* behind it */
    while (n < N_PARTS * PART) {
        ssize_t got = recv(f->fds[1], byte, sizeof(byte), 0);

        assert_true(got > 0);
        for (ssize_t k = 0; k < got; k++, n++)
            if (byte[k] != (char)(n % 251))
                fail_msg("byte %zu", n);
        assert_int_equal(output_flush(&f->output, f->fds[0]), 0);
    }
    assert_int_equal(output_waiting(&f->output), 0);
    assert_null(f->output.bytes);
}

static void test_peer_gone(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(output_send(&f->output, f->fds[0], f->parts, 2), 0);
    cleanup_closep(&f->fds[1]);
    f->fds[1] = -1;
    assert_int_equal(output_flush(&f->output, f->fds[0]), -EPIPE);
    output_fini(&f->output);
    assert_int_equal(output_send(&f->output, f->fds[0], f->parts, 1), -EPIPE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_small), TEST(test_large), TEST(test_peer_gone)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
