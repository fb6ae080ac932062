/* The simulated makes' clocks: whether they follow the network, and how they tell its time. */
#include "sim_bench.h"

#define LOCAL "26/11/23,17:30:00+22"
#define FACTORY "\r\n+CCLK: \"04/01/01,00:00:40+00\"\r\n"

static void test_clock(void **unused)
{
    static const struct {
        const char *persona, *command, *answer;
    } rows[] = {
        {"generic", "+CTZU=1", "\r\n+CCLK: \"" LOCAL "\"\r\n"},
        {"quectel", "+CTZU=3", "\r\n+CCLK: \"" LOCAL "\"\r\n"},
        {"quectel", "+CTZU=1", "\r\n+CCLK: \"26/11/23,12:00:00+22\"\r\n"}, /* GMT, by its manual */
        {"sim800", "+CLTS=1", "\r\n+CCLK: \"" LOCAL "\"\r\n"},
        {"sim800", "+CTZU=1", FACTORY},
        {"telit", "#NITZ=5,1", "\r\n+CCLK: \"" LOCAL "\"\r\n"},
        {"telit", "#NITZ=4,1", FACTORY},
        {"huawei", "+CTZU=1", FACTORY},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct modem modem;

        sim_bench_start(&modem, rows[i].persona);
        sim_bench_expect(&modem, "+CCLK?", FACTORY);
        sim_bench_expect(&modem, rows[i].command, "");
        sim_bench_expect(&modem, "+CCLK?", rows[i].answer);
        modem.stat = 2; /* no network, no time */
        sim_bench_expect(&modem, "+CCLK?", FACTORY);
        sim_bench_end(&modem);
    }
}

static void test_told(void **unused)
{
    static const struct {
        const char *persona, *command, *line;
    } rows[] = {
        {"generic", "+CTZR=0", ""},
        {"generic", "+CTZR=1", "\r\n+CTZV: +22\r\n"},
        {"generic", "+CTZR=2", "\r\n+CTZE: \"+22\",0,\"2026/11/23,17:30:00\"\r\n"},
        {"generic", "+CTZR=3", "\r\n+CTZEU: \"+22\",0,\"2026/11/23,12:00:00\"\r\n"},
        {"sim800", "+CLTS=1", "\r\n*PSUTTZ: 2026,11,23,12,0,0,\"+22\",0\r\n"},
        {"telit", "#NITZ=5,1", "\r\n#NITZ: " LOCAL "\r\n"},
        {"sim7600", "+CTZU=1", "\r\n+NITZ: 26/11/23,12:00:00+22,0\r\n"},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct modem modem;

        sim_bench_start(&modem, rows[i].persona);
        sim_bench_expect(&modem, rows[i].command, "");
        commands_tell_time(&modem);
        assert_string_equal(modem.channel.urcs.data, rows[i].line);
        strbuf_reset(&modem.channel.urcs);
        modem.config.time_off = true;
        commands_tell_time(&modem);
        assert_string_equal(modem.channel.urcs.data, "");
        sim_bench_end(&modem);
    }
}

static void test_huawei(void **unused)
{
    struct result result;
    struct modem modem;

    (void)unused;
    sim_bench_start(&modem, "huawei");
    sim_bench_expect(&modem, "^NWTIME?", "\r\n^NWTIME: " LOCAL ",00\r\n");
    modem.config.time_ahead_sec = -86400;
    sim_bench_expect(&modem, "^NWTIME?", "\r\n^NWTIME: 26/11/22,17:30:00+22,00\r\n");
    modem.config.time_off = true;
    (void)sim_bench_run(&modem, "^NWTIME?", &result);
    assert_int_equal(result.kind, RESULT_ERROR);
    sim_bench_end(&modem);
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
