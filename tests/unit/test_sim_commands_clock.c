/* The simulated makes' clocks: whether they follow the network, and how they tell its time. */
#include "sim_bench.h"

#include "fake_pty.h"
#include "fake_time.h"

#define LOCAL "26/11/23,17:30:00+22"
#define FACTORY "+CCLK: \"04/01/01,00:00:40+00\"|OK"

/* Up for 40 s, at 2026-11-23T12:00:00Z. */
static struct sim_bench *begin(const char *persona)
{
    fake_now = 40 * USEC_PER_SEC;
    fake_wall_ahead = 1795435200 * USEC_PER_SEC - fake_now;
    return sim_bench_new(persona, "", &fake_clock);
}

static void test_clock(void **unused)
{
    static const struct {
        const char *persona, *command, *answer;
    } rows[] = {
        {"generic", "+CTZU=1", "+CCLK: \"" LOCAL "\"|OK"},
        {"quectel", "+CTZU=3", "+CCLK: \"" LOCAL "\"|OK"},
        {"quectel", "+CTZU=1", "+CCLK: \"26/11/23,12:00:00+22\"|OK"}, /* GMT, by its manual */
        {"sim800", "+CLTS=1", "+CCLK: \"" LOCAL "\"|OK"},
        {"sim800", "+CTZU=1", FACTORY},
        {"telit", "#NITZ=5,1", "+CCLK: \"" LOCAL "\"|OK"},
        {"telit", "#NITZ=4,1", FACTORY},
        {"huawei", "+CTZU=1", FACTORY},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = begin(rows[i].persona);

        assert_string_equal(sim_ask(bench, "+CCLK?"), FACTORY);
        assert_string_equal(sim_ask(bench, rows[i].command), "OK");
        assert_string_equal(sim_ask(bench, "+CCLK?"), rows[i].answer);
        bench->modem.stat = 2; /* no network, no time */
        assert_string_equal(sim_ask(bench, "+CCLK?"), FACTORY);
        sim_bench_free(bench);
    }
}

static void test_told(void **unused)
{
    static const struct {
        const char *persona, *command, *line;
    } rows[] = {
        {"generic", "+CTZR=0", ""},
        {"generic", "+CTZR=1", "+CTZV: +22|"},
        {"generic", "+CTZR=2", "+CTZE: \"+22\",0,\"2026/11/23,17:30:00\"|"},
        {"generic", "+CTZR=3", "+CTZEU: \"+22\",0,\"2026/11/23,12:00:00\"|"},
        {"sim800", "+CLTS=1", "*PSUTTZ: 2026,11,23,12,0,0,\"+22\",0|"},
        {"telit", "#NITZ=5,1", "#NITZ: " LOCAL "|"},
        {"sim7600", "+CTZU=1", "+NITZ: 26/11/23,12:00:00+22,0|"},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = begin(rows[i].persona);

        assert_string_equal(sim_ask(bench, rows[i].command), "OK");
        commands_tell_time(&bench->modem);
        assert_string_equal(sim_urcs(bench), rows[i].line);
        bench->modem.config.time_off = true;
        commands_tell_time(&bench->modem);
        assert_string_equal(sim_urcs(bench), "");
        sim_bench_free(bench);
    }
}

static void test_huawei(void **unused)
{
    struct sim_bench *bench = begin("huawei");

    (void)unused;
    assert_string_equal(sim_ask(bench, "^NWTIME?"), "^NWTIME: " LOCAL ",00|OK");
    bench->modem.config.time_ahead_sec = -86400;
    assert_string_equal(sim_ask(bench, "^NWTIME?"), "^NWTIME: 26/11/22,17:30:00+22,00|OK");
    bench->modem.config.time_off = true;
    assert_string_equal(sim_ask(bench, "^NWTIME?"), "ERROR");
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_huawei),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
