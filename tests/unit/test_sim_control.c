/* The control socket: lines in, one line of JSON for each out, and who is turned away. */
#include "sim/control.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "sim_bench.h"

#include "fake_pty.h"

#define LINE_SIZE 65536
#define MAX_CONNECTIONS 32

struct bench {
    struct sim_bench *sim;
    struct control *control;
    char path[80];
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    bench->sim = sim_bench_new("generic", "", &clock_system);
    snprintf(bench->path, sizeof(bench->path), "%s.sock", bench->sim->handset_path);
    assert_int_equal(
        control_new(&bench->control, bench->sim->loop, bench->path, &bench->sim->modem, 1), 0);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    control_free(bench->control);
    assert_int_equal(access(bench->path, F_OK), -1);
    sim_bench_free(bench->sim);
    free(bench);
    return 0;
}

static void turn(struct bench *bench)
{
    for (unsigned i = 0; i < 3; i++)
        assert_true(loop_run_once(bench->sim->loop) >= 0);
}

static int dial(struct bench *bench)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, bench->path, strlen(bench->path) + 1);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    turn(bench);
    return fd;
}

static void say(struct bench *bench, int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    turn(bench);
}

/* What has been answered so far; "gone": the connection was closed. */
static const char *hear(int fd)
{
    static char answer[8192];
    ssize_t n = recv(fd, answer, sizeof(answer) - 1, MSG_DONTWAIT);

    if (n == 0 || (n < 0 && errno != EAGAIN))
        return "gone";
    answer[n > 0 ? n : 0] = '\0';
    return answer;
}

#define DONE "{\"ok\":true}\n"

static void test_lines(void **state)
{
    struct bench *bench = *state;
    int fd = dial(bench);

    say(bench, fd, "mute modem0 on\n");
    assert_string_equal(hear(fd), DONE);
    assert_true(bench->sim->modem.muted);
    say(bench, fd, "mute mod");
    assert_string_equal(hear(fd), "");
    say(bench, fd, "em0 off\nfail modem0 38\nmute modem0 x\nsig");
    assert_string_equal(hear(fd), DONE DONE "{\"error\":\"expected on or off\"}\n");
    assert_false(bench->sim->modem.muted);
    say(bench, fd, "nal modem0 7\n");
    assert_string_equal(hear(fd), DONE);
    assert_int_equal(bench->sim->modem.config.signal, 7);
    say(bench, fd, "\n");
    assert_non_null(strstr(hear(fd), "{\"error\":\"expected one of"));
    close(fd);
    turn(bench);
}

static void test_many(void **state)
{
    struct bench *bench = *state;
    int fds[MAX_CONNECTIONS], more;

    for (unsigned i = 0; i < MAX_CONNECTIONS; i++)
        fds[i] = dial(bench);
    more = dial(bench);
    assert_string_equal(hear(more), "gone");
    close(more);
    say(bench, fds[MAX_CONNECTIONS - 1], "mute modem0 off\n");
    assert_string_equal(hear(fds[MAX_CONNECTIONS - 1]), DONE);
    close(fds[0]);
    turn(bench);
    fds[0] = dial(bench);
    say(bench, fds[0], "mute modem0 off\n");
    assert_string_equal(hear(fds[0]), DONE);
    for (unsigned i = 0; i < MAX_CONNECTIONS; i++)
        close(fds[i]);
}

/* A line without an end is not waited for. */
static void test_endless(void **state)
{
    struct bench *bench = *state;
    static char piece[4096 + 1];
    int fd = dial(bench), other = dial(bench);

    memset(piece, 'x', sizeof(piece) - 1);
    for (unsigned n = 0; n < LINE_SIZE - 4096; n += 4096)
        say(bench, fd, piece);
    assert_string_equal(hear(fd), "");
    say(bench, fd, piece);
    assert_string_equal(hear(fd), "gone");
    say(bench, other, "mute modem0 off\n");
    assert_string_equal(hear(other), DONE);
    close(fd);
    close(other);
}

/* A socket that was left over is replaced; where none can be, that is said. */
static void test_paths(void **state)
{
    struct bench *bench = *state;
    struct control *control = NULL;
    char path[128];
    struct stat st;

    snprintf(path, sizeof(path), "%s.old", bench->path);
    close(creat(path, 0600));
    assert_int_equal(control_new(&control, bench->sim->loop, path, &bench->sim->modem, 1), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISSOCK(st.st_mode));
    control = control_free(control);
    assert_null(control);
    assert_int_equal(access(path, F_OK), -1);
    memset(path, 'a', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(
        control_new(&control, bench->sim->loop, path, &bench->sim->modem, 1), -ENAMETOOLONG);
    assert_int_equal(
        control_new(&control, bench->sim->loop, "/nonexistent/x", &bench->sim->modem, 1), -ENOENT);
    assert_null(control);
}

/* Freed with connections open: they end. */
static void test_end(void **state)
{
    struct bench *bench = *state;
    int fd = dial(bench);

    bench->control = control_free(bench->control);
    assert_string_equal(hear(fd), "gone");
    close(fd);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_lines),
        UNIT(test_many),
        UNIT(test_endless),
        UNIT(test_paths),
        UNIT(test_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
