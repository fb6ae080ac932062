/* The serial port of a simulated modem: a pty, its link, what programs read and leave behind. */
#include "sim/pty.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

struct bench {
    struct loop *loop;
    struct pty_monitor *monitor;
    struct pty pty;
    char dir[32], link[64];
    char got[8192]; /* what came in */
    size_t n_got;
    int fd; /* a program's, -1: none */
};

static void on_input(void *userdata, const char *bytes, size_t n)
{
    struct bench *bench = userdata;

    assert_true(n <= PTY_INPUT_CHUNK && bench->n_got + n < sizeof(bench->got));
    memcpy(bench->got + bench->n_got, bytes, n);
    bench->n_got += n;
}

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    bench->fd = -1;
    memcpy(bench->dir, "/tmp/pty.XXXXXX", 16);
    assert_non_null(mkdtemp(bench->dir));
    snprintf(bench->link, sizeof(bench->link), "%s/modem0", bench->dir);
    assert_int_equal(loop_new(&bench->loop, &clock_system), 0);
    assert_int_equal(pty_monitor_new(&bench->monitor, bench->loop), 0);
    assert_int_equal(
        pty_init(&bench->pty, bench->loop, bench->monitor, bench->link, on_input, bench), 0);
    assert_int_equal(pty_plug(&bench->pty), 0);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    pty_fini(&bench->pty);
    pty_monitor_free(bench->monitor);
    loop_free(bench->loop);
    if (bench->fd >= 0)
        close(bench->fd);
    (void)rmdir(bench->dir);
    free(bench);
    return 0;
}

static void turn(struct bench *bench)
{
    assert_true(loop_run_once(bench->loop) >= 0);
}

