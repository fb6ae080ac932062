/* The operator behind a modem: what it carries, what it reports, how it brings texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "sim_bench.h"

#include "fake_pty.h"
#include "fake_time.h"

static struct sim_bench *begin(const char *persona)
{
    struct sim_bench *bench;

    fake_wall_ahead = 1795410000 * USEC_PER_SEC - fake_now; /* 2026-11-23T05:00:00Z */
    bench = sim_bench_new(persona, "", &fake_clock);
    fake_pass(bench->loop, 2 * USEC_PER_SEC);
    bench->modem.channel.state = CHANNEL_ANSWERING; /* unsolicited lines wait */
    strbuf_reset(&bench->modem.channel.urcs);
    return bench;
}

/* TS 27.007 §7.2 <stat>, and only with the radio on. */
static void test_carries(void **state)
{
    static const bool carries[] = {
        false, true, false, false, false, true, true, true, false, false, false, false};
    struct modem modem = {.cfun = 1};

    (void)state;
    for (modem.stat = 0; modem.stat < ARRAY_SIZE(carries); modem.stat++)
        assert_int_equal(network_carries_sms(&modem), carries[modem.stat]);
    modem.stat = 1;
    modem.cfun = 4;
    assert_false(network_carries_sms(&modem));
    modem.cfun = 0;
    assert_false(network_carries_sms(&modem));
}

static unsigned submit(struct sim_bench *bench, bool report, uint8_t *ret_mr)
{
    struct modem *modem = &bench->modem;

    modem->outgoing = (struct sms_submit){.to = "+46708251358",
        .report_requested = report,
        .body = {.alphabet = SMS_GSM7, .message_class = -1, .payload = "Hello", .n_payload = 5}};
    modem->outgoing_at = loop_realtime(bench->loop);
    return network_submit(modem, ret_mr);
}

/* Why not, in the order in which it is asked; the reference counts on from text to text. */
static void test_submit(void **state)
{
    struct sim_bench *bench = begin("generic");
    struct modem *modem = &bench->modem;
    uint8_t mr = 99;

    (void)state;
    modem->config.fail = 38;
    modem->config.smsc[0] = '\0';
    modem->stat = 3;
    assert_int_equal(submit(bench, false, &mr), 38);
    modem->config.fail = -1;
    assert_int_equal(submit(bench, false, &mr), 330);
    memcpy(modem->config.smsc, "+1", 3);
    assert_int_equal(submit(bench, false, &mr), 331);
    assert_int_equal(mr, 99);
    assert_string_equal(sim_handset_shows(bench), "");
    modem->stat = 1;
    modem->mr = 255;
    assert_int_equal(submit(bench, false, &mr), 0);
    assert_int_equal(mr, 255);
    assert_int_equal(submit(bench, false, &mr), 0);
    assert_int_equal(mr, 0);
    assert_non_null(strstr(sim_handset_shows(bench), "\"text\":\"Hello\""));
    sim_bench_free(bench);
}

