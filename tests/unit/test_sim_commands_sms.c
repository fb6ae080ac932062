/* Settings of the message service: memories, service centre, indications, acknowledgement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_bench.h"

#include "fake_pty.h"

/* TS 27.005 §3.2.1, §3.1, §3.2.3 and plain settings. */
static void test_settings(void **state)
{
    static const struct sim_row rows[] = {
        {"+CMGF?", "+CMGF: 0|OK"},
        {"+CMGF=1;+CMGF?", "+CMGF: 1|OK"},
        {"+CMGF=2", "CME 50"},
        {"+CMGF=?", "+CMGF: (0,1)|OK"},
        {"+CMMS=2;+CMMS?", "+CMMS: 2|OK"},
        {"+CSDH=1;+CSDH?", "+CSDH: 1|OK"},
        {"+CSMS?", "+CSMS: 0,1,1,1|OK"},
        {"+CSMS=1", "+CSMS: 1,1,1|OK"},
        {"+CSMS?", "+CSMS: 1,1,1,1|OK"},
        {"+CSMS=2", "CMS 302"},
        {"+CSMS=?", "+CSMS: (0,1)|OK"},
        {"+CSCB=1;+CSAS;+CRES", "OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* TS 27.005 §3.2.2: what is left out stays, and one wrong name changes none. */
static void test_memories(void **state)
{
    static const struct sim_row rows[] = {
        {"+CPMS?", "+CPMS: \"SM\",0,20,\"SM\",0,20,\"SM\",0,20|OK"},
        {"+CPMS=\"ME\",\"SM\",\"SR\"", "+CPMS: 0,50,0,20,0,10|OK"},
        {"+CPMS?", "+CPMS: \"ME\",0,50,\"SM\",0,20,\"SR\",0,10|OK"},
        {"+CPMS=,\"ME\"", "+CPMS: 0,50,0,50,0,10|OK"},
        {"+CPMS=\"MT\"", "+CPMS: 0,20,0,50,0,10|OK"},
        {"+CPMS=\"SR\",\"XX\"", "CMS 302"},
        {"+CPMS=\"LONG NAME\"", "CMS 302"},
        {"+CPMS?", "+CPMS: \"SM\",0,20,\"ME\",0,50,\"SR\",0,10|OK"},
        {"+CPMS=?",
            "+CPMS: (\"SM\",\"ME\",\"SR\"),(\"SM\",\"ME\",\"SR\"),(\"SM\",\"ME\",\"SR\")|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    assert_int_equal(network_deliver(&bench->modem, "1", "x"), 0);
    assert_string_equal(sim_ask(bench, "+CPMS=\"SM\",\"SM\",\"ME\""), "+CPMS: 1,20,1,20,0,50|OK");
    sim_bench_free(bench);
}

static void test_service_centre(void **state)
{
    static const struct sim_row rows[] = {
        {"+CSCA?", "+CSCA: \"+919800000001\",145|OK"},
        {"+CSCA=\"9800000002\"", "OK"},
        {"+CSCA?", "+CSCA: \"9800000002\",129|OK"},
        {"+CSCA=\"+12345678901234567890\"", "OK"},
        {"+CSCA=\"+123456789012345678901\"", "CMS 304"},
        {"+CSCA=\"98x\"", "CMS 304"},
        {"+CSCA=\"98", "CMS 304"},
        {"+CSCA?", "+CSCA: \"+12345678901234567890\",145|OK"},
        {"+CSCA=\"\"", "OK"},
        {"+CSCA?", "+CSCA: \"\",129|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

static void test_text_parameters(void **state)
{
    static const struct sim_row rows[] = {
        {"+CSMP?", "+CSMP: 17,167,0,0|OK"},
        {"+CSMP=49,,1,8", "OK"},
        {"+CSMP?", "+CSMP: 49,167,1,8|OK"},
        {"+CSMP=17,256", "CMS 304"},
        {"+CSMP?", "+CSMP: 49,167,1,8|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* TS 27.005 §3.4.1, and makes that refuse a <ds> whatever their test answer says. */
static void test_indications(void **state)
{
    static const struct sim_row rows[] = {
        {"+CNMI?", "+CNMI: 0,0,0,0,0|OK"},
        {"+CNMI=2,1,0,2", "OK"},
        {"+CNMI?", "+CNMI: 2,1,0,2,0|OK"},
        {"+CNMI=,,,1", "OK"},
        {"+CNMI?", "+CNMI: 2,1,0,1,0|OK"},
        {"+CNMI=4", "CMS 302"},
        {"+CNMI=2,1,0,3", "CMS 302"},
        {"+CNMI=2,1,0,0,2", "CMS 302"},
        {"+CNMI?", "+CNMI: 2,1,0,1,0|OK"},
        {"+CNMI", "OK"},
        {"+CNMI?", "+CNMI: 0,0,0,0,0|OK"},
        {"+CNMI=?", "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)|OK"},
    };
    static const struct sim_row of_sierra[] = {
        {"+CNMI=2,1,0,1", "CMS 303"},
        {"+CNMI?", "+CNMI: 0,0,0,0,0|OK"},
        {"+CNMI=2,1,0,2", "OK"},
        {"+CNMI?", "+CNMI: 2,1,0,2,0|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
    bench = sim_bench_new("sierra", "", &clock_system);
    sim_check(bench, of_sierra, ARRAY_SIZE(of_sierra));
    sim_bench_free(bench);
}

/* TS 27.005 §3.4.4: once for each +CMT, and only with +CSMS=1. */
static void test_acknowledge(void **state)
{
    static const struct sim_row rows[] = {
        {"+CNMA", "CMS 303"},
        {"+CSMS=1;+CNMA", "+CSMS: 1,1,1|CMS 340"},
        {"+CNMI=2,2", "OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    assert_int_equal(network_deliver(&bench->modem, "1", "x"), 0);
    assert_string_equal(sim_ask(bench, "+CNMA"), "OK");
    assert_string_equal(sim_ask(bench, "+CNMA"), "CMS 340");
    sim_bench_free(bench);
}

/* How far the card has been read, where a make tells. */
static void test_service_state(void **state)
{
    static const struct {
        bool absent, locked, ready;
        const char *quectel, *telit;
    } rows[] = {
        {false, false, true, "+QINISTAT: 3|OK", "#QSS: 2,3|OK"},
        {false, false, false, "+QINISTAT: 2|OK", "#QSS: 2,2|OK"},
        {false, true, false, "+QINISTAT: 1|OK", "#QSS: 2,1|OK"},
        {true, false, true, "+QINISTAT: 0|OK", "#QSS: 2,0|OK"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        for (int is_telit = 0; is_telit <= 1; is_telit++) {
            struct sim_bench *bench =
                sim_bench_new(is_telit ? "telit" : "quectel-m", "", &clock_system);

            bench->modem.card.absent = rows[i].absent;
            bench->modem.card.locked = rows[i].locked;
            bench->modem.sms_ready = rows[i].ready;
            assert_string_equal(sim_ask(bench, is_telit ? "#QSS?" : "+QINISTAT"),
                is_telit ? rows[i].telit : rows[i].quectel);
            assert_string_equal(sim_ask(bench, is_telit ? "#QSS=1" : "+QINISTAT=1"), "OK");
            sim_bench_free(bench);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_memories),
        cmocka_unit_test(test_service_centre),
        cmocka_unit_test(test_text_parameters),
        cmocka_unit_test(test_indications),
        cmocka_unit_test(test_acknowledge),
        cmocka_unit_test(test_service_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
