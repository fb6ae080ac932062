/* The AT channel: lines, echo, results, prompts, delays, and what arrives meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_bench.h"

#include "fake_pty.h"
#include "fake_time.h"

#define SAYS_OK "\r\nOK\r\n"
#define HELLO "0021000B916407281553F8000005C8329BFD06"

static struct sim_bench *begin(const char *persona)
{
    struct sim_bench *bench = sim_bench_new(persona, "", &fake_clock);

    fake_pass(bench->loop, 2 * USEC_PER_SEC);
    (void)fake_take_said();
    return bench;
}

static void type(struct sim_bench *bench, const char *bytes)
{
    channel_input(&bench->modem.channel, bytes, strlen(bytes));
}

struct row {
    const char *typed, *said;
};

static void check(struct sim_bench *bench, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *said;

        type(bench, rows[i].typed);
        said = fake_take_said();
        if (strcmp(said, rows[i].said) != 0)
            fail_msg("%s: \"%s\", expected \"%s\"", rows[i].typed, said, rows[i].said);
    }
}

/* V.250 §5.2, §5.7, §6.2: echo, line feeds, corrections, result codes in words and numbers. */
static void test_lines(void **state)
{
    static const struct row rows[] = {
        {"AT\r", "AT\r" SAYS_OK},
        {"AT", "AT"},
        {"\r", "\r" SAYS_OK},
        {"ATE0\r", "ATE0\r" SAYS_OK},
        {"AT\r", SAYS_OK},
        {"\nAT\r\n", SAYS_OK},
        {"AXT\bT\b\b\bAT\r", SAYS_OK},
        {"\b\x7f"
         "AT\r",
            SAYS_OK},
        {"noise AT\r", SAYS_OK},
        {"garbage\r", ""},
        {"\r", ""},
        {"AT+NO\x1b"
         "AT\r",
            SAYS_OK},
        {"AT+NO\x1a"
         "AT\r",
            SAYS_OK},
        {"ATV0\r", "0\r"},
        {"AT+NOSUCH\r", "4\r"},
        {"ATD1;\r", "3\r"},
        {"ATV1\r", SAYS_OK},
        {"ATD1;\r", "\r\nNO CARRIER\r\n"},
        {"AT+NOSUCH\r", "\r\nERROR\r\n"},
        {"AT+CSQ\r", "\r\n+CSQ: 20,99\r\n" SAYS_OK},
        {"ATQ1\r", ""},
        {"AT+CSQ\r", "\r\n+CSQ: 20,99\r\n"},
        {"ATQ0\r", SAYS_OK},
        {"AT\rAT\r", SAYS_OK SAYS_OK},
    };
    struct sim_bench *bench = begin("generic");

    (void)state;
    check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* TS 27.007 §9.1: +CMEE for +CME, and for +CMS only whether it is a number or words. */
static void test_errors(void **state)
{
    static const struct row rows[] = {
        {"ATE0\r", "ATE0\r" SAYS_OK},
        {"AT+CMGF=7\r", "\r\nERROR\r\n"},
        {"AT+CMGR=1\r", "\r\n+CMS ERROR: 321\r\n"},
        {"AT+CMEE=1\r", SAYS_OK},
        {"AT+CMGF=7\r", "\r\n+CME ERROR: 50\r\n"},
        {"AT+CMGR=1\r", "\r\n+CMS ERROR: 321\r\n"},
        {"AT+CMEE=2\r", SAYS_OK},
        {"AT+CMGF=7\r", "\r\n+CME ERROR: incorrect parameters\r\n"},
        {"AT+CMGR=1\r", "\r\n+CMS ERROR: invalid memory index\r\n"},
        {"AT+CMEE=1;V0\r", "0\r"},
        {"AT+CMGF=7\r", "\r\n+CME ERROR: 50\r\n"},
    };
    struct sim_bench *bench = begin("generic");

    (void)state;
    check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* TS 27.005 §3.5.1: the prompt, corrections, Ctrl-Z and ESC; line breaks belong to the text. */
static void test_entry(void **state)
{
    static const struct row rows[] = {
        {"ATE0\r", "ATE0\r" SAYS_OK},
        {"AT+CMGS=18\r", "\r\n> "},
        {HELLO, ""},
        {"\x1a", "\r\n+CMGS: 7\r\n" SAYS_OK},
        {"AT+CMGS=18\r" HELLO "9\b\r\n\x1a", "\r\n> \r\n+CMGS: 8\r\n" SAYS_OK},
        {"AT+CMGS=18\r" HELLO "\x1b", "\r\n> " SAYS_OK},
        {"AT+CMGS=18\r\x1a", "\r\n> \r\n+CMS ERROR: 304\r\n"},
        {"AT+CSQ;+CMGS=18\r", "\r\n+CSQ: 20,99\r\n\r\n> "},
        {"\x1b"
         "AT\r",
            SAYS_OK SAYS_OK},
        {"ATE1\r", SAYS_OK},
        {"AT+CMGS=18\r" HELLO "\x1a", "AT+CMGS=18\r\r\n> " HELLO "\r\n+CMGS: 9\r\n" SAYS_OK},
    };
    struct sim_bench *bench = begin("generic");

    (void)state;
    check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* Makes whose prompt is another, and whose echo cannot be turned off. */
static void test_makes(void **state)
{
    static const struct row of_ublox[] = {{"ATE0\r", "ATE0\r" SAYS_OK}, {"AT+CMGS=18\r", ""}};
    static const struct row of_awkward[] = {
        {"ATE0\r", "ATE0\r" SAYS_OK},
        {"AT\r", "AT\r" SAYS_OK},
        {"AT+NOSUCH\r", "AT+NOSUCH\r\r\nCOMMAND NOT SUPPORT\r\n"},
    };
    struct sim_bench *bench = begin("ublox");

    (void)state;
    check(bench, of_ublox, ARRAY_SIZE(of_ublox));
    fake_pass(bench->loop, 99 * USEC_PER_MSEC);
    assert_string_equal(fake_take_said(), "");
    fake_pass(bench->loop, USEC_PER_MSEC);
    assert_string_equal(fake_take_said(), "\r\n>");
    sim_bench_free(bench);
    bench = begin("awkward");
    check(bench, of_awkward, ARRAY_SIZE(of_awkward));
    sim_bench_free(bench);
}

/* One thing at a time: what arrives while an answer is due waits, and is echoed in its turn. */
static void test_delays(void **state)
{
    struct sim_bench *bench = begin("generic");

    (void)state;
    bench->modem.config.cmd_ms = 30;
    bench->modem.config.prompt_ms = 20;
    bench->modem.config.cmgs_ms = 500;
    type(bench, "AT\rAT+CMGS=18\r" HELLO "\x1a");
    assert_string_equal(fake_take_said(), "AT\r");
    fake_pass(bench->loop, 29 * USEC_PER_MSEC);
    assert_string_equal(fake_take_said(), "");
    fake_pass(bench->loop, USEC_PER_MSEC);
    assert_string_equal(fake_take_said(), SAYS_OK "AT+CMGS=18\r");
    fake_pass(bench->loop, 20 * USEC_PER_MSEC);
    assert_string_equal(fake_take_said(), "\r\n> " HELLO);
    fake_pass(bench->loop, 499 * USEC_PER_MSEC);
    assert_string_equal(fake_take_said(), "");
    fake_pass(bench->loop, USEC_PER_MSEC);
    assert_string_equal(fake_take_said(), "\r\n+CMGS: 7\r\n" SAYS_OK);
    sim_bench_free(bench);
}

/* An unsolicited line never stands inside a line, a text or an answer. */
static void test_urcs(void **state)
{
    struct sim_bench *bench = begin("generic");
    struct channel *channel = &bench->modem.channel;

    (void)state;
    type(bench, "ATE0\r");
    (void)fake_take_said();
    channel_urc(channel, "RING", 4);
    assert_string_equal(fake_take_said(), "\r\nRING\r\n");
    type(bench, "A");
    channel_urc(channel, "RING", 4);
    channel_urc(channel, "+CREG: 1", 8);
    assert_string_equal(fake_take_said(), "");
    type(bench, "T\r");
    assert_string_equal(fake_take_said(), SAYS_OK "\r\nRING\r\n\r\n+CREG: 1\r\n");
    type(bench, "AT+CMGS=18\r");
    channel_urc(channel, "RING", 4);
    assert_string_equal(fake_take_said(), "\r\n> ");
    type(bench, "\x1b");
    assert_string_equal(fake_take_said(), SAYS_OK "\r\nRING\r\n");
    type(bench, "x");
    channel_urc(channel, "RING", 4);
    type(bench, "\x1b"); /* a line given up */
    assert_string_equal(fake_take_said(), "\r\nRING\r\n");
    sim_bench_free(bench);
}

static void test_too_long(void **state)
{
    static char line[CHANNEL_LINE_SIZE + 2];
    struct sim_bench *bench = begin("generic");

    (void)state;
    type(bench, "ATE0\r");
    (void)fake_take_said();
    memset(line, 'A', sizeof(line) - 1);
    type(bench, line);
    type(bench, "\r");
    assert_string_equal(fake_take_said(), "\r\nERROR\r\n");
    type(bench, "AT\r");
    assert_string_equal(fake_take_said(), SAYS_OK);
    type(bench, "AT+CMGS=18\r");
    memset(line, '0', sizeof(line) - 1);
    type(bench, line);
    (void)fake_take_said();
    type(bench, "\x1a");
    assert_string_equal(fake_take_said(), "\r\n+CMS ERROR: 305\r\n");
    type(bench, "AT\r");
    assert_string_equal(fake_take_said(), SAYS_OK);
    sim_bench_free(bench);
}

/* The queue is bounded: reading stops before it is full, and goes on when it is worked off. */
static void test_queue(void **state)
{
    struct sim_bench *bench = begin("generic");

    (void)state;
    bench->modem.config.cmd_ms = 10;
    type(bench, "ATE0\r");
    for (unsigned n = 0; n < CHANNEL_QUEUE_SIZE; n += 4) {
        assert_int_equal(bench->modem.pty.reading, n + PTY_INPUT_CHUNK <= CHANNEL_QUEUE_SIZE);
        type(bench, "ABC\r");
    }
    type(bench, "AT\r"); /* no room: lost */
    assert_false(bench->modem.pty.reading);
    fake_pass(bench->loop, 100 * USEC_PER_MSEC);
    assert_true(bench->modem.pty.reading);
    assert_string_equal(fake_take_said(), "ATE0\r" SAYS_OK);
    sim_bench_free(bench);
}

static void test_muted(void **state)
{
    static const struct row rows[] = {{"AT\r", ""}, {"AT+CSQ\r", ""}};
    struct sim_bench *bench = begin("generic");

    (void)state;
    bench->modem.muted = true;
    check(bench, rows, ARRAY_SIZE(rows));
    channel_urc(&bench->modem.channel, "RING", 4);
    assert_string_equal(fake_take_said(), "");
    bench->modem.muted = false;
    type(bench, "AT\r");
    assert_string_equal(fake_take_said(), "AT\r" SAYS_OK);
    sim_bench_free(bench);
}

/* At power-up nothing is left of what was under way. */
static void test_reset(void **state)
{
    struct sim_bench *bench = begin("generic");

    (void)state;
    bench->modem.config.cmd_ms = 10;
    type(bench, "AT+CSQ\rAT+CM");
    channel_urc(&bench->modem.channel, "RING", 4);
    (void)fake_take_said();
    channel_reset(&bench->modem.channel);
    fake_pass(bench->loop, USEC_PER_SEC);
    assert_string_equal(fake_take_said(), "");
    bench->modem.config.cmd_ms = 0;
    type(bench, "AT\r");
    assert_string_equal(fake_take_said(), "AT\r" SAYS_OK);
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_entry),
        cmocka_unit_test(test_makes),
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_urcs),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_queue),
        cmocka_unit_test(test_muted),
        cmocka_unit_test(test_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