/* To where +CNMI sends it, once report_ms is over; and where none comes. */
static void test_reports(void **state)
{
    static const struct {
        const char *persona, *cnmi;
        bool wanted, made;
        const char *urcs; /* the beginning */
        unsigned stored;
    } rows[] = {
        {"generic", "+CNMI=2,1,0,1", true, true, "+CDS: 25|", 0},
        {"generic", "+CNMI=2,1,0,2", true, true, "+CDSI: \"SR\",1|", 1},
        {"quectel", "+CNMI=2,1,0,2", true, true, "+CDSI: \"SM\",0|", 1}, /* as EC25 misnames it */
        {"telit", "+CNMI=2,1,0,2", true, true, "", 0},
        {"telit", "+CNMI=2,1,0,1", true, true, "+CDS: 25|", 0},
        {"generic", "+CNMI=2,1,0,0", true, true, "", 0},
        {"generic", "+CNMI=2,1,0,1", false, true, "", 0},
        {"generic", "+CNMI=2,1,0,1", true, false, "", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = begin(rows[i].persona);
        uint8_t mr;

        bench->modem.config.reports = rows[i].made;
        bench->modem.config.report_ms = 3000;
        assert_string_equal(sim_ask(bench, rows[i].cnmi), "OK");
        strbuf_reset(&bench->modem.channel.urcs);
        assert_int_equal(submit(bench, rows[i].wanted, &mr), 0);
        fake_pass(bench->loop, 2999 * USEC_PER_MSEC);
        assert_int_equal(bench->modem.stats.reports_sent, 0);
        fake_pass(bench->loop, USEC_PER_MSEC);
        if (strncmp(sim_urcs(bench), rows[i].urcs, strlen(rows[i].urcs)) != 0 ||
            (rows[i].urcs[0] == '\0') != (bench->answer[0] == '\0'))
            fail_msg("case %zu: %s", i, bench->answer);
        assert_int_equal(bench->modem.stats.reports_sent, rows[i].urcs[0] != '\0');
        assert_int_equal(sms_store_used(&bench->modem.stores[2]), rows[i].stored);
        sim_bench_free(bench);
    }
}

/* Reference, number, and both times: 3 s from the one to the other. */
static void test_report_contents(void **state)
{
    struct sim_bench *bench = begin("generic");
    uint8_t mr;

    (void)state;
    bench->modem.config.reports = true;
    bench->modem.config.report_ms = 3000;
    (void)sim_ask(bench, "+CSMS=1;+CNMI=2,1,0,1");
    assert_int_equal(submit(bench, true, &mr), 0);
    fake_pass(bench->loop, 3 * USEC_PER_SEC);
    assert_string_equal(sim_urcs(bench), "+CDS: 25|0791198900000010"
                                         "06070B916407281553F8"
                                         "62113250002000"
                                         "62113250005000"
                                         "00|");
    assert_string_equal(sim_ask(bench, "+CNMA"), "OK");
    sim_bench_free(bench);
}

/* Off the network when it is due, a report is lost; more than can be under way are not made. */
static void test_reports_lost(void **state)
{
    struct sim_bench *bench = begin("generic");
    uint8_t mr;

    (void)state;
    bench->modem.config.reports = true;
    bench->modem.config.report_ms = 1000;
    (void)sim_ask(bench, "+CNMI=2,1,0,2");
    assert_int_equal(submit(bench, true, &mr), 0);
    bench->modem.stat = 2;
    fake_pass(bench->loop, USEC_PER_SEC);
    assert_int_equal(bench->modem.stats.reports_sent, 0);
    bench->modem.stat = 1;
    for (unsigned i = 0; i < MODEM_MAX_REPORTS + 3; i++)
        assert_int_equal(submit(bench, true, &mr), 0);
    fake_pass(bench->loop, USEC_PER_SEC);
    assert_int_equal(bench->modem.stats.reports_sent, MODEM_MAX_REPORTS);
    sim_bench_free(bench);
}

/* Where a text goes: by <mt> of +CNMI, and in text mode never straight through. */
static void test_routes(void **state)
{
    static const struct {
        const char *settings, *urcs;
        unsigned stored;
    } rows[] = {
        {"+CNMI=0,0", "", 1},
        {"+CNMI=2,1", "+CMTI: \"SM\",1|", 1},
        {"+CNMI=2,2", "+CMT: ,17|0791198900000010040481214300006211325000200002C834|", 0},
        {"+CNMI=2,3", "+CMT: ,17|0791198900000010040481214300006211325000200002C834|", 0},
        {"+CNMI=2,2;+CMGF=1", "+CMTI: \"SM\",1|", 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = begin("generic");

        (void)sim_ask(bench, rows[i].settings);
        assert_int_equal(network_deliver(&bench->modem, "1234", "Hi"), 0);
        if (strncmp(sim_urcs(bench), rows[i].urcs, strlen(rows[i].urcs)) != 0 ||
            (rows[i].urcs[0] == '\0') != (bench->answer[0] == '\0'))
            fail_msg("case %zu: %s", i, bench->answer);
        assert_int_equal(sms_store_used(&bench->modem.stores[0]), rows[i].stored);
        assert_int_equal(bench->modem.stats.sms_received, 1);
        sim_bench_free(bench);
    }
}

static void repeat(char *ret, const char *what, size_t times, const char *rest)
{
    *ret = '\0';
    for (size_t i = 0; i < times; i++, ret += strlen(ret))
        memcpy(ret, what, strlen(what) + 1);
    memcpy(ret, rest, strlen(rest) + 1);
}

/* TS 23.040 §9.2.3.24.1: 160 and 153 septets, 70 and 67 units; no character is torn apart. */
static void test_parts(void **state)
{
    static const struct {
        const char *what;
        size_t times;
        const char *rest;
        size_t parts, first; /* characters of the first */
    } rows[] = {
        {"a", 160, "", 1, 160}, {"a", 161, "", 2, 153}, {"a", 306, "", 2, 153},
        {"a", 307, "", 3, 153},
        {"a", 152, "[bcdefghij", 2, 152}, /* an escape sequence across the end */
        {"a", 151, "[bcdefghij", 2, 152}, {"\xE0\xA4\x95", 70, "", 1, 70},
        {"\xE0\xA4\x95", 71, "", 2, 67},
        {"\xE0\xA4\x95", 66, "\xF0\x9F\x98\x81zzzz", 2, 66}, /* a surrogate pair across the end */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = begin("generic");
        char text[4096], joined[4096] = "";
        struct strbuf sb = STRBUF_ON(joined);
        struct sms_slot *slots = bench->modem.stores[0].slots;
        size_t first = 0;

        repeat(text, rows[i].what, rows[i].times, rows[i].rest);
        assert_int_equal(network_deliver(&bench->modem, "1234", text), 0);
        for (size_t part = 0; part < sms_store_used(&bench->modem.stores[0]); part++)
            strbuf_puts(&sb, slots[part].text);
        assert_string_equal(joined, text);
        for (const char *c = slots[0].text; *c; c++)
            first += ((uint8_t)*c & 0xC0) != 0x80;
        if (sms_store_used(&bench->modem.stores[0]) != rows[i].parts || first != rows[i].first)
            fail_msg("case %zu: %zu parts, %zu in the first", i,
                sms_store_used(&bench->modem.stores[0]), first);
        assert_int_equal((slots[0].pdu[slots[0].smsc_octets] & 0x40) != 0, rows[i].parts > 1);
        sim_bench_free(bench);
    }
}

static void test_refused(void **state)
{
    struct sim_bench *bench = begin("generic");
    static char text[153 * 256 + 1];

    (void)state;
    assert_int_equal(network_deliver(&bench->modem, "1", "a\xFF"), -EILSEQ);
    memset(text, 'a', 153 * 255);
    (void)sim_ask(bench, "+CNMI=2,2");
    assert_int_equal(network_deliver(&bench->modem, "1", text), 0);
    text[153 * 255] = 'a';
    assert_int_equal(network_deliver(&bench->modem, "1", text), -E2BIG);
    assert_int_equal(bench->modem.stats.sms_received, 255);
    (void)sim_ask(bench, "+CNMI=2,1");
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(network_deliver(&bench->modem, "1", "x"), 0);
    assert_int_equal(network_deliver(&bench->modem, "1", "x"), -ENOSPC);
    bench->modem.stat = 2;
    assert_int_equal(network_deliver(&bench->modem, "1", "x"), -ENETDOWN);
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_carries),
        cmocka_unit_test(test_submit),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_report_contents),
        cmocka_unit_test(test_reports_lost),
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
