/* A simulated modem as its user meets it, through a true pty. */
#include "sim_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>

/* A modem on a real pty, its loop turned by hand. */
struct bench {
    struct sim_bench *sim;
    int fd; /* the user's side */
};

static void open_port(struct bench *bench)
{
    struct termios tio;

    bench->fd = open(bench->sim->modem.pty.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(bench->fd >= 0);
    assert_int_equal(tcgetattr(bench->fd, &tio), 0);
    cfmakeraw(&tio);
    assert_int_equal(tcsetattr(bench->fd, TCSANOW, &tio), 0);
}

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    bench->sim = sim_bench_new("generic", "1234", &clock_system);
    open_port(bench);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    close(bench->fd);
    sim_bench_free(bench->sim);
    free(bench);
    return 0;
}

#define PATIENCE_MS 5000
#define SETTLE_MS 10

/* What the modem says: at least `n_wanted` bytes if it has so much to say, and what follows at
 * once. */
static void read_answer(struct bench *bench, size_t n_wanted, char *ret, size_t size)
{
    size_t length = 0;

    for (unsigned waited_ms = 0; length < size - 1; waited_ms++) {
        struct pollfd pollfd = {.fd = bench->fd, .events = POLLIN};
        ssize_t n;

        if (waited_ms >= (length < n_wanted ? PATIENCE_MS : SETTLE_MS))
            break;
        assert_true(loop_run_once(bench->sim->loop) >= 0);
        if (poll(&pollfd, 1, 1) <= 0)
            continue;
        n = read(bench->fd, ret + length, size - 1 - length);
        length += n > 0 ? (size_t)n : 0;
        waited_ms = 0;
    }
    ret[length] = '\0';
}

static void expect(struct bench *bench, const char *line, const char *expected)
{
    char answer[8192];

    assert_int_equal(write(bench->fd, line, strlen(line)), strlen(line));
    read_answer(bench, strlen(expected), answer, sizeof(answer));
    if (strcmp(answer, expected) != 0)
        fail_msg("%s: \"%s\", expected \"%s\"", line, answer, expected);
}

#define SAYS_OK "\r\nOK\r\n"

