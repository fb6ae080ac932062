#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/modem.h"
#include "sim/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>

static void test_language(void **state _unused_)
{
    static const struct {
        const char *text;
        const char *error; /* its beginning; NULL: taken */
    } rows[] = {
        {"", NULL},
        {"# only a remark\n\n   \n", NULL},
        {"expect AT+CSQ\nreply +CSQ: 5,99\nreply OK\n", NULL},
        {"expect AT+CMGS=*\nraw \\r\\n> \nexpect text\ndrop\nhangup\ndelay 500\nplug", NULL},
        {"expect AT\r\npass\r\n", NULL},
        {"raw \\x1a\\x0D\\\\", NULL},
        {"expect", "1: expected a command line"},
        {"expct AT\n", "1: expected expect, pass"},
        {"EXPECT AT\n", "1: expected expect, pass"},
        {"expecting-much-too-long-a-verb AT\n", "1: expected expect, pass"},
        {"\n# x\nreply\n", "3: expected a line"},
        {"urc", "1: expected a line"},
        {"raw \\q", "1: expected bytes"},
        {"raw \\x1", "1: expected bytes"},
        {"raw \\", "1: expected bytes"},
        {"raw", "1: expected bytes"},
        {"delay", "1: expected milliseconds"},
        {"delay 0", "1: expected milliseconds"},
        {"delay 5s", "1: expected milliseconds"},
        {"hangup now", "1: expected nothing"},
        {"pass on", "1: expected nothing"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct scenario *scenario = NULL;
        char error[128] = "";
        int r = scenario_new(&scenario, rows[i].text, error, sizeof(error));

        if (r != (rows[i].error ? -EINVAL : 0) ||
            strncmp(error, rows[i].error ? rows[i].error : "",
                rows[i].error ? strlen(rows[i].error) : 1) != 0)
            fail_msg("row %zu: %d, %s", i, r, error);
        scenario_free(scenario);
    }
}

struct bench {
    struct loop *loop;
    struct pty_monitor *monitor;
    struct handset *handset;
    struct modem modem;
    struct scenario *scenario;
    int fd;
};

static void open_bench(struct bench *bench, const char *script)
{
    const struct modem_config config = {
        .persona = persona_find("generic"), .registration = 1, .fail = -1};
    struct handset_options options = {.path = "/dev/null"};
    struct termios tio;
    char error[64];

    assert_int_equal(loop_new(&bench->loop, &clock_system), 0);
    assert_int_equal(pty_monitor_new(&bench->monitor, bench->loop), 0);
    assert_int_equal(handset_new(&bench->handset, &options), 0);
    assert_int_equal(modem_init(&bench->modem, bench->loop, bench->monitor, bench->handset,
                         "modem0", NULL, &config), 0);
    assert_int_equal(modem_plug(&bench->modem), 0);
    bench->fd = open(bench->modem.pty.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_int_equal(tcgetattr(bench->fd, &tio), 0);
    cfmakeraw(&tio);
    assert_int_equal(tcsetattr(bench->fd, TCSANOW, &tio), 0);
    for (int i = 0; i < 20; i++)
        loop_run_once(bench->loop); /* until it has noticed that it is open */
    bench->modem.settings.echo = 0;
    assert_int_equal(scenario_new(&bench->scenario, script, error, sizeof(error)), 0);
    scenario_start(bench->scenario, bench->loop, &bench->modem);
}

static void close_bench(struct bench *bench)
{
    close(bench->fd);
    modem_fini(&bench->modem);
    scenario_free(bench->scenario);
    handset_free(bench->handset);
    pty_monitor_free(bench->monitor);
    loop_free(bench->loop);
}

/* What is said for `line`, until `expected` is there or two seconds are over. */
static void expect(struct bench *bench, const char *line, const char *expected)
{
    char answer[256] = "";
    size_t n_answer = 0;

    assert_int_equal(write(bench->fd, line, strlen(line)), strlen(line));
    for (int i = 0; i < 2000 && n_answer < strlen(expected); i++) {
        struct pollfd pollfd = {.fd = bench->fd, .events = POLLIN};
        ssize_t n;

        loop_run_once(bench->loop);
        if (poll(&pollfd, 1, 1) <= 0)
            continue;
        n = read(bench->fd, answer + n_answer, sizeof(answer) - 1 - n_answer);
        n_answer += n > 0 ? (size_t)n : 0;
    }
    answer[n_answer] = '\0';
    if (strcmp(answer, expected) != 0)
        fail_msg("%s: \"%s\", expected \"%s\"", line, answer, expected);
}

static void test_plays(void **state _unused_)
{
    struct bench bench = {0};

    open_bench(&bench, "expect AT+CSQ\n"
                       "urc ^RSSI: 3\n"
                       "reply +CSQ: 5,99\n"
                       "delay 50\n"
                       "reply OK\n"
                       "expect AT+CGMI\n"
                       "pass\n"
                       "expect AT+CMGS=*\n"
                       "raw \\r\\n>\n"
                       "expect text\n"
                       "reply +CMGS: 9\n"
                       "raw \\x4f\\x4B\\r\\n\n");
    expect(&bench, "AT\r", "\r\nOK\r\n"); /* not waited for: the modem's own */
    expect(&bench, "AT+CSQ\r", "\r\n^RSSI: 3\r\n\r\n+CSQ: 5,99\r\n\r\nOK\r\n");
    expect(&bench, "AT+CGMI\r", "\r\nsmsotp\r\n\r\nOK\r\n");
    expect(&bench, "AT+CMGS=20\r", "\r\n>");
    assert_false(scenario_is_done(bench.scenario));
    expect(&bench, "00\x1A", "\r\n+CMGS: 9\r\nOK\r\n");
    assert_true(scenario_is_done(bench.scenario));
    expect(&bench, "AT\r", "\r\nOK\r\n");
    close_bench(&bench);
}

static void test_hangs_up_and_comes_back(void **state _unused_)
{
    struct bench bench = {0};

    open_bench(&bench, "expect AT\nhangup\ndelay 20\nplug\n");
    assert_int_equal(write(bench.fd, "AT\r", 3), 3);
    for (int i = 0; i < 2000 && bench.modem.pty.master >= 0; i++) {
        loop_run_once(bench.loop);
        poll(NULL, 0, 1);
    }
    assert_int_equal(bench.modem.pty.master, -1);
    for (int i = 0; i < 2000 && !scenario_is_done(bench.scenario); i++) {
        loop_run_once(bench.loop);
        poll(NULL, 0, 1);
    }
    assert_true(bench.modem.pty.master >= 0);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_plays),
        cmocka_unit_test(test_hangs_up_and_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
