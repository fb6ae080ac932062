/* Lines that come unasked: which line is which kind, and behind which a PDU follows. */
#include "modem/urc.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_kinds(void **state)
{
    static const struct {
        const char *line;
        enum urc_kind kind;
        bool body;
    } table[] = {
        /* 3GPP TS 27.007 §7.2, §10.1.20, §8.5, §8.3 */
        {"+CREG: 1", URC_REGISTRATION, false},
        {"+CREG: 5,\"1A2B\",\"0C3D\",7", URC_REGISTRATION, false},
        {"+CGREG: 2", URC_REGISTRATION, false},
        {"+CEREG: 1", URC_REGISTRATION, false},
        {"+CSQ: 20,99", URC_SIGNAL, false},
        {"+CPIN: NOT READY", URC_SIM, false},
        /* TS 27.005 §3.4.1: the PDU stands on the line behind */
        {"+CMT: ,26", URC_MESSAGE, true},
        {"+CDS: 25", URC_REPORT, true},
        {"+CBM: 88", URC_NOISE, true},
        {"+CMTI: \"SM\",4", URC_STORED, false},
        {"+CDSI: \"SR\",3", URC_STORED_REPORT, false},
        /* vendors */
        {"RDY", URC_RESTARTED, false},
        {"^SYSSTART", URC_RESTARTED, false},
        {"*ATREADY: 1", URC_RESTARTED, false},
        {"+AT: READY", URC_RESTARTED, false},
        {"UNDER-VOLTAGE WARNNING", URC_POWER, false}, /* SIMCom's spelling */
        {"UNDER-VOLTAGE POWER DOWN", URC_POWER, false},
        {"OVER-VOLTAGE WARNNING", URC_POWER, false},
        {"UNDER_VOLTAGE WARNING", URC_POWER, false}, /* Quectel, 2G */
        {"OVER_VOLTAGE POWER DOWN", URC_POWER, false},
        {"^SBC: Undervoltage", URC_POWER, false}, /* Cinterion */
        {"^SBC: Overvoltage", URC_POWER, false},
        {"^SBC: 0,0,3900", URC_NOISE, false}, /* an answer of its kin */
        {"SMS Ready", URC_SMS_READY, false},
        {"SMS DONE", URC_SMS_READY, false},
        {"+QIND: SMS DONE", URC_SMS_READY, false},
        {"#QSS: 3", URC_SMS_READY, false},
        {"RING", URC_NOISE, false},
        {"$GPGGA,123519,4807.038,N", URC_NOISE, false},
        /* known by the form alone, or by a vendor's row */
        {"^RSSI:12", URC_NOISE, false},
        {"*PSNWID: \"404\",\"45\"", URC_NOISE, false},
        {"*PSUTTZ: 26,11,24,0,0,0,\"+22\",0", URC_TIME, false},
        {"+CTZV: +22", URC_TIME, false},
        {"+CTZE: \"+22\",0", URC_TIME, false},
        {"+CTZEU: \"+22\",0", URC_TIME, false},
        {"+NITZ: 26/11/24,00:00:00+22,0", URC_TIME, false},
        {"^NWTIME:26/11/24,00:00:00+22,00", URC_TIME, false},
        {"#NITZ: 26/11/24,00:00:00+22", URC_TIME, false},
        {"+CIEV: nitz,\"26/11/24,00:00:00\",22", URC_TIME, false},
        {"+CIEV: rssi,3", URC_NOISE, false},
        {"%NWTIME: 1", URC_NOISE, false},
        {"!SERVICE", URC_NOISE, false},
        {"$QCRMCALL", URC_NOISE, false},
        {"+cusd: 2", URC_NOISE, false},
        {"Call Ready", URC_NOISE, false},
        {"PB DONE", URC_NOISE, false},
        /* like one of the above, but not it */
        {"#QSS: 1", URC_NOISE, false},
        {"+QIND: PB DONE", URC_NOISE, false},
        {"^SYSSTART AIRPLANE MODE", URC_NOISE, false},
        {"*ATREADY: 10", URC_NOISE, false},
        {"+CMTX: 1", URC_NOISE, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        const struct urc *urc = urc_find(table[i].line);

        if (!urc || urc->kind != table[i].kind || urc->body != table[i].body)
            fail_msg(
                "%s: kind %d, body %d", table[i].line, urc ? (int)urc->kind : -1, urc && urc->body);
    }
}

/* Answers and text must not be taken for something that came unasked. */
static void test_none(void **state)
{
    static const char *const table[] = {"", "OK", "ERROR", "RDY2", "RINGING", "SMS Ready 2", "12",
        " +CREG: 1", "CREG: 1", "490154203237518", "0791361907001003", "+", "+1", "+919812345678",
        "^", "#1", "*123#", "> ", "ACME"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (urc_find(table[i]))
            fail_msg("\"%s\": kind %d", table[i], (int)urc_find(table[i])->kind);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
