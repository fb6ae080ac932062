/* What the SIM asks for, and the tries left in each vendor's words: examples of their manuals. */
#include "at/sim_lock.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

static void test_locks(void **state)
{
    static const struct {
        const char *line;
        int lock; /* -1: refused */
    } rows[] = {
        {"+CPIN: READY", AT_SIM_READY},
        {"+CPIN:READY", AT_SIM_READY},
        {"+CPIN: \"READY\"", AT_SIM_READY},
        {"+CPIN: SIM PIN", AT_SIM_PIN},
        {"^CPIN: SIM PIN,,10,3,10,3", AT_SIM_PIN},
        {"+CPIN: SIM PUK", AT_SIM_PUK},
        {"+CPIN: SIM PIN2", AT_SIM_PIN2},
        {"+CPIN: SIM PUK2", AT_SIM_PUK2},
        {"+CPIN: NOT READY", AT_SIM_NOT_READY},
        {"+CPIN: NOT INSERTED", AT_SIM_NOT_INSERTED},
        {"+CPIN: PH-SIM PIN", AT_SIM_PERSONALIZED},
        {"+CPIN: PH-NET PUK", AT_SIM_PERSONALIZED},
        {"+CPIN: PH-FSIM PIN", AT_SIM_PERSONALIZED},
        {"+CPIN: ready", -1},
        {"+CPIN: SIM", -1},
        {"+CPIN: SIM PIN3", -1},
        {"+CPIN:", -1},
        {"+CPIN: a text that is longer than any of them", -1},
        {"+CPINR: SIM PIN,3,3", -1},
        {"READY", -1},
        {"", -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        enum at_sim_lock lock = AT_SIM_PUK2;
        int r = at_parse_cpin(rows[i].line, &lock);

        if (r != (rows[i].lock < 0 ? -EINVAL : 0))
            fail_msg("%s: %d", rows[i].line, r);
        assert_int_equal(lock, rows[i].lock < 0 ? (int)AT_SIM_PUK2 : rows[i].lock);
    }
}

static void test_tries(void **state)
{
    static const struct {
        const char *line;
        int tries, puk; /* -1 of tries: refused; of the PUK's: not told */
    } rows[] = {
        {"+CPINR: SIM PIN,3,3", 3, -1},
        {"+CPINR: SIM PIN,0", 0, -1},
        {"^CPIN: SIM PIN,,10,3,10,2", 3, 10},
        {"^CPIN: READY,,10,1,10,3", 1, 10},
        {"^CPIN: SIM PIN,3,10,2,10,3", 2, 10},
        {"+QPINC: \"SC\",2,10", 2, 10},
        {"+ZPINPUK: 3,3,10,10", 3, 10},
        {"+ZPINPUK=1,3,9,10", -1, 0},
        {"*SPIC: 3,10,0,10", 3, 10},
        {"+SPIC: 2,9,0,10", 2, 9},
        {"#PCT: 3", 3, -1},
        {"^SPIC: 3", 3, -1},
        {"+UPINCNT: 3,2,10,9", 3, 10},
        {"+CSIM: 4,\"63C3\"", 3, -1},
        {"+CSIM: 4,\"63c0\"", 0, -1},
        {"+CSIM: 4,6983", 0, -1},
        {"+CSIM: 4,\"9000\"", -1, 0},
        {"+CSIM: 4,\"6700\"", -1, 0},
        {"+CSIM: 4,\"63C\"", -1, 0},
        {"+CSIM: 6,\"0063C3\"", -1, 0},
        {"+CSIM: 4", -1, 0},
        /* Of something else than PIN1. */
        {"+CPINR: SIM PUK,10,10", -1, 0},
        {"+CPINR: SIM PIN2,3,3", -1, 0},
        {"+QPINC: \"P2\",3,10", -1, 0},
        {"+CPINR: SIM PIN", -1, 0},
        {"+CPINR: SIM PIN,x", -1, 0},
        {"+ZPINPUK: 100,3,10,10", -1, 0},
        {"+ZPINPUK: 3,3,x,10", -1, 0},
        {"^CPIN: SIM PIN,,10", -1, 0},
        {"^CPIN: SIM PUK,1", -1, 0},
        {"#PCT:", -1, 0},
        {"+CPIN: SIM PIN", -1, 0},
        {"3", -1, 0},
        {"", -1, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int tries = 77, puk = 77;
        int r = at_parse_pin_tries(rows[i].line, &tries, &puk);

        if (r != (rows[i].tries < 0 ? -EINVAL : 0))
            fail_msg("%s: %d", rows[i].line, r);
        assert_int_equal(tries, r < 0 ? 77 : rows[i].tries);
        assert_int_equal(puk, r < 0 ? 77 : rows[i].puk);
    }
}

/*
 * Asking must not spend a try: the one VERIFY among the commands has no PIN in it (P3 of the APDU
 * 0020000100 is 0), and none enters one.
 */
static void test_commands(void **state)
{
    size_t n = 0;

    (void)state;
    for (; at_pin_tries_commands[n]; n++) {
        const char *command = at_pin_tries_commands[n];
        const char *apdu = strstr(command, "+CSIM=");

        assert_non_null(strchr("+^#", command[0]));
        assert_null(strstr(command, "CPIN="));
        if (apdu)
            assert_string_equal(apdu, "+CSIM=10,\"0020000100\"");
    }
    assert_int_equal(n, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locks),
        cmocka_unit_test(test_tries),
        cmocka_unit_test(test_commands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