/* The forms are those of ITU-T V.250 §5 and §6, 3GPP TS 27.007 and TS 27.005. */
static void test_commands(void **state)
{
    static const struct {
        const char *line;
        const char *expected;
    } rows[] = {
        {"AT\r", "AT\r" SAYS_OK},
        {"ATE0\r", "ATE0\r" SAYS_OK},
        {"AT+CIMI\r", "\r\nERROR\r\n"},
        {"AT+CMEE=1\r", SAYS_OK},
        {"AT+CIMI\r", "\r\n+CME ERROR: 11\r\n"},
        {"AT+CMGS=18\r", "\r\n+CMS ERROR: 311\r\n"},
        {"AT+CPIN?\r", "\r\n+CPIN: SIM PIN\r\n" SAYS_OK},
        {"AT+CPIN=\"0000\"\r", "\r\n+CME ERROR: 16\r\n"},
        {"AT+CPINR\r", "\r\n+CPINR: SIM PIN,2,3\r\n\r\n+CPINR: SIM PUK,10,10\r\n" SAYS_OK},
        {"AT+CREG=1;+CREG?\r", "\r\n+CREG: 1,0\r\n" SAYS_OK},
        {"AT+CPIN=\"1234\"\r", SAYS_OK "\r\n+CREG: 1\r\n"},
        {"AT+CPIN?\r", "\r\n+CPIN: READY\r\n" SAYS_OK},
        {"AT+CMEE=2;+CPIN=\"1\"\r", "\r\n+CME ERROR: operation not allowed\r\n"},
        {"AT+NOSUCH;+CSQ\r", "\r\nERROR\r\n"},
        {"AT+CSQ;+NOSUCH;+CSQ\r", "\r\n+CSQ: 20,99\r\n\r\nERROR\r\n"},
        {"AT+CMGF=?\r", "\r\n+CMGF: (0,1)\r\n" SAYS_OK},
        {"AT+CMGF=7\r", "\r\n+CME ERROR: incorrect parameters\r\n"},
        {"AT+CNMI=2,1,0,1;+CNMI?\r", "\r\n+CNMI: 2,1,0,1,0\r\n" SAYS_OK},
        {"AT+CSCA?\r", "\r\n+CSCA: \"+919800000001\",145\r\n" SAYS_OK},
        {"AT+CMGR=1\r", "\r\n+CMS ERROR: invalid memory index\r\n"},
        {"AXT\bT\b\b\bAT\r", SAYS_OK},
        {"garbage\r", ""},
        {"half a line\x1b" "AT\r", SAYS_OK},
        {"AT\r\nAT\r\n", SAYS_OK SAYS_OK},
        {"ATV0\r", "0\r"},
        {"ATV1\r", SAYS_OK},
        {"ATQ1\r", ""},
        {"ATQ0\r", SAYS_OK},
        {"AT&F\r", SAYS_OK},
        {"AT\r", "AT\r" SAYS_OK},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        expect(*state, rows[i].line, rows[i].expected);
}

static void unlock(struct bench *bench)
{
    expect(bench, "ATE0\r", "ATE0\r" SAYS_OK);
    expect(bench, "AT+CPIN=\"1234\"\r", SAYS_OK);
}

#define HELLO "0021000B916407281553F8000005C8329BFD06"

static void test_send(void **state)
{
    struct bench *bench = *state;

    unlock(bench);
    expect(bench, "AT+CMGS=18\r", "\r\n> ");
    expect(bench, HELLO "\x1a", "\r\n+CMGS: 7\r\n" SAYS_OK);
    assert_non_null(strstr(sim_handset_shows(bench->sim),
        "\"to\":\"+46708251358\",\"text\":\"Hello\",\"encoding\":\"gsm7\""));
    expect(bench, "AT+CMGS=17\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 304\r\n");
    expect(bench, "AT+CMGS=18\r" HELLO "0\x1a", "\r\n> \r\n+CMS ERROR: 304\r\n");
    expect(bench, "AT+CMGS=18\r" HELLO "\x1b" "AT\r", "\r\n> " SAYS_OK SAYS_OK);
    assert_int_equal(bench->sim->modem.stats.sms_sent, 1);
    bench->sim->modem.config.fail = 38;
    expect(bench, "AT+CMGS=18\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 38\r\n");
    bench->sim->modem.config.fail = -1;
    modem_set_registration(&bench->sim->modem, 3);
    expect(bench, "AT+CMGS=18\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 331\r\n");
    modem_set_registration(&bench->sim->modem, 6);
    bench->sim->modem.drop_result = true;
    expect(bench, "AT+CMGS=18\r" HELLO "\x1a", "\r\n> ");
    expect(bench, "AT\r", SAYS_OK);
    assert_int_equal(bench->sim->modem.stats.sms_sent, 2);
}

static void test_report(void **state)
{
    struct bench *bench = *state;
    char text[512];

    unlock(bench);
    bench->sim->modem.config.reports = true;
    expect(bench, "AT+CNMI=2,1,0,1,0\r", SAYS_OK);
    expect(bench, "AT+CMGS=18\r", "\r\n> ");
    assert_int_equal(write(bench->fd, HELLO "\x1a", sizeof(HELLO)), sizeof(HELLO));
    read_answer(bench, 90, text, sizeof(text));
    /* TPDU: 06 mr address times status */
    assert_non_null(strstr(text, "\r\n+CMGS: 7\r\n" SAYS_OK "\r\n+CDS: 25\r\n"));
    assert_non_null(strstr(text, "06070B916407281553F8"));
}

static void test_receive(void **state)
{
    struct bench *bench = *state;

    unlock(bench);
    expect(bench, "AT+CNMI=2,1\r", SAYS_OK);
    assert_int_equal(network_deliver(&bench->sim->modem, "+46708251358", "Hello"), 0);
    expect(bench, "AT+CPMS?\r",
        "\r\n+CMTI: \"SM\",1\r\n\r\n+CPMS: \"SM\",1,20,\"SM\",1,20,\"SM\",1,20\r\n" SAYS_OK);
    expect(bench, "AT+CMGF=1;+CMGD=?\r", "\r\n+CMGD: (1-20),(0-4)\r\n" SAYS_OK);
    expect(bench, "AT+CMGF=0;+CMGD=1\r", SAYS_OK);
    expect(bench, "AT+CMGL=4\r", SAYS_OK);
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(network_deliver(&bench->sim->modem, "1", "x"), 0);
    assert_int_equal(network_deliver(&bench->sim->modem, "1", "x"), -ENOSPC);
}

static void test_unplug(void **state)
{
    struct bench *bench = *state;
    char byte;

    modem_unplug(&bench->sim->modem);
    assert_true(read(bench->fd, &byte, 1) <= 0);
    close(bench->fd);
    assert_int_equal(modem_plug(&bench->sim->modem), 0);
    open_port(bench);
    expect(bench, "AT\r", "AT\r" SAYS_OK);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_commands),
        UNIT(test_send),
        UNIT(test_report),
        UNIT(test_receive),
        UNIT(test_unplug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
