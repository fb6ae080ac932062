/* How a line of commands is worked off: chains, refusals, settings, what a make does not know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_bench.h"

#include "fake_pty.h"

/* TS 27.007 §4 and V.250 §5.4: up to the first that fails; the answer has what came before. */
static void test_chains(void **state)
{
    static const struct sim_row rows[] = {
        {"", "OK"}, {"+CSQ", "+CSQ: 20,99|OK"}, {"+csq", "+CSQ: 20,99|OK"},
        {"+CSQ;+CFUN?", "+CSQ: 20,99|+CFUN: 1|OK"}, {"E0V1+CSQ", "+CSQ: 20,99|OK"},
        {"+CSQ;+NOSUCH;+CFUN?", "+CSQ: 20,99|ERROR"}, {"+CSQ;+CMGF=7;+CFUN?", "+CSQ: 20,99|CME 50"},
        {"+CSQ;+", "+CSQ: 20,99|ERROR"},            /* no command: those before it run */
        {"+NOSUCH", "ERROR"}, {"+QPINC?", "ERROR"}, /* another make's */
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    assert_int_equal(bench->modem.stats.commands, 14);
    sim_bench_free(bench);
}

static void test_settings(void **state)
{
    static const struct sim_row rows[] = {
        {"+CMEE?", "+CMEE: 0|OK"},
        {"+CMEE=2", "OK"},
        {"+CMEE?", "+CMEE: 2|OK"},
        {"+CMEE=3", "CME 50"},
        {"+CMEE=x", "CME 50"},
        {"+CMEE?", "+CMEE: 2|OK"},
        {"+CMEE=", "OK"}, /* left out: 0 */
        {"+CMEE?", "+CMEE: 0|OK"},
        {"+CMEE=?", "+CMEE: (0-2)|OK"},
        {"+CGMI=?", "OK"}, /* there is nothing to say */
    };
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    assert_int_equal(bench->modem.settings.echo, 1);
    (void)sim_ask(bench, "E0");
    assert_int_equal(bench->modem.settings.echo, 0);
    sim_bench_free(bench);
}

/* What commands get that need the card (+CIMI), the message service (+CMGL), or neither (+CSQ). */
static void test_refusals(void **state)
{
    static const struct {
        const char *persona;
        bool absent, locked;
        unsigned pin_tries;
        bool sim_busy, sms_starting;
        const char *cimi, *cmgl, *cmgf;
    } rows[] = {
        {"generic", false, false, 3, false, false, "404450000000000|OK", "OK", "OK"},
        {"generic", true, false, 3, false, false, "CME 10", "CMS 310", "OK"},
        {"generic", false, true, 3, false, false, "CME 11", "CMS 311", "OK"},
        {"generic", false, true, 0, false, false, "CME 12", "CMS 316", "OK"},
        {"generic", false, false, 3, true, false, "CME 14", "OK", "OK"},
        {"generic", false, false, 3, false, true, "404450000000000|OK", "CMS 314", "OK"},
        {"a7670", false, false, 3, false, true, "404450000000000|OK", "ERROR", "ERROR"},
        {"a7670", false, true, 3, false, true, "CME 11", "CMS 311", "ERROR"},
        {"a7670", false, false, 3, false, false, "404450000000000|OK", "OK", "OK"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = sim_bench_new(rows[i].persona, "", &clock_system);
        struct modem *modem = &bench->modem;

        modem->card.absent = rows[i].absent;
        modem->card.locked = rows[i].locked;
        modem->card.pin_tries = rows[i].pin_tries;
        modem->sim_busy_until = rows[i].sim_busy ? USEC_INFINITY : 0;
        modem->sms_ready = !rows[i].sms_starting;
        assert_string_equal(sim_ask(bench, "+CIMI"), rows[i].cimi);
        assert_string_equal(sim_ask(bench, "+CMGL=4"), rows[i].cmgl);
        assert_string_equal(sim_ask(bench, "+CMGF=0"), rows[i].cmgf);
        assert_string_equal(sim_ask(bench, "+CSQ"), "+CSQ: 20,99|OK");
        sim_bench_free(bench);
    }
}

/* Where a make says something else than ERROR, and which command makes it be quiet. */
static void test_makes(void **state)
{
    struct sim_bench *bench = sim_bench_new("awkward", "", &clock_system);

    (void)state;
    assert_string_equal(sim_ask(bench, "+NOSUCH"), "COMMAND NOT SUPPORT|told");
    sim_bench_free(bench);
    bench = sim_bench_new("huawei", "", &clock_system);
    assert_int_equal(bench->modem.noise_ms, 2000);
    assert_string_equal(sim_ask(bench, "+CSQ"), "+CSQ: 20,99|OK");
    assert_int_equal(bench->modem.noise_ms, 2000);
    assert_string_equal(sim_ask(bench, "^CURC=0"), "OK");
    assert_int_equal(bench->modem.noise_ms, 0);
    sim_bench_free(bench);
}

/* AT+CLAC names what this make has, each of which it then knows. */
static void test_list(void **state)
{
    static const struct {
        const char *persona, *has, *lacks;
    } rows[] = {
        {"generic", "|+CPINR|", "|+QPINC|"},
        {"quectel", "|+QPINC|", "|+CPINR|"},
        {"telit", "|#PCT|", "|+QPINC|"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = sim_bench_new(rows[i].persona, "", &clock_system);
        char *names, *rest, *name;
        unsigned n = 0;

        names = rest = strdup(sim_ask(bench, "+CLAC"));
        assert_non_null(strstr(names, rows[i].has));
        assert_null(strstr(names, rows[i].lacks));
        while ((name = strsep(&rest, "|")) && strcmp(name, "OK") != 0) {
            char command[32];

            snprintf(command, sizeof(command), "%s=?", name);
            if (strchr("+^#", name[0]) && strncmp(sim_ask(bench, command), "ERROR", 5) == 0)
                fail_msg("%s is listed and not known", name);
            n++;
        }
        assert_true(n > 60);
        free(names);
        sim_bench_free(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_makes),
        cmocka_unit_test(test_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