/* A program opens the port, and the port has noticed. */
static void open_port(struct bench *bench)
{
    bench->fd = open(bench->link, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(bench->fd >= 0);
    turn(bench);
    assert_int_equal(bench->pty.peers, 1);
}

static void close_port(struct bench *bench)
{
    close(bench->fd);
    bench->fd = -1;
    turn(bench);
    turn(bench); /* what was deferred */
    assert_int_equal(bench->pty.peers, 0);
}

#define PATIENCE_MS 10000

/* Turns the loop until the program has read `n` bytes, or nothing is left to say. */
static size_t read_all(struct bench *bench, char *ret, size_t n)
{
    size_t length = 0;

    for (unsigned waited_ms = 0; length < n && waited_ms < PATIENCE_MS; waited_ms++) {
        struct pollfd pollfd = {.fd = bench->fd, .events = POLLIN};
        ssize_t got;

        turn(bench);
        if (poll(&pollfd, 1, 1) <= 0)
            continue;
        got = read(bench->fd, ret + length, n - length);
        length += got > 0 ? (size_t)got : 0;
    }
    return length;
}

static void expect(struct bench *bench, const char *text)
{
    char got[256] = "";

    assert_true(strlen(text) < sizeof(got));
    assert_int_equal(read_all(bench, got, strlen(text)), strlen(text));
    assert_string_equal(got, text);
}

/* Whatever the program writes arrives as it is, and what is written back is read as it is. */
static void test_bytes(void **state)
{
    static const char bytes[] = "\x00\x03\x04\x11\x13\x1a\x1c\r\n\x7f\xff";
    struct bench *bench = *state;
    char back[sizeof(bytes)];

    open_port(bench);
    assert_int_equal(write(bench->fd, bytes, sizeof(bytes)), sizeof(bytes));
    for (unsigned i = 0; i < PATIENCE_MS && bench->n_got < sizeof(bytes); i++) {
        turn(bench);
        usleep(bench->n_got < sizeof(bytes) ? 1000 : 0);
    }
    assert_int_equal(bench->n_got, sizeof(bytes));
    assert_memory_equal(bench->got, bytes, sizeof(bytes));
    pty_write(&bench->pty, bytes, sizeof(bytes));
    assert_int_equal(read_all(bench, back, sizeof(back)), sizeof(back));
    assert_memory_equal(back, bytes, sizeof(bytes));
}

/* As on a true port: what is said while nobody has it open is not there later. */
static void test_nobody_there(void **state)
{
    struct bench *bench = *state;

    pty_write(&bench->pty, "to nobody", 9);
    open_port(bench);
    pty_write(&bench->pty, "hello", 5);
    expect(bench, "hello");
    assert_int_equal(bench->pty.dropped_octets, 0);
}

/* All or nothing of what does not fit; the port goes on when somebody reads. */
static void test_nobody_reads(void **state)
{
    struct bench *bench = *state;
    static char chunk[PTY_OUTPUT_SIZE + 1];
    size_t n_written = 0, n_read, n;

    open_port(bench);
    memset(chunk, 'x', sizeof(chunk));
    pty_write(&bench->pty, chunk, sizeof(chunk));
    assert_int_equal(bench->pty.dropped_octets, sizeof(chunk));
    while (bench->pty.dropped_octets == sizeof(chunk)) {
        pty_write(&bench->pty, chunk, 1000);
        n_written += 1000;
    }
    n_written -= 1000;
    assert_int_equal(bench->pty.dropped_octets, sizeof(chunk) + 1000);
    for (n_read = 0; n_read < n_written; n_read += n) {
        n = read_all(bench, chunk, 1000);
        assert_int_equal(n, 1000);
    }
    pty_write(&bench->pty, "again", 5);
    expect(bench, "again");
}

/* A program that leaves takes its lock, its settings, and what it has not read along. */
static void test_reopen(void **state)
{
    struct bench *bench = *state;
    struct termios tio;
    int exclusive;

    open_port(bench);
    assert_int_equal(ioctl(bench->fd, TIOCEXCL), 0);
    assert_int_equal(tcgetattr(bench->fd, &tio), 0);
    tio.c_lflag |= ICANON | ECHO;
    assert_int_equal(tcsetattr(bench->fd, TCSANOW, &tio), 0);
    pty_write(&bench->pty, "stale", 5);
    close_port(bench);
    assert_int_equal(ioctl(bench->pty.slave, TIOCGEXCL, &exclusive), 0);
    assert_int_equal(exclusive, 0);
    assert_int_equal(tcgetattr(bench->pty.slave, &tio), 0);
    assert_int_equal(tio.c_lflag & (ICANON | ECHO), 0);
    open_port(bench);
    pty_write(&bench->pty, "fresh", 5);
    expect(bench, "fresh");
}

/* A byte at a time: the program never finds two. */
static void test_one_byte(void **state)
{
    struct bench *bench = *state;
    char got[8];
    size_t length = 0;

    open_port(bench);
    bench->pty.one_byte = true;
    pty_write(&bench->pty, "hello", 5);
    for (unsigned i = 0; i < PATIENCE_MS * 10 && length < 5; i++) {
        ssize_t n = read(bench->fd, got + length, sizeof(got) - length);

        assert_true(n <= 1);
        length += n > 0 ? (size_t)n : 0;
        turn(bench);
        usleep(n > 0 ? 0 : 100);
    }
    assert_int_equal(length, 5);
    assert_memory_equal(got, "hello", 5);
}

/* Without reading, what comes waits in the kernel. */
static void test_not_reading(void **state)
{
    struct bench *bench = *state;

    open_port(bench);
    pty_set_reading(&bench->pty, false);
    assert_int_equal(write(bench->fd, "wait", 4), 4);
    for (unsigned i = 0; i < 5; i++)
        turn(bench);
    assert_int_equal(bench->n_got, 0);
    pty_set_reading(&bench->pty, true);
    for (unsigned i = 0; i < PATIENCE_MS && bench->n_got < 4; i++) {
        turn(bench);
        usleep(bench->n_got < 4 ? 1000 : 0);
    }
    assert_memory_equal(bench->got, "wait", 4);
}

/* The link is there while the port is; a program that has it open sees it go. */
static void test_unplug(void **state)
{
    struct bench *bench = *state;
    char byte, target[64] = "";

    assert_true(readlink(bench->link, target, sizeof(target) - 1) > 0);
    assert_string_equal(target, bench->pty.path);
    assert_int_equal(pty_plug(&bench->pty), 0); /* it is */
    open_port(bench);
    pty_unplug(&bench->pty);
    assert_true(read(bench->fd, &byte, 1) <= 0);
    assert_int_equal(access(bench->link, F_OK), -1);
    close(bench->fd);
    pty_unplug(&bench->pty);
    pty_write(&bench->pty, "x", 1);
    assert_int_equal(symlink("/nonexistent", bench->link), 0); /* an older one is replaced */
    assert_int_equal(pty_plug(&bench->pty), 0);
    open_port(bench);
    pty_write(&bench->pty, "back", 4);
    expect(bench, "back");
}

static void test_links_that_cannot_be(void **state)
{
    struct bench *bench = *state;
    static char link[PATH_MAX + 1];
    struct pty pty;

    memset(link, 'a', PATH_MAX);
    assert_int_equal(
        pty_init(&pty, bench->loop, bench->monitor, link, on_input, bench), -ENAMETOOLONG);
    assert_int_equal(
        pty_init(&pty, bench->loop, bench->monitor, "/nonexistent/x", on_input, bench), 0);
    assert_int_equal(pty_plug(&pty), -ENOENT);
    assert_int_equal(pty.master, -1);
    pty_fini(&pty);
    pty_fini(&(struct pty){.loop = NULL});
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_bytes),
        UNIT(test_nobody_there),
        UNIT(test_nobody_reads),
        UNIT(test_reopen),
        UNIT(test_one_byte),
        UNIT(test_not_reading),
        UNIT(test_unplug),
        UNIT(test_links_that_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
