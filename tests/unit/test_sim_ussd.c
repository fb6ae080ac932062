/* The simulated network's USSD: codings (TS 23.038 §6.1.2.3), menu, refusal, silence. */
#include "sim_bench.h"

#include "fake_pty.h"
#include "fake_time.h"

static const char *ask(struct sim_bench *bench, const char *code)
{
    char line[128];

    snprintf(line, sizeof(line), "+CUSD=1,\"%s\",15", code);
    assert_string_equal(sim_ask(bench, line), "OK");
    return sim_urcs(bench);
}

static void test_codings(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    snprintf(bench->modem.config.balance, sizeof(bench->modem.config.balance), "Rs 123.");
    assert_string_equal(ask(bench, "*123#"), "+CUSD: 0,\"Rs 123.\",15|");
    bench->modem.config.ussd_coding = USSD_UCS2;
    assert_string_equal(
        ask(bench, "*123#"), "+CUSD: 0,\"005200730020003100320033002E\",72|");
    bench->modem.config.ussd_coding = USSD_PACKED;
    assert_string_equal(sim_ask(bench, "+CUSD=1,\"*123#\",15"), "ERROR");
    assert_string_equal(ask(bench, "AA180C3602"), "+CUSD: 4|"); /* *100# */
    assert_string_equal(ask(bench, "AA988C3602"), "+CUSD: 0,\"D23928269BB91A\",15|"); /* *123# */
    sim_bench_free(bench);
    bench = sim_bench_new("huawei", "", &fake_clock);
    assert_string_equal(sim_ask(bench, "+CUSD=1,\"*123#\",15"), "ERROR");
    sim_bench_free(bench);
}

static void test_menu(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    assert_string_equal(ask(bench, "*111#"), "+CUSD: 1,\"1 Balance|2 Data|0 Exit\",15|");
    assert_string_equal(ask(bench, "2"), "+CUSD: 1,\"Data: 1.5 GB|1 Balance|0 Back\",15|");
    assert_string_equal(ask(bench, "0"), "+CUSD: 1,\"1 Balance|2 Data|0 Exit\",15|");
    assert_string_equal(ask(bench, "7"), "+CUSD: 1,\"Wrong choice\",15|");
    assert_string_equal(ask(bench, "0"), "+CUSD: 2|");
    assert_string_equal(ask(bench, "*111#"), "+CUSD: 1,\"1 Balance|2 Data|0 Exit\",15|");
    assert_non_null(strstr(ask(bench, "1"), "+CUSD: 0,\"Your balance"));
    assert_string_equal(ask(bench, "*111#"), "+CUSD: 1,\"1 Balance|2 Data|0 Exit\",15|");
    assert_string_equal(sim_ask(bench, "+CUSD=2"), "OK");
    assert_non_null(strstr(ask(bench, "2"), "+CUSD: 0,\"Your balance")); /* a code again */
    sim_bench_free(bench);
}

static void test_delay_and_silence(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &fake_clock);

    (void)state;
    assert_string_equal(ask(bench, "*999#"), "");
    bench->modem.config.ussd_ms = 500;
    assert_string_equal(ask(bench, "*123#"), "");
    fake_now += 500 * USEC_PER_MSEC;
    (void)fake_fire_due();
    assert_non_null(strstr(sim_urcs(bench), "+CUSD: 0"));
    assert_string_equal(ask(bench, "*123#"), "");
    assert_string_equal(sim_ask(bench, "+CUSD=2"), "OK"); /* nothing comes any more */
    fake_now += USEC_PER_SEC;
    (void)fake_fire_due();
    assert_string_equal(sim_urcs(bench), "");
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codings),
        cmocka_unit_test(test_menu),
        cmocka_unit_test(test_delay_and_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
