/* Commands of the card: PIN and PUK, tries left in each make's words, numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_bench.h"

#include "fake_pty.h"

/* TS 27.007 §8.3: three PINs, then ten PUKs. */
static void test_pin(void **state)
{
    static const struct sim_row rows[] = {
        {"+CPIN?", "+CPIN: SIM PIN|OK"},
        {"+CPIN=?", "OK"},
        {"+CPIN", "CME 50"},
        {"+CPIN=\"12345678901234567\"", "CME 50"},
        {"+CPIN=\"1111\"", "CME 16"},
        {"+CPIN=2222", "CME 16"},
        {"+CPINR", "+CPINR: SIM PIN,1,3|+CPINR: SIM PUK,10,10|OK"},
        {"+CPIN=\"3333\"", "CME 12"},
        {"+CPIN?", "+CPIN: SIM PUK|OK"},
        {"+CPIN=\"1234\"", "CME 16"}, /* the PIN is no PUK */
        {"+CPINR", "+CPINR: SIM PIN,0,3|+CPINR: SIM PUK,9,10|OK"},
        {"+CPIN=\"11111111\",\"1234\"", "OK"},
        {"+CPIN?", "+CPIN: READY|OK"},
        {"+CPINR", "+CPINR: SIM PIN,3,3|+CPINR: SIM PUK,10,10|OK"},
        {"+CPIN=\"1234\"", "CME 3"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "1234", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

static void test_right_pin(void **state)
{
    static const struct sim_row rows[] = {
        {"+CPIN=\"1111\"", "CME 16"},
        {"+CREG=1;+CREG?", "+CREG: 1,0|OK"},
        {"+CPIN=\"1234\"", "OK"},
        {"+CPINR", "+CPINR: SIM PIN,3,3|+CPINR: SIM PUK,10,10|OK"},
    };
    struct sim_bench *bench = sim_bench_new("generic", "1234", &clock_system);

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    assert_true(bench->modem.sms_ready);
    assert_string_equal(sim_urcs(bench), "+CREG: 1|"); /* it is on the network now */
    sim_bench_free(bench);
}

/* A PUK that is used up blocks the card for good. */
static void test_blocked(void **state)
{
    struct sim_bench *bench = sim_bench_new("generic", "1234", &clock_system);

    (void)state;
    bench->modem.card.pin_tries = 0;
    bench->modem.card.puk_tries = 1;
    assert_string_equal(sim_ask(bench, "+CPIN=\"22222222\",\"1234\""), "CME 16");
    assert_string_equal(sim_ask(bench, "+CPIN=\"11111111\",\"1234\""), "CME 13");
    assert_string_equal(sim_ask(bench, "+CPIN?"), "+CPIN: SIM PUK|OK");
    assert_int_equal(bench->modem.card.puk_tries, 0);
    sim_bench_free(bench);
}

/* With two PINs and nine PUKs left. */
static void test_tries(void **state)
{
    static const struct {
        const char *persona, *command, *answer;
    } rows[] = {
        {"generic", "+CPINR", "+CPINR: SIM PIN,2,3|+CPINR: SIM PUK,9,10|OK"},
        {"sim800", "+SPIC", "+SPIC: 2,9,2,9|OK"},
        {"a7670", "+SPIC", "+SPIC: 2,9,2,9|OK"},
        {"quectel", "+QPINC=\"SC\"", "+QPINC: \"SC\",2,9|OK"},
        {"zte", "+ZPINPUK=?", "+ZPINPUK: 2,3,9,10|OK"},
        {"ublox", "+UPINCNT", "+UPINCNT: 2,3,9,10|OK"},
        {"telit", "#PCT", "#PCT: 2|OK"},
        {"cinterion", "^SPIC", "^SPIC: 2|OK"},
        {"huawei", "^CPIN?", "^CPIN: SIM PIN,,9,2,9,2|OK"},
        {"sierra", "+CSIM=10,\"0020000100\"", "+CSIM: 4,\"63C2\"|OK"},
        {"sierra", "+CSIM=10,\"002C000100\"", "+CSIM: 4,\"63C9\"|OK"},
        {"sierra", "+CSIM=10,\"00A4000000\"", "+CSIM: 4,\"6D00\"|OK"},
        {"sierra", "+CSIM=513,\"00\"", "CME 50"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = sim_bench_new(rows[i].persona, "1234", &clock_system);

        bench->modem.card.pin_tries = 2;
        bench->modem.card.puk_tries = 9;
        if (strcmp(sim_ask(bench, rows[i].command), rows[i].answer) != 0)
            fail_msg("%s: %s", rows[i].command, bench->answer);
        sim_bench_free(bench);
    }
}

/* Of what is asked for now: the PUK, when the PIN's are used up. */
static void test_tries_of_the_puk(void **state)
{
    struct sim_bench *bench = sim_bench_new("telit", "1234", &clock_system);

    (void)state;
    bench->modem.card.pin_tries = 0;
    assert_string_equal(sim_ask(bench, "#PCT"), "#PCT: 10|OK");
    sim_bench_free(bench);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *persona, *command, *answer;
    } rows[] = {
        {"generic", "+CIMI", "404450000000000|OK"},
        {"generic", "+CCID", "+CCID: 8991000000000000000|OK"},
        {"generic", "+ICCID", "+ICCID: 8991000000000000000|OK"},
        {"sim7600", "+CICCID", "+ICCID: 8991000000000000000|OK"},
        {"huawei", "^ICCID?", "^ICCID: 8991000000000000000|OK"},
        {"quectel", "+QCCID", "+QCCID: 8991000000000000000|OK"},
        {"generic", "+CNUM", "OK"},
        {"generic", "+CLCK=\"SC\",2", "+CLCK: 0|OK"},
        {"generic", "+CLCK=\"AO\",2", "+CLCK: 0|OK"},
        {"generic", "+CLCK=\"SC\",1", "CME 3"},
        {"generic", "+CLCK?", "CME 50"},
        {"generic", "+CLCK=?", "+CLCK: (\"SC\")|OK"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = sim_bench_new(rows[i].persona, "", &clock_system);

        if (strcmp(sim_ask(bench, rows[i].command), rows[i].answer) != 0)
            fail_msg("%s: %s", rows[i].command, bench->answer);
        sim_bench_free(bench);
    }
}

/* No card, one that is still starting after its PIN, and one with a PIN. */
static void test_states(void **state)
{
    struct sim_bench *bench = sim_bench_new("zte", "1234", &clock_system);

    (void)state;
    assert_string_equal(sim_ask(bench, "+CLCK=\"SC\",2"), "+CLCK: 1|OK");
    assert_string_equal(sim_ask(bench, "+CLCK=\"AO\",2"), "+CLCK: 0|OK");
    assert_string_equal(sim_ask(bench, "+CPIN=\"1234\""), "OK");
    assert_string_equal(sim_ask(bench, "+CPIN?"), "CME 14");
    bench->modem.sim_busy_until = 0;
    assert_string_equal(sim_ask(bench, "+CPIN?"), "+CPIN: READY|OK");
    bench->modem.card.absent = true;
    assert_string_equal(sim_ask(bench, "+CPIN?"), "CME 10");
    sim_bench_free(bench);
    bench = sim_bench_new("generic", "", &clock_system);
    bench->modem.card.absent = true;
    assert_string_equal(sim_ask(bench, "+CCID"), "CME 10");
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pin),
        cmocka_unit_test(test_right_pin),
        cmocka_unit_test(test_blocked),
        cmocka_unit_test(test_tries),
        cmocka_unit_test(test_tries_of_the_puk),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
