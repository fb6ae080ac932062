#include "modem/profile.h"
#include "modem/timers.h"
#include "modem/urc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* Identities as modems give them; the words are from vendors' manuals and users' logs. */
static void test_identities(void **unused)
{
    static const struct {
        const char *manufacturer, *model, *revision, *profile;
    } rows[] = {
        {"huawei", "E173", "11.126.85.00.209", "huawei"},
        {"Huawei Technologies Co., Ltd.", "E3372", "21.200.07.00.00", "huawei"},
        {"Huawei Technologies Co., Ltd.", "MU736", "", "huawei-mu"},
        {"WAVECOM MODEM", "MULTIBAND  900E  1800", "657e09gg.Q2406B", "wavecom"},
        {"Option N.V.", "GlobeTrotter HSUPA Modem", "", "msm"},
        {"Novatel Wireless Incorporated", "MC760", "", "msm"},
        {"ZTE CORPORATION", "MF190", "BD_W1P673M3", "zte"},
        {"ZTE INCORPORATED", "MF667", "", "zte"},
        {"Quectel", "EC25", "EC25EFAR06A03M4G", "quectel"},
        {"QUECTEL", "BG96", "", "quectel"},
        {"Quectel_Ltd", "Quectel_M35", "Revision: M35FAR02A05", "quectel-m"},
        {"Quectel_Ltd", "Quectel_M95", "Revision: M95FAR02A08", "quectel-m"},
        {"SIMCOM_Ltd", "SIMCOM_SIM800L", "Revision:1418B05SIM800L24", "sim800"},
        {"SIMCOM_Ltd", "SIMCOM_SIM900", "", "sim800"},
        {"SIMCOM INCORPORATED", "SIMCOM_SIM7600E-H", "LE20B03SIM7600M22", "sim7600"},
        {"SIMCOM INCORPORATED", "A7670E-FASE", "", "a76xx"},
        {"INCORPORATED", "A7670E-FASE", "A7670M7_B05V02_220429", "a76xx"},
        {"u-blox", "SARA-U201", "23.60", "u-blox"},
        {"Telit", "HE910", "12.00.004", "telit"},
        {"Sierra Wireless, Incorporated", "MC7304", "SWI9X15C", "sierra"},
        {"Cinterion", "EHS6", "REVISION 03.001", "cinterion"},
        {"SIEMENS", "MC35", "REVISION 05.00", "cinterion"},
        {"Gemalto", "PLS8-E", "", "cinterion"},
        {"", "", "", "generic"},
        {"ACME huawei", "E173", "", "generic"}, /* the beginning, not a part */
        {"Qualcomm", "EC25", "", "generic"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct modem_profile profile;

        modem_profile_find(rows[i].manufacturer, rows[i].model, rows[i].revision, &profile);
        if (strcmp(profile.name, rows[i].profile) != 0)
            fail_msg("%s %s: %s", rows[i].manufacturer, rows[i].model, profile.name);
    }
}

static void test_usb_ids(void **unused)
{
    static const struct {
        uint16_t vendor, product;
        const char *profile;
    } rows[] = {
        {0x12d1, 0x1001, "huawei"}, {0x12d1, 0x1506, "huawei"}, {0x19d2, 0x0117, "zte"},
        {0x2c7c, 0x0125, "quectel"}, {0x05c6, 0x9003, "quectel"}, {0x1e0e, 0x9001, "sim7600"},
        {0x1e0e, 0x9011, "a76xx"}, {0x1546, 0x1102, "u-blox"}, {0x05c6, 0x908b, "u-blox"},
        {0x1bc7, 0x0021, "telit"}, {0x1199, 0x68c0, "sierra"}, {0x1e2d, 0x0061, "cinterion"},
        /* bridges carry any modem, or none: never claimed */
        {0x1a86, 0x7523, "generic"}, {0x10c4, 0xea60, "generic"}, {0x067b, 0x2303, "generic"},
        {0x05c6, 0x6000, "generic"}, {0, 0, "generic"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct modem_profile profile;

        modem_profile_find_usb(rows[i].vendor, rows[i].product, &profile);
        if (strcmp(profile.name, rows[i].profile) != 0)
            fail_msg("%04x:%04x: %s", rows[i].vendor, rows[i].product, profile.name);
    }
}

/* A routing is five digits of TS 27.005 §3.4.1, and asks for nothing that wants +CNMA. */
static void check_routings(const struct modem_profile *profile)
{
    assert_non_null(profile->cnmi[0]);
    for (size_t i = 0; profile->cnmi[i]; i++) {
        const char *routing = profile->cnmi[i];

        assert_int_equal(strlen(routing), 9);
        assert_true(routing[0] == '1' || routing[0] == '2');
        assert_int_equal(routing[2], '1');
        assert_true(routing[6] >= '0' && routing[6] <= '2');
    }
}

/* Commands are words for AT, and none that field reports warn of. */
static void check_commands(const char *const *commands)
{
    for (size_t i = 0; commands[i]; i++) {
        assert_non_null(strchr("+^#&!$%*", commands[i][0]));
        assert_null(strpbrk(commands[i], "\r\n\x1a;"));
        assert_null(strstr(commands[i], "U2DIAG")); /* E303 stuck for ever */
    }
}

static void test_rows_are_sound(void **unused)
{
    const struct modem_profile *row;
    size_t n = 0;

    (void)unused;
    for (; (row = modem_profile_at(n)); n++) {
        struct modem_profile profile;

        modem_profile_find(row->match[0].manufacturer ? row->match[0].manufacturer : "",
            row->match[0].model ? row->match[0].model : "", "", &profile);
        assert_string_equal(profile.name, row->name); /* no row hides behind another */
        check_routings(&profile);
        check_commands(profile.quiet);
        check_commands(profile.init);
        check_commands(profile.clock);
        check_commands((const char *const[]){profile.reset, NULL});
        assert_true(profile.send_usec >= 60 * USEC_PER_SEC);
        assert_true(profile.send_usec <= modem_timer_usec(MODEM_TIMER_SEND));
        assert_true(profile.after_pin_usec <= 10 * USEC_PER_SEC);
        assert_true(profile.after_cfun_usec <= 10 * USEC_PER_SEC);
        assert_true(profile.prompt_guard_usec <= USEC_PER_SEC);
        assert_true(profile.sms_ready_usec <= 60 * USEC_PER_SEC);
        assert_int_equal(!profile.sms_ready_query, !profile.sms_ready_reply);
        assert_int_equal(!profile.time_query, !profile.time_reply);
        for (size_t i = 0; row->noise && row->noise[i]; i++)
            assert_int_equal(urc_find(row->noise[i])->kind, URC_NOISE);
    }
    assert_int_equal(n, 15);
}

static void test_lines(void **unused)
{
    static const struct {
        const char *line;
        int kind; /* -1: no unsolicited line */
    } rows[] = {
        {"SMS DONE", URC_SMS_READY}, {"SMS Ready", URC_SMS_READY}, {"#QSS: 3", URC_SMS_READY},
        {"+QIND: SMS DONE", URC_SMS_READY}, {"#QSS: 1", URC_NOISE}, {"+QIND: PB DONE", URC_NOISE},
        {"RDY", URC_RESTARTED}, {"*ATREADY: 1", URC_RESTARTED}, {"^SYSSTART", URC_RESTARTED},
        {"+AT: READY", URC_RESTARTED}, {"UNDER-VOLTAGE WARNNING", URC_POWER},
        {"UNDER-VOLTAGE POWER DOWN", URC_POWER}, {"^RSSI: 17", URC_NOISE},
        {"+ZUSIMR:2", URC_NOISE}, {"Call Ready", URC_NOISE}, {"VOICE CALL: END: 000006", URC_NOISE},
        {"*PSUTTZ: 2026,11,23,5,0,0,\"+22\",0", URC_TIME}, {"+CPIN: NOT INSERTED", URC_SIM},
        {"POWERED DOWN", URC_NOISE}, {"huawei", -1}, {"404450000000000", -1}, {"SIM800", -1},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct urc *urc = urc_find(rows[i].line);

        if ((urc ? (int)urc->kind : -1) != rows[i].kind)
            fail_msg("%s: %d", rows[i].line, urc ? (int)urc->kind : -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities),
        cmocka_unit_test(test_usb_ids),
        cmocka_unit_test(test_rows_are_sound),
        cmocka_unit_test(test_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
