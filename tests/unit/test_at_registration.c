/*
 * The three registration lines, answered and unsolicited, as TS 27.007 has them and as they come.
 */
#include "at/registration.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>

static void test_lines(void **state)
{
    static const struct {
        const char *line;
        enum at_domain domain;
        int stat;
        const char *lac_text, *ci_text;
        int64_t lac, ci;
        int act;
    } rows[] = {
        /* Answers to a query: <n>,<stat>. */
        {"+CREG: 0,1", AT_DOMAIN_CREG, 1, "", "", -1, -1, -1},
        {"+CREG: 2,1,\"5E25\",\"0362CA01\",2", AT_DOMAIN_CREG, 1, "5E25", "0362CA01", 0x5E25,
            0x0362CA01, 2},
        {"+CGREG: 2,5,\"00c3\",\"1a2b\"", AT_DOMAIN_CGREG, 5, "00c3", "1a2b", 0xC3, 0x1A2B, -1},
        {"+CEREG: 4,5,\"5B22\",\"0362CA01\",7,,,\"00100100\"", AT_DOMAIN_CEREG, 5, "5B22",
            "0362CA01", 0x5B22, 0x0362CA01, 7},
        {"+CREG: 2,1,9110,7E6", AT_DOMAIN_CREG, 1, "9110", "7E6", 0x9110, 0x7E6, -1},
        {"+CEREG: 0,11", AT_DOMAIN_CEREG, 11, "", "", -1, -1, -1},
        {"+CEREG:2,3", AT_DOMAIN_CEREG, 3, "", "", -1, -1, -1},
        {"+CREG: ,1", AT_DOMAIN_CREG, 1, "", "", -1, -1, -1},
        /* Unsolicited: <stat>. */
        {"+CREG: 1", AT_DOMAIN_CREG, 1, "", "", -1, -1, -1},
        {"+CREG: 5,\"00C3\",\"1A2B\",0", AT_DOMAIN_CREG, 5, "00C3", "1A2B", 0xC3, 0x1A2B, 0},
        {"+CREG: 1,5E25,0362CA01", AT_DOMAIN_CREG, 1, "5E25", "0362CA01", 0x5E25, 0x0362CA01, -1},
        {"+CREG: 1,\"01\",\"02\"", AT_DOMAIN_CREG, 1, "01", "02", 1, 2, -1},
        {"+CREG: 1,0012,0013", AT_DOMAIN_CREG, 1, "0012", "0013", 0x12, 0x13, -1},
        /* Cells that are none. */
        {"+CREG: 2,0,,", AT_DOMAIN_CREG, 0, "", "", -1, -1, -1},
        {"+CREG: 2,2,\"\",\"\",\"\"", AT_DOMAIN_CREG, 2, "", "", -1, -1, -1},
        {"+CREG: 2,1,\"5E2G\",\"x\"", AT_DOMAIN_CREG, 1, "5E2G", "x", -1, -1, -1},
        {"+CREG: 2,1,\"123456789\",\"00000000000000001\"", AT_DOMAIN_CREG, 1, "", "", -1, -1, -1},
        {"+CREG: 2,1,\"1\",\"2\",100", AT_DOMAIN_CREG, 1, "1", "2", 1, 2, -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct at_registration registration;

        if (at_registration_parse(rows[i].line, &registration) != 0)
            fail_msg("refused: %s", rows[i].line);
        if (registration.stat != rows[i].stat || registration.lac != rows[i].lac ||
            registration.ci != rows[i].ci || registration.act != rows[i].act)
            fail_msg("read otherwise: %s", rows[i].line);
        assert_int_equal(registration.domain, rows[i].domain);
        assert_string_equal(registration.lac_text, rows[i].lac_text);
        assert_string_equal(registration.ci_text, rows[i].ci_text);
    }
}

static void test_other_lines(void **state)
{
    static const char *const lines[] = {"", "+CREG", "+CREG:", "+CREG: ", "+CREG: x", "+CREG: -1",
        "+CREG: 12", "+CREG: ,\"1\"", "+CRE: 1", "+CREGX: 1", "+COPS: 0", "+CSQ: 1,99"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        struct at_registration registration = {.stat = 77};

        if (at_registration_parse(lines[i], &registration) != -EINVAL)
            fail_msg("taken: %s", lines[i]);
        assert_int_equal(registration.stat, 77);
    }
}

/* TS 27.007 §7.2: home, roaming, and both with "SMS only"; emergency and CSFB states are not. */
static void test_registered(void **state)
{
    static const bool registered[] = {
        false, true, false, false, false, true, true, true, false, false, false, false};

    (void)state;
    for (int stat = 0; stat < (int)ARRAY_SIZE(registered); stat++)
        assert_int_equal(at_registration_is_registered(stat), registered[stat]);
    assert_false(at_registration_is_registered(-1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_other_lines),
        cmocka_unit_test(test_registered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
