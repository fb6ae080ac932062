/* Commands of the network: registration by domain, signal, operator, USSD. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_bench.h"

#include "fake_pty.h"
#include "fake_time.h"

/* TS 27.007 §7.2, §10.1.20, §10.1.22. */
static void test_registration(void **state)
{
    static const struct sim_row rows[] = {
        {"+CREG?;+CGREG?;+CEREG?", "+CREG: 0,1|+CGREG: 0,1|+CEREG: 0,1|OK"},
        {"+CREG=1;+CGREG=2;+CEREG=2", "OK"},
        {"+CREG?", "+CREG: 1,1|OK"},
        {"+CGREG?", "+CGREG: 2,1,\"1A2B\",\"01C3D4E5\",0|OK"},
        {"+CEREG?", "+CEREG: 2,1,\"1A2B\",\"01C3D4E5\",7|OK"},
        {"+CREG=3", "CME 50"},
        {"+CREG=?", "+CREG: (0-2)|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    modem_set_registration(&bench->modem, 3);
    assert_string_equal(sim_urcs(bench), "+CREG: 3|+CGREG: 3|+CEREG: 3|");
    assert_string_equal(sim_ask(bench, "+CEREG?"), "+CEREG: 2,3|OK");
    modem_set_registration(&bench->modem, 5);
    assert_string_equal(sim_ask(bench, "+CEREG?"), "+CEREG: 2,5,\"1A2B\",\"01C3D4E5\",7|OK");
    sim_bench_free(bench);
}

/* Each domain by itself, and makes whose calls are refused while texts go (+CREG: 0,3). */
static void test_domains(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    bench->modem.has_domains = true;
    bench->modem.domains[0] = 2;
    bench->modem.domains[1] = 3;
    bench->modem.domains[2] = 1;
    assert_string_equal(
        sim_ask(bench, "+CREG?;+CGREG?;+CEREG?"), "+CREG: 0,2|+CGREG: 0,3|+CEREG: 0,1|OK");
    sim_bench_free(bench);
    bench = sim_bench_new("sim7600", "", &fake_clock);
    assert_string_equal(sim_ask(bench, "+CREG?;+CEREG?"), "+CREG: 0,3|+CEREG: 0,1|OK");
    sim_bench_free(bench);
}

static void test_signal(void **state)
{
    static const struct sim_row rows[] = {
        {"+CSQ", "+CSQ: 20,99|OK"},
        {"+CSQ=?", "+CSQ: (0-31,99),(99)|OK"},
        {"+CFUN=0;+CSQ", "+CSQ: 99,99|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* TS 27.007 §7.3. */
static void test_operator(void **state)
{
    static const struct sim_row rows[] = {
        {"+COPS?", "+COPS: 0,0,\"Sim Telecom\",0|OK"},
        {"+COPS", "+COPS: 0,0,\"Sim Telecom\",0|OK"},
        {"+COPS=3,2", "OK"},
        {"+COPS?", "+COPS: 0,2,\"40445\",0|OK"},
        {"+COPS=0", "OK"}, /* the format stays */
        {"+COPS?", "+COPS: 0,2,\"40445\",0|OK"},
        {"+COPS=3,0;+CSCS=\"UCS2\";+COPS?",
            "+COPS: 0,0,\"00530069006D002000540065006C00650063006F006D\",0|OK"},
        {"+COPS=?", "+COPS: (2,\"Sim Telecom\",\"Sim Telecom\",\"40445\",0),,(0-4),(0-2)|OK"},
        {"+COPS=5", "CME 50"},
        {"+COPS=0,3", "CME 50"},
        {"+CGATT?", "+CGATT: 1|OK"},
        {"+COPS=2", "OK"}, /* off the network, and back on it */
        {"+COPS?", "+COPS: 0|OK"},
        {"+CGATT?", "+CGATT: 0|OK"},
        {"+CREG?", "+CREG: 0,0|OK"},
        {"+COPS=0", "OK"},
        {"+CREG?", "+CREG: 0,1|OK"},
        {"+CGATT=0", "OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* Which <stat> count as on the network. */
static void test_stats(void **state)
{
    static const bool registered[] = {
        false, true, false, false, false, true, true, true, false, false, false};
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    for (unsigned stat = 0; stat < ARRAY_SIZE(registered); stat++) {
        modem_set_registration(&bench->modem, stat);
        assert_string_equal(
            sim_ask(bench, "+CGATT?"), registered[stat] ? "+CGATT: 1|OK" : "+CGATT: 0|OK");
    }
    sim_bench_free(bench);
}

/* TS 27.007 §7.15: the answer comes unsolicited, after the OK. */
static void test_ussd(void **state)
{
    static const struct sim_row rows[] = {
        {"+CUSD?", "+CUSD: 1|OK"},
        {"+CUSD=?", "+CUSD: (0-2)|OK"},
        {"+CUSD=1", "OK"},
        {"+CUSD=2", "OK"},
        {"+CUSD=3", "CME 50"},
        {"+CUSD=1,\"*123", "CME 50"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    assert_string_equal(sim_urcs(bench), "");
    assert_string_equal(sim_ask(bench, "+CUSD=1,\"*123#\",15"), "OK");
    assert_string_equal(
        sim_urcs(bench), "+CUSD: 0,\"Your balance is Rs 120.50. Valid till 31-12-2026.\",15|");
    modem_set_registration(&bench->modem, 2);
    assert_string_equal(sim_ask(bench, "+CUSD=1,\"*123#\",15"), "CME 30");
    assert_string_equal(sim_urcs(bench), "");
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registration),
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_signal),
        cmocka_unit_test(test_operator),
        cmocka_unit_test(test_stats),
        cmocka_unit_test(test_ussd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
