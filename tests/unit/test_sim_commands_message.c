/* Commands that take a text: in PDU mode, in text mode, into a memory and out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_bench.h"

#include "fake_pty.h"

/* "Hello" to +46708251358, a report wanted: TS 23.040 §9.2.2.2 by hand. */
#define HELLO "0021000B916407281553F8000005C8329BFD06"

/* Enters a text at the prompt, and ends the submission where there is one. */
static const char *enter(struct sim_bench *bench, const char *text)
{
    struct channel *channel = &bench->modem.channel;
    struct result result = channel->entry(&bench->modem, text, strlen(text));

    if (result.kind == RESULT_SUBMITTED)
        result = channel->complete(&bench->modem);
    return sim_answer(bench, result);
}

struct entry_row {
    const char *command, *prompt, *text, *answer; /* no text: refused at once */
};

static void check(struct sim_bench *bench, const struct entry_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(sim_ask(bench, rows[i].command), rows[i].prompt) != 0)
            fail_msg("%s: %s", rows[i].command, bench->answer);
        if (rows[i].text && strcmp(enter(bench, rows[i].text), rows[i].answer) != 0)
            fail_msg("%s, %s: %s", rows[i].command, rows[i].text, bench->answer);
    }
}

static void test_pdu_mode(void **state)
{
    static const struct entry_row rows[] = {
        {"+CMGS=18", ">", HELLO, "+CMGS: 7|OK"},
        {"+CMGS=18", ">", "0021000B916407281553F8\r\n000005 C8329BFD06", "+CMGS: 8|OK"},
        {"+CMGS=17", ">", HELLO, "CMS 304"},
        {"+CMGS=18", ">", HELLO "0", "CMS 304"},
        {"+CMGS=19", ">", HELLO "00", "CMS 304"}, /* nothing may follow the text */
        {"+CMGS=18", ">", "hello", "CMS 304"},
        {"+CMGS=18", ">", "", "CMS 304"},
        {"+CMGS=1", ">", "0021", "CMS 304"},
        {"+CMGS=0", "CMS 304", NULL, NULL},
        {"+CMGS=165", "CMS 304", NULL, NULL},
        {"+CMGS=\"+46708251358\"", "CMS 304", NULL, NULL},
        {"+CMGS", "CMS 304", NULL, NULL},
        {"+CMGS=?", "OK", NULL, NULL},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    check(bench, rows, ARRAY_SIZE(rows));
    assert_non_null(
        strstr(sim_handset_shows(bench), "\"to\":\"+46708251358\",\"text\":\"Hello\","));
    sim_bench_free(bench);
}

/* What the network says, counted, and no word at all where results are dropped. */
static void test_outcomes(void **state)
{
    static const struct entry_row refused[] = {{"+CMGS=18", ">", HELLO, "CMS 38"}};
    static const struct entry_row taken[] = {{"+CMGS=18", ">", HELLO, "+CMGS: 7|OK"}};
    static const struct entry_row dropped[] = {{"+CMGS=18", ">", HELLO, "silent"}};
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    bench->modem.config.fail = 38;
    check(bench, refused, 1);
    bench->modem.drop_result = true;
    check(bench, dropped, 1);
    assert_int_equal(bench->modem.stats.sms_failed, 2);
    assert_int_equal(bench->modem.stats.sms_sent, 0);
    bench->modem.config.fail = -1;
    bench->modem.drop_result = false;
    check(bench, taken, 1);
    bench->modem.drop_result = true;
    check(bench, dropped, 1);
    assert_int_equal(bench->modem.stats.sms_sent, 2);
    sim_bench_free(bench);
}

/* +CMGW writes, +CMSS sends what was written. */
static void test_memory(void **state)
{
    static const struct entry_row rows[] = {
        {"+CMSS=1", "CMS 321", NULL, NULL},
        {"+CMGW=18", ">", HELLO, "+CMGW: 1|OK"},
        {"+CMGW=17", ">", HELLO, "CMS 304"},
        {"+CMGR=1", "+CMGR: 2,,18|" HELLO "|OK", NULL, NULL},
        {"+CMSS=0", "CMS 321", NULL, NULL},
        {"+CMSS=x", "CMS 321", NULL, NULL},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    check(bench, rows, ARRAY_SIZE(rows));
    assert_string_equal(sim_handset_shows(bench), "");
    assert_string_equal(sim_ask(bench, "+CMSS=1"), "submitted");
    assert_string_equal(
        sim_answer(bench, bench->modem.channel.complete(&bench->modem)), "+CMSS: 7|OK");
    assert_non_null(strstr(sim_handset_shows(bench), "\"text\":\"Hello\""));
    assert_string_equal(sim_ask(bench, "+CMGR=1"), "+CMGR: 3,,18|" HELLO "|OK");
    for (unsigned i = 2; i <= 20; i++) {
        (void)sim_ask(bench, "+CMGW=18");
        (void)enter(bench, HELLO);
    }
    assert_string_equal(bench->answer, "+CMGW: 20|OK");
    (void)sim_ask(bench, "+CMGW=18");
    assert_string_equal(enter(bench, HELLO), "CMS 322");
    sim_bench_free(bench);
}

static void test_received_is_not_sent(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    assert_int_equal(network_deliver(&bench->modem, "+46708251358", "Hello"), 0);
    assert_string_equal(sim_ask(bench, "+CMSS=1"), "CMS 321");
    sim_bench_free(bench);
}

/* Text mode, TS 27.005 §3.5.1 and §4.3: number and text as +CSCS and +CSMP say. */
static void test_text_mode(void **state)
{
    static const struct {
        const char *settings, *command, *text, *answer, *shown;
    } rows[] = {
        {"", "+CMGS=\"+46708251358\"", "Hi", "+CMGS: 7|OK",
            "\"to\":\"+46708251358\",\"text\":\"Hi\""},
        {"", "+CMGS=\"46708251358\",145", "Hi", "+CMGS: 7|OK", "\"to\":\"+46708251358\""},
        {"", "+CMGS=\"1234\",129", "Hi", "+CMGS: 7|OK", "\"to\":\"1234\""},
        {"", "+CMGS=\"*100#\"", "Hi", "+CMGS: 7|OK", "\"to\":\"*100#\""},
        {"", "+CMGS=\"1234\"", "\x1b<\x1b>", "+CMGS: 7|OK", "\"text\":\"[]\""},
        {";+CSCS=\"UCS2\"", "+CMGS=\"00310032\"", "00480069", "+CMGS: 7|OK",
            "\"to\":\"12\",\"text\":\"Hi\""},
        {";+CSCS=\"UCS2\"", "+CMGS=\"00310032\"", "0915", "CMS 305", NULL},
        {";+CSCS=\"IRA\"", "+CMGS=\"12\"", "\xFF", "CMS 305", NULL},
        {";+CSMP=17,167,0,8", "+CMGS=\"12\"", "0915", "+CMGS: 7|OK",
            "\"text\":\"\xE0\xA4\x95\",\"encoding\":\"ucs2\""},
        {";+CSMP=17,167,0,8", "+CMGS=\"12\"", "Hi", "CMS 305", NULL},
        {";+CSMP=17,167,0,4", "+CMGS=\"12\"", "010AFF", "+CMGS: 7|OK", "\"encoding\":\"8bit\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);
        char settings[64];

        snprintf(settings, sizeof(settings), "+CMGF=1%s", rows[i].settings);
        assert_string_equal(sim_ask(bench, settings), "OK");
        if (strcmp(sim_ask(bench, rows[i].command), ">") != 0)
            fail_msg("%s: %s", rows[i].command, bench->answer);
        if (strcmp(enter(bench, rows[i].text), rows[i].answer) != 0)
            fail_msg("case %zu: %s", i, bench->answer);
        if (rows[i].shown && !strstr(sim_handset_shows(bench), rows[i].shown))
            fail_msg("case %zu: %s", i, bench->answer);
        sim_bench_free(bench);
    }
}

static void test_text_mode_refused(void **state)
{
    static const struct sim_row rows[] = {
        {"+CMGF=1", "OK"},
        {"+CMGS=\"\"", "CMS 304"},
        {"+CMGS=\"+\"", "CMS 304"},
        {"+CMGS=\"12a\"", "CMS 304"},
        {"+CMGS=\"123456789012345678901\"", "CMS 304"},
        {"+CMGS=\"12\",256", "CMS 304"},
        {"+CMGW=\"12\"", "CMS 303"},
        {"+CSCS=\"UCS2\"", "OK"},
        {"+CMGS=\"12x\"", "CMS 304"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* 160 septets fit, one more does not; of octets, 140. */
static void test_longest_text(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);
    char text[2 * 141 + 1] = "";

    (void)state;
    memset(text, 'a', 160);
    assert_string_equal(sim_ask(bench, "+CMGF=1;+CMGS=\"12\""), ">");
    assert_string_equal(enter(bench, text), "+CMGS: 7|OK");
    text[160] = 'a';
    assert_string_equal(sim_ask(bench, "+CMGS=\"12\""), ">");
    assert_string_equal(enter(bench, text), "CMS 305");
    memset(text, '0', 280);
    assert_string_equal(sim_ask(bench, "+CSMP=17,167,0,4;+CMGS=\"12\""), ">");
    assert_string_equal(enter(bench, text), "+CMGS: 8|OK");
    memset(text, '0', 282);
    assert_string_equal(sim_ask(bench, "+CMGS=\"12\""), ">");
    assert_string_equal(enter(bench, text), "CMS 305");
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pdu_mode),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_received_is_not_sent),
        cmocka_unit_test(test_text_mode),
        cmocka_unit_test(test_text_mode_refused),
        cmocka_unit_test(test_longest_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
