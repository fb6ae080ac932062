/* Commands of V.250 and of the equipment itself: identity, character set, power. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_bench.h"

#include "fake_pty.h"
#include "fake_time.h"

static void test_identity(void **state)
{
    static const struct sim_row rows[] = {
        {"+CGMI", "Quectel|OK"},
        {"+GMI", "Quectel|OK"},
        {"+CGMM", "EC25|OK"},
        {"+CGMR", "EC25EFAR06A03M4G|OK"},
        {"+CGSN", "350000000000006|OK"},
        {"+GSN", "350000000000006|OK"},
        {"I", "Quectel|EC25|EC25EFAR06A03M4G|OK"},
        {"+GCAP", "+GCAP: +CGSM|OK"},
        {"+CBC", "+CBC: 0,100|OK"},
        {"+CPAS", "+CPAS: 0|OK"},
    };
    struct sim_bench *bench = sim_bench_new("quectel", "", &fake_clock);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* V.250 §6: S3 to S5 are what they are; dialling leads nowhere. */
static void test_basic(void **state)
{
    static const struct sim_row rows[] = {
        {"S3?", "013|OK"},
        {"S4?", "010|OK"},
        {"S5?", "008|OK"},
        {"S0?", "000|OK"},
        {"S3=10", "OK"},
        {"S3?", "013|OK"},
        {"&C1&D2H0L2M1X4", "OK"},
        {"D*99#", "NO CARRIER"},
        {"D+919812345678;", "NO CARRIER"},
        {"O", "NO CARRIER"},
        {"E0+CMEE=2", "OK"},
        {"&F", "OK"},
        {"+CMEE?", "+CMEE: 0|OK"},
        {"+CMEE=1;+CMEE?", "+CMEE: 1|OK"},
        {"Z", "OK"},
        {"+CMEE?", "+CMEE: 0|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    assert_int_equal(bench->modem.settings.echo, 1);
    sim_bench_free(bench);
}

static void test_charset(void **state)
{
    static const struct sim_row rows[] = {
        {"+CSCS?", "+CSCS: \"GSM\"|OK"},
        {"+CSCS=\"UCS2\"", "OK"},
        {"+CSCS?", "+CSCS: \"UCS2\"|OK"},
        {"+CSCS=\"PCCP437\"", "CME 50"},
        {"+CSCS=ucs2", "CME 50"},
        {"+CSCS?", "+CSCS: \"UCS2\"|OK"},
        {"+CSCS=?", "+CSCS: (\"IRA\",\"GSM\",\"UCS2\",\"HEX\")|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* TS 27.007 §8.2: 0 and 4 take it off the network, 1 brings it back. */
static void test_functionality(void **state)
{
    static const struct sim_row rows[] = {
        {"+CREG=1;+CREG?", "+CREG: 1,1|OK"},
        {"+CFUN=4", "OK"},
        {"+CFUN?", "+CFUN: 4|OK"},
        {"+CREG?", "+CREG: 1,0|OK"},
        {"+CSQ", "+CSQ: 99,99|OK"},
        {"+CFUN=1", "OK"},
        {"+CREG?", "+CREG: 1,1|OK"},
        {"+CFUN=0;+CFUN?", "+CFUN: 0|OK"},
        {"+CFUN=", "OK"},
        {"+CFUN?", "+CFUN: 1|OK"},
        {"+CFUN=2", "CME 50"},
        {"+CFUN=1,2", "CME 50"},
        {"+CFUN=x", "CME 50"},
        {"+CFUN=?", "+CFUN: (0,1,4),(0,1)|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* The commands that restart: settings are forgotten a moment after the answer, not before it. */
static void test_restart(void **state)
{
    static const struct {
        const char *persona, *command;
    } rows[] = {
        {"generic", "+CFUN=1,1"},
        {"generic", "+CFUN=16"},
        {"sim7600", "+CRESET"},
        {"huawei", "^RESET"},
        {"telit", "#REBOOT"},
        {"sierra", "!RESET"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = sim_bench_new(rows[i].persona, "", &fake_clock);

        (void)sim_ask(bench, "+CMEE=1");
        if (strcmp(sim_ask(bench, rows[i].command), "OK") != 0)
            fail_msg("%s: %s", rows[i].command, bench->answer);
        assert_int_equal(bench->modem.settings.cmee, 1);
        fake_pass(bench->loop, USEC_PER_SEC);
        assert_int_equal(bench->modem.settings.cmee, 0);
        assert_true(bench->modem.pty.master >= 0);
        sim_bench_free(bench);
    }
}

/* What the makes know of their own, and the others do not. */
static void test_makes(void **state)
{
    static const struct {
        const char *persona, *command;
    } rows[] = {
        {"huawei", "^CURC=0"},
        {"huawei", "^PORTSEL=1"},
        {"sim800", "+CIURC=1"},
        {"quectel", "+QINDCFG=\"all\",0"},
        {"sim7600", "+CNSMOD=0"},
        {"a7670", "+AUTOCSQ=0,0"},
        {"telit", "#STIA=0"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = sim_bench_new(rows[i].persona, "", &fake_clock);

        if (strcmp(sim_ask(bench, rows[i].command), "OK") != 0)
            fail_msg("%s %s: %s", rows[i].persona, rows[i].command, bench->answer);
        sim_bench_free(bench);
        bench = sim_bench_new("generic", "", &fake_clock);
        assert_string_equal(sim_ask(bench, rows[i].command), "ERROR");
        sim_bench_free(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_basic),
        cmocka_unit_test(test_charset),
        cmocka_unit_test(test_functionality),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_makes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
