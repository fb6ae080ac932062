/* Commands of the control socket: what each switches, and what is said against a wrong one. */
#include "sim/control_command.h"

#include "sim_bench.h"

#include "fake_pty.h"
#include "fake_time.h"

static const char *control(struct sim_bench *bench, const char *line)
{
    char *answer = NULL;

    assert_int_equal(control_command_run(&bench->modem, 1, line, &answer), 0);
    assert_ptr_equal(strchr(answer, '\n'), answer + strlen(answer) - 1); /* one line */
    snprintf(bench->answer, sizeof(bench->answer), "%s", answer);
    free(answer);
    return bench->answer;
}

#define DONE "{\"ok\":true}\n"

static void test_errors(void **state)
{
    static const struct {
        const char *line, *expected; /* behind "expected " */
    } rows[] = {
        {"", "one of unplug MODEM, plug MODEM, registration MODEM STAT, "},
        {"bogus modem0", "one of unplug MODEM, plug MODEM, registration MODEM STAT, "},
        {"mut modem0 on", "one of "},
        {"mutes modem0 on", "one of "},
        {"mute", "a modem: modem0, modem1, …"},
        {"mute modem on", "a modem: modem0, modem1, …"},
        {"mute modem01 on", "a modem: modem0, modem1, …"},
        {"stats modem9", "a modem: modem0, modem1, …"},
        {"mute modem0", "on or off"},
        {"mute modem0 perhaps", "on or off"},
        {"drop-result modem0 1 ", "on or off"},
        {"one-byte modem0 ON?", "on or off"},
        {"registration modem0 11", "<stat> from 0 to 10"},
        {"registration modem0", "<stat> from 0 to 10"},
        {"domains modem0 1 2", "three <stat> from 0 to 11: CREG CGREG CEREG, or off"},
        {"domains modem0 1 2 12", "three <stat> from 0 to 11: CREG CGREG CEREG, or off"},
        {"card modem0 away", "out, in, quiet-out, quiet-in, lost, or in ICCID"},
        {"card modem0 inside", "out, in, quiet-out, quiet-in, lost, or in ICCID"},
        {"card modem0 quiet-", "out, in, quiet-out, quiet-in, lost, or in ICCID"},
        {"card modem0 in 899100000000000000001", "an ICCID of at most 20 digits"},
        {"card modem0 lost ", "out, in, quiet-out, quiet-in, lost, or in ICCID"},
        {"cfun modem0 2", "<fun>: 0, 1 or 4"},
        {"cfun modem0", "<fun>: 0, 1 or 4"},
        {"pin-tries modem0 none", "on or off"},
        {"report-status modem0 256", "a TP-ST from 0 to 255"},
        {"cmgs-ms modem0 -1", "milliseconds"},
        {"cmd-ms modem0 86400001", "milliseconds"},
        {"prompt-ms modem0 1s", "milliseconds"},
        {"report-ms modem0 soon", "milliseconds"},
        {"signal modem0 32", "0 to 31, or 99"},
        {"signal modem0 98", "0 to 31, or 99"},
        {"fail modem0 x", "a CMS code, or off"},
        {"fail modem0 65536", "a CMS code, or off"},
        {"noise modem0 ^RSSI 5", "\\\"LINE\\\" MS, or off"},
        {"noise modem0 \"open 5", "\\\"LINE\\\" MS, or off"},
        {"noise modem0 \"^RSSI\"5", "\\\"LINE\\\" MS, or off"},
        {"noise modem0 \"^RSSI\" 0", "\\\"LINE\\\" MS, or off"},
        {"receive modem0 123", "FROM TEXT"},
        {"receive modem0 1234567890123456789012 hi", "FROM TEXT"},
        {"receive modem0 123 \xFF", "TEXT in UTF-8, at most 255 parts"},
        {"time modem0 x", "seconds ahead of this machine's clock, or off"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char expected[256];

        snprintf(expected, sizeof(expected), "{\"error\":\"expected %s", rows[i].expected);
        if (strncmp(control(bench, rows[i].line), expected, strlen(expected)) != 0)
            fail_msg("%s: %s", rows[i].line, bench->answer);
    }
    sim_bench_free(bench);
}

/* What is switched is seen in the modem's next answer. */
static void test_settings(void **state)
{
    static const struct {
        const char *line, *command, *answer;
    } rows[] = {
        {"registration modem0 5", "+CREG?", "+CREG: 0,5|OK"},
        {"registration modem0 10", "+CREG?", "+CREG: 0,10|OK"},
        {"registration modem0 1", "+CREG?", "+CREG: 0,1|OK"},
        {"domains modem0 2 3 11", "+CREG?;+CGREG?;+CEREG?",
            "+CREG: 0,2|+CGREG: 0,3|+CEREG: 0,11|OK"},
        {"domains modem0 off", "+CREG?;+CEREG?", "+CREG: 0,1|+CEREG: 0,1|OK"},
        {"signal modem0 31", "+CSQ", "+CSQ: 31,99|OK"},
        {"signal modem0 99", "+CSQ", "+CSQ: 99,99|OK"},
        {"card modem0 out", "+CPIN?", "CME 10"},
        {"card modem0 in", "+CPIN?;+CCID", "+CPIN: READY|+CCID: 8991000000000000000|OK"},
        {"card modem0 in 8991000000000000001", "+CCID", "+CCID: 8991000000000000001|OK"},
        {"card modem0 lost", "+CREG?;+CPIN?", "+CREG: 0,1|CME 10"},
        {"card modem0 in", "+CREG?", "+CREG: 0,1|OK"},
        {"cfun modem0 4", "+CFUN?;+CREG?", "+CFUN: 4|+CREG: 0,0|OK"},
        {"cfun modem0 1", "+CFUN?;+CREG?", "+CFUN: 1|+CREG: 0,1|OK"},
        {"pin-tries modem0 off", "+CPINR", "ERROR"},
        {"pin-tries modem0 off", "+CSIM=10,\"0020000100\"", "ERROR"},
        {"pin-tries modem0 on", "+CPINR", "+CPINR: SIM PIN,3,3|+CPINR: SIM PUK,10,10|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (strcmp(control(bench, rows[i].line), DONE) != 0)
            fail_msg("%s: %s", rows[i].line, bench->answer);
        if (strcmp(sim_ask(bench, rows[i].command), rows[i].answer) != 0)
            fail_msg("%s: %s", rows[i].line, bench->answer);
    }
    sim_bench_free(bench);
}

static void test_numbers(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);
    struct modem_config *config = &bench->modem.config;

    (void)state;
    assert_string_equal(control(bench, "cmgs-ms modem0 3000"), DONE);
    assert_string_equal(control(bench, "cmd-ms modem0 86400000"), DONE);
    assert_string_equal(control(bench, "prompt-ms modem0 7"), DONE);
    assert_int_equal(config->cmgs_ms, 3000);
    assert_int_equal(config->cmd_ms, 86400000);
    assert_int_equal(config->prompt_ms, 7);
    assert_string_equal(control(bench, "report-ms modem0 9"), DONE);
    assert_true(config->reports);
    assert_int_equal(config->report_ms, 9);
    assert_string_equal(control(bench, "report-ms modem0 off"), DONE);
    assert_false(config->reports);
    assert_string_equal(control(bench, "report-status modem0 70"), DONE);
    assert_int_equal(config->report_status, 0x46);
    assert_string_equal(control(bench, "fail modem0 38"), DONE);
    assert_int_equal(config->fail, 38);
    assert_string_equal(control(bench, "fail modem0 off"), DONE);
    assert_int_equal(config->fail, -1);
    assert_string_equal(control(bench, "mute modem0 on"), DONE);
    assert_true(bench->modem.muted);
    assert_string_equal(control(bench, "mute modem0 off"), DONE);
    assert_false(bench->modem.muted);
    assert_string_equal(control(bench, "drop-result modem0 on"), DONE);
    assert_true(bench->modem.drop_result);
    assert_string_equal(control(bench, "one-byte modem0 on"), DONE);
    assert_true(bench->modem.pty.one_byte);
    assert_string_equal(control(bench, "time modem0 -86400"), DONE);
    assert_int_equal(config->time_ahead_sec, -86400);
    assert_string_equal(control(bench, "time modem0 off"), DONE);
    assert_true(config->time_off);
    sim_bench_free(bench);
}

/* Whoever asked for it is told; a quiet card tells nobody. */
static void test_told(void **state)
{
    static const struct {
        const char *line, *urcs;
    } rows[] = {
        {"registration modem0 3", "+CREG: 3|"},
        {"registration modem0 3", ""},
        {"domains modem0 1 1 1", "+CREG: 1|"},
        {"card modem0 out", "+CPIN: NOT INSERTED|+CREG: 1|"},
        {"card modem0 quiet-in", "+CREG: 1|"},
        {"card modem0 quiet-out", "+CREG: 1|"},
        {"card modem0 in", "+CPIN: READY|+CREG: 1|"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    assert_string_equal(sim_ask(bench, "+CREG=1"), "OK");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_string_equal(control(bench, rows[i].line), DONE);
        if (strcmp(sim_urcs(bench), rows[i].urcs) != 0)
            fail_msg("%s: %s", rows[i].line, bench->answer);
    }
    sim_bench_free(bench);
}

static void test_noise(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    (void)fake_take_said();
    assert_string_equal(control(bench, "inject modem0 ^RSSI: 12, \"x\""), DONE);
    assert_string_equal(fake_take_said(), "\r\n^RSSI: 12, \"x\"\r\n");
    assert_string_equal(control(bench, "noise modem0 \"+X: 1\" 100"), DONE);
    fake_pass(bench->loop, 250 * USEC_PER_MSEC);
    assert_string_equal(fake_take_said(), "\r\n+X: 1\r\n\r\n+X: 1\r\n");
    assert_string_equal(control(bench, "noise modem0 off"), DONE);
    fake_pass(bench->loop, USEC_PER_SEC);
    assert_string_equal(fake_take_said(), "");
    sim_bench_free(bench);
}

static void test_receive(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    fake_wall_ahead = 1795410000 * USEC_PER_SEC - fake_now; /* 2026-11-23T05:00:00Z */
    assert_string_equal(control(bench, "receive modem0 +919812345678 No  thanks "), DONE);
    assert_string_equal(sim_ask(bench, "+CMGF=1;+CSCS=\"IRA\";+CMGR=1"),
        "+CMGR: \"REC UNREAD\",\"+919812345678\",,\"26/11/23,05:00:00+00\"|No  thanks |OK");
    for (unsigned i = 1; i < 20; i++)
        assert_string_equal(control(bench, "receive modem0 1 x"), DONE);
    assert_string_equal(control(bench, "receive modem0 1 x"),
        "{\"error\":\"expected room in the SIM's memory\"}\n");
    assert_string_equal(control(bench, "registration modem0 0"), DONE);
    assert_string_equal(
        control(bench, "receive modem0 1 x"), "{\"error\":\"expected a registered modem\"}\n");
    sim_bench_free(bench);
}

static void test_plug(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    assert_non_null(strstr(control(bench, "stats modem0"), "\"plugged\":true"));
    assert_string_equal(control(bench, "unplug modem0"), DONE);
    assert_non_null(strstr(control(bench, "stats modem0"), "\"plugged\":false"));
    assert_string_equal(control(bench, "plug modem0"), "{\"ok\":true,\"path\":\"/dev/pts/x\"}\n");
    assert_non_null(strstr(control(bench, "stats modem0"), "\"plugged\":true"));
    sim_bench_free(bench);
}

/* All members, and all modems where none is named. */
static void test_stats(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    bench->modem.stats = (struct modem_stats){1, 2, 3, 4, 5};
    bench->modem.card.pin_tries = 2;
    assert_string_equal(control(bench, "stats modem0"),
        "{\"ok\":true,\"modem\":\"modem0\",\"path\":\"/dev/pts/x\",\"plugged\":true,\"open\":0,"
        "\"registration\":1,\"imei\":\"350000000000006\",\"script_done\":true,\"noise\":false,"
        "\"pin_tries\":2,\"commands\":1,\"sms_sent\":2,\"sms_failed\":3,\"sms_received\":4,"
        "\"reports_sent\":5,\"stored\":0,\"dropped_octets\":0}\n");
    assert_non_null(
        strstr(control(bench, "stats"), "{\"ok\":true,\"modems\":[{\"modem\":\"modem0\""));
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_receive),
        cmocka_unit_test(test_plug),
        cmocka_unit_test(test_stats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
