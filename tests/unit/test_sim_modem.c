#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/control_command.h"
#include "sim/network.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

/* A modem on a real pty, its loop turned by hand; the handset writes to a file of its own. */
struct bench {
    struct loop *loop;
    struct pty_monitor *monitor;
    struct handset *handset;
    struct modem modem;
    char handset_path[64];
    int fd; /* the user's side */
};

static void open_port(struct bench *bench)
{
    struct termios tio;

    bench->fd = open(bench->modem.pty.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(bench->fd >= 0);
    assert_int_equal(tcgetattr(bench->fd, &tio), 0);
    cfmakeraw(&tio);
    assert_int_equal(tcsetattr(bench->fd, TCSANOW, &tio), 0);
}

static int set_up(void **state)
{
    static const struct modem_config config = {.imei = "350000000000006",
        .imsi = "404450000000000",
        .iccid = "8991000000000000000",
        .operator_name = "Sim Telecom",
        .smsc = "+919800000001",
        .pin = "1234",
        .signal = 20,
        .registration = 1,
        .fail = -1,
        .first_mr = 7};
    struct modem_config chosen = config;
    struct bench *bench = calloc(1, sizeof(*bench));
    struct handset_options options = {.path = bench->handset_path};
    int fd;

    memcpy(bench->handset_path, "/tmp/handset.XXXXXX", 20);
    fd = mkstemp(bench->handset_path);
    assert_true(fd >= 0);
    close(fd);
    chosen.persona = persona_find("generic");
    assert_int_equal(loop_new(&bench->loop, &clock_system), 0);
    assert_int_equal(pty_monitor_new(&bench->monitor, bench->loop), 0);
    assert_int_equal(handset_new(&bench->handset, &options), 0);
    assert_int_equal(modem_init(&bench->modem, bench->loop, bench->monitor, bench->handset,
                         "modem0", NULL, &chosen),
        0);
    assert_int_equal(modem_plug(&bench->modem), 0);
    open_port(bench);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    close(bench->fd);
    modem_fini(&bench->modem);
    handset_free(bench->handset);
    pty_monitor_free(bench->monitor);
    loop_free(bench->loop);
    (void)unlink(bench->handset_path);
    free(bench);
    return 0;
}

#define PATIENCE_MS 5000
#define SETTLE_MS 10

/* What the modem says: at least `n_wanted` bytes if it has so much to say, and what follows at once. */
static void read_answer(struct bench *bench, size_t n_wanted, char *ret, size_t size)
{
    size_t length = 0;

    for (unsigned waited_ms = 0; length < size - 1; waited_ms++) {
        struct pollfd pollfd = {.fd = bench->fd, .events = POLLIN};
        ssize_t n;

        if (waited_ms >= (length < n_wanted ? PATIENCE_MS : SETTLE_MS))
            break;
        assert_true(loop_run_once(bench->loop) >= 0);
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

static void expect_handset(const struct bench *bench, const char *part)
{
    char text[4096] = "";
    FILE *file = fopen(bench->handset_path, "re");

    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    (void)fclose(file);
    if (!strstr(text, part))
        fail_msg("the handset shows \"%s\", expected %s", text, part);
}

#define HELLO "0021000B916407281553F8000005C8329BFD06"

static void test_send(void **state)
{
    struct bench *bench = *state;

    unlock(bench);
    expect(bench, "AT+CMGS=18\r", "\r\n> ");
    expect(bench, HELLO "\x1a", "\r\n+CMGS: 7\r\n" SAYS_OK);
    expect_handset(bench, "\"to\":\"+46708251358\",\"text\":\"Hello\",\"encoding\":\"gsm7\"");
    expect(bench, "AT+CMGS=17\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 304\r\n");
    expect(bench, "AT+CMGS=18\r" HELLO "0\x1a", "\r\n> \r\n+CMS ERROR: 304\r\n");
    expect(bench, "AT+CMGS=18\r" HELLO "\x1b" "AT\r", "\r\n> " SAYS_OK SAYS_OK);
    assert_int_equal(bench->modem.stats.sms_sent, 1);
    bench->modem.config.fail = 38;
    expect(bench, "AT+CMGS=18\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 38\r\n");
    bench->modem.config.fail = -1;
    modem_set_registration(&bench->modem, 3);
    expect(bench, "AT+CMGS=18\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 331\r\n");
    modem_set_registration(&bench->modem, 6);
    bench->modem.drop_result = true;
    expect(bench, "AT+CMGS=18\r" HELLO "\x1a", "\r\n> ");
    expect(bench, "AT\r", SAYS_OK);
    assert_int_equal(bench->modem.stats.sms_sent, 2);
}

static void test_report(void **state)
{
    struct bench *bench = *state;
    char text[512];

    unlock(bench);
    bench->modem.config.reports = true;
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
    assert_int_equal(network_deliver(&bench->modem, "+46708251358", "Hello"), 0);
    expect(bench, "AT+CPMS?\r",
        "\r\n+CMTI: \"SM\",1\r\n\r\n+CPMS: \"SM\",1,20,\"SM\",1,20,\"SM\",1,20\r\n" SAYS_OK);
    expect(bench, "AT+CMGF=1;+CMGD=?\r", "\r\n+CMGD: (1-20),(0-4)\r\n" SAYS_OK);
    expect(bench, "AT+CMGF=0;+CMGD=1\r", SAYS_OK);
    expect(bench, "AT+CMGL=4\r", SAYS_OK);
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(network_deliver(&bench->modem, "1", "x"), 0);
    assert_int_equal(network_deliver(&bench->modem, "1", "x"), -ENOSPC);
}

/* What is not read for long is dropped, and the modem is there again when somebody reads. */
static void test_nobody_reads(void **state)
{
    struct bench *bench = *state;
    char rest[8192];

    assert_true(loop_run_once(bench->loop) >= 0); /* notices that the port is open */
    for (unsigned i = 0; i < 20000; i++)
        modem_urc_now(&bench->modem, "^RSSI: 12");
    assert_true(bench->modem.pty.dropped_octets > 0);
    do
        read_answer(bench, 0, rest, sizeof(rest));
    while (rest[0] != '\0');
    expect(bench, "AT\r", "AT\r" SAYS_OK);
}

/* A program that leaves takes its lock and what was not read along. */
static void test_reopen(void **state)
{
    struct bench *bench = *state;
    char rest[64];
    int exclusive;

    assert_true(loop_run_once(bench->loop) >= 0); /* notices that the port is open */
    assert_int_equal(ioctl(bench->fd, TIOCEXCL), 0);
    modem_urc_now(&bench->modem, "stale");
    close(bench->fd);
    assert_true(loop_run_once(bench->loop) >= 0);
    assert_true(loop_run_once(bench->loop) >= 0); /* what was deferred */
    assert_int_equal(ioctl(bench->modem.pty.slave, TIOCGEXCL, &exclusive), 0);
    assert_int_equal(exclusive, 0);
    modem_urc_now(&bench->modem, "to nobody");
    open_port(bench);
    read_answer(bench, 0, rest, sizeof(rest));
    assert_string_equal(rest, "");
    expect(bench, "AT\r", "AT\r" SAYS_OK);
}

static void test_unplug(void **state)
{
    struct bench *bench = *state;
    char byte;

    modem_unplug(&bench->modem);
    assert_true(read(bench->fd, &byte, 1) <= 0);
    close(bench->fd);
    assert_int_equal(modem_plug(&bench->modem), 0);
    open_port(bench);
    expect(bench, "AT\r", "AT\r" SAYS_OK);
}

static void control(struct bench *bench, const char *line, const char *expected)
{
    char *answer = NULL;

    assert_int_equal(control_command_run(&bench->modem, 1, line, &answer), 0);
    if (!strstr(answer, expected) || strchr(answer, '\n') != answer + strlen(answer) - 1)
        fail_msg("%s: %s, expected %s", line, answer, expected);
    free(answer);
}

static void test_control_answers(void **state)
{
    static const struct {
        const char *line;
        const char *expected;
    } rows[] = {
        {"stats modem0", "\"pin_tries\":3"},
        {"stats", "{\"ok\":true,\"modems\":[{\"modem\":\"modem0\""},
        {"", "{\"error\":\"expected one of unplug"},
        {"bogus modem0", "{\"error\":\"expected one of unplug"},
        {"mute modem9 on", "{\"error\":\"expected a modem"},
        {"mute modem0 perhaps", "{\"error\":\"expected on or off\"}"},
        {"registration modem0 11", "{\"error\":"},
        {"cmgs-ms modem0 -1", "{\"error\":\"expected milliseconds\"}"},
        {"fail modem0 x", "{\"error\":"},
        {"noise modem0 ^RSSI 5", "{\"error\":"},
        {"noise modem0 \"open 5", "{\"error\":"},
        {"receive modem0 123", "{\"error\":\"expected FROM TEXT\"}"},
        {"receive modem0 123 hi", "{\"error\":\"expected a registered modem\"}"},
        {"cmgs-ms modem0 3000", "{\"ok\":true}\n"},
        {"fail modem0 38", "{\"ok\":true}\n"},
        {"fail modem0 off", "{\"ok\":true}\n"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        control(*state, rows[i].line, rows[i].expected);
}

static void test_control_faults(void **state)
{
    struct bench *bench = *state;

    unlock(bench);
    control(bench, "mute modem0 on", "ok");
    expect(bench, "AT\r", "");
    for (unsigned i = 0; i < 50; i++) /* swallowed by now, also on a busy machine */
        expect(bench, "", "");
    control(bench, "mute modem0 off", "ok");
    expect(bench, "AT\r", SAYS_OK);
    control(bench, "inject modem0 ^RSSI: 12", "ok");
    expect(bench, "AT\r", "\r\n^RSSI: 12\r\n" SAYS_OK);
    expect(bench, "AT+CREG=1\r", SAYS_OK);
    control(bench, "registration modem0 3", "ok");
    expect(bench, "AT+CREG?\r", "\r\n+CREG: 3\r\n\r\n+CREG: 1,3\r\n" SAYS_OK);
    control(bench, "registration modem0 1", "ok");
    control(bench, "one-byte modem0 on", "ok");
    expect(bench, "AT\r", "\r\n+CREG: 1\r\n" SAYS_OK);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_commands),
        UNIT(test_send),
        UNIT(test_report),
        UNIT(test_receive),
        UNIT(test_nobody_reads),
        UNIT(test_reopen),
        UNIT(test_unplug),
        UNIT(test_control_answers),
        UNIT(test_control_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
