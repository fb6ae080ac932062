/* Which commands may be sent by hand. */
#include "at/allowed.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

static void test_commands(void **unused)
{
    static const struct {
        const char *typed;
        const char *command; /* NULL: refused */
        const char *prefix;
    } rows[] = {
        {"AT", "AT\r", ":"},
        {"", "AT\r", ":"},
        {"ATI", "ATI\r", "+GCAP:"},
        {"AT+CSQ", "AT+CSQ\r", "+CSQ:"},
        {"at+csq", "AT+CSQ\r", "+CSQ:"},
        {"+csq", "AT+CSQ\r", "+CSQ:"},
        {"AT+CREG?", "AT+CREG?\r", "+CREG:"},
        {"AT+CPMS=?", "AT+CPMS=?\r", "+CPMS:"},
        {"AT^ICCID?", "AT^ICCID?\r", "^ICCID:"},
        {"AT+QENG=\"servingcell\"", "AT+QENG=\"servingcell\"\r", "+QENG:"},
        /* dials, sends, deletes, reads texts and numbers */
        {"ATD123;", NULL, NULL},
        {"ATA", NULL, NULL},
        {"ATH", NULL, NULL},
        {"AT+CMGS=18", NULL, NULL},
        {"AT+CMGW=18", NULL, NULL},
        {"AT+CMSS=1", NULL, NULL},
        {"AT+CMGC=1", NULL, NULL},
        {"AT+CMGD=1", NULL, NULL},
        {"AT+CMGD=1,4", NULL, NULL},
        {"AT+CMGL=4", NULL, NULL},
        {"AT+CMGR=1", NULL, NULL},
        {"AT+CPBR=1,100", NULL, NULL},
        {"AT+CUSD=1,\"*123#\"", NULL, NULL},
        /* PINs, files of the SIM, personalisation */
        {"AT+CPIN=\"1234\"", NULL, NULL},
        {"AT+CPIN2=\"1234\"", NULL, NULL},
        {"AT+CLCK=\"SC\",1,\"1234\"", NULL, NULL},
        {"AT+CPWD=\"SC\",\"1\",\"2\"", NULL, NULL},
        {"AT+CSIM=10,\"A0A40000023F00\"", NULL, NULL},
        {"AT+CRSM=176,28539", NULL, NULL},
        /* what the gateway needs as it is */
        {"AT^U2DIAG=0", NULL, NULL},
        {"ATZ", NULL, NULL},
        {"AT&F", NULL, NULL},
        {"AT&W", NULL, NULL},
        {"ATE1", NULL, NULL},
        {"AT+CMGF=1", NULL, NULL},
        {"AT+CNMI=0,0", NULL, NULL},
        {"AT+CFUN=0", NULL, NULL},
        {"AT+CFUN=1,1", NULL, NULL},
        {"AT+IPR=9600", NULL, NULL},
        {"AT+COPS=2", NULL, NULL},
        {"AT+COPS=?", NULL, NULL},
        {"AT+CSCA=\"+1\"", NULL, NULL},
        {"AT+CPMS=\"ME\"", NULL, NULL},
        {"AT^RESET", NULL, NULL},
        {"AT+QPOWD", NULL, NULL},
        {"AT+CPOWD=1", NULL, NULL},
        {"AT^SYSCFG=13,0,3FFFFFFF,1,2", NULL, NULL},
        /* more than one, or more than a command */
        {"AT+CSQ;D123", NULL, NULL},
        {"AT+CSQ;+CMGD=1", NULL, NULL},
        {"AT+CSQ\rATD123;", NULL, NULL},
        {"AT+CSQ\n", NULL, NULL},
        {"AT+CSQ\x1A", NULL, NULL},
        {" AT+CSQ", NULL, NULL},
        {"ATAT+CSQ", NULL, NULL},
        {"AT+CSQ ", NULL, NULL},
        {"A/", NULL, NULL},
        {"+++", NULL, NULL},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct at_command command;
        char prefix[AT_ALLOWED_PREFIX_SIZE];
        int r = at_allowed_command(rows[i].typed, &command, prefix);

        if (r != (rows[i].command ? 0 : -EPERM))
            fail_msg("%s: %d", rows[i].typed, r);
        if (!rows[i].command)
            continue;
        assert_string_equal(command.text, rows[i].command);
        assert_string_equal(prefix, rows[i].prefix);
    }
}

/* Every row asks: by a question mark, or as a command of which it is known that it only tells. */
static void test_rows_are_sound(void **unused)
{
    static const char *const never[] = {"CMG", "CMSS", "CPWD", "CLCK", "CPB", "CRSM", "DIAG",
        "COPS=", "POWD", "RESET", "CNMA?", "CPIN="};
    const char *row;
    unsigned n = 0;

    (void)unused;
    for (; (row = at_allowed_at(n)); n++) {
        const char *equals = strchr(row, '=');

        assert_true(strlen(row) + 1 < AT_ALLOWED_PREFIX_SIZE);
        assert_null(strpbrk(row, ";\r\n "));
        if (equals && strcmp(equals, "=?") != 0)
            assert_string_equal(row, "+QENG=\"servingcell\"");
        for (size_t i = 0; i < ARRAY_SIZE(never); i++)
            if (strstr(row, never[i]) && strcmp(row, "+CMGF?") != 0 && strcmp(row, "+CMGF=?") != 0)
                fail_msg("%s", row);
    }
    assert_true(n > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_rows_are_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
