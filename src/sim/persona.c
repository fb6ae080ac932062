#include "sim/persona.h"

#include "util/macros.h"

#include <stddef.h>
#include <string.h>

#define CNMI_ALL "(0-2),(0-3),(0,2),(0-2),(0,1)"

/*
 * Boot lines and quirks as others have met them. Times are shorter than true modems', so that tests
 * need not wait. Sources: MM ModemManager's plugins, oF oFono's drivers, CD/CQ chan_dongle and
 * chan_quectel, GA gammu (read in their source); man: the vendor's manual; #: an issue of gammu or
 * of the named project; own: as its family has it, seen in no source.
 */
static const struct persona personas[] = {
    {
        .name = "generic",
        .bit = PERSONA_GENERIC,
        .manufacturer = "smsotp",
        .model = "Simulated GSM modem",
        .revision = "1.0",
        .first_index = 1,
        .sms_slots = 20,
        .cnmi_test = CNMI_ALL,
    },
    {
        .name = "huawei",
        .bit = PERSONA_HUAWEI,
        .manufacturer = "huawei",
        .model = "E173",
        .revision = "11.126.85.00.209",
        .boot = {"^SYSSTART", "^SIMST:1", "^SRVST:2", "^MODE:5,4"}, /* MM */
        .noise = {"^RSSI: 17", "^BOOT:26889933,0,0,0,72", "^HCSQ:\"WCDMA\",44,41,38", /* MM, GA */
            "^DSFLOWRPT:0000000A,00000000,00000000,0000000000000000,0000000000000000,00000000,0"},
        .noise_ms = 2000,      /* denser, gammu never ends its first command: #146 */
        .noise_end = "^CURC",  /* GA, MM */
        .first_index = 0,      /* GA */
        .sms_slots = 20,
        .cnmi_test = "(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)", /* own */
        .away_ms = 500, /* a stick leaves the bus: #687 */
    },
    {
        .name = "zte",
        .bit = PERSONA_ZTE,
        .manufacturer = "ZTE CORPORATION",
        .model = "MF190",
        .revision = "BD_DNAP673A5V1.0.0B03",
        .boot = {"+ZDONR: \"Sim Telecom\",404,45,\"CS_ONLY\",\"ROAM_OFF\"", "+ZPSTM: 0"},
        .pin_busy_ms = 500,   /* MM waits 1 s, then asks three times, every 2 s */
        .sms_ready_ms = 500,
        .noise = {"+ZUSIMR:2", "+ZUSIMR:2", "+ZPASR: \"UMTS\"", "+ZUSIMR:2", "+ZEND"}, /* MM */
        .noise_ms = 50,       /* "crashes the device": MM */
        .noise_end = "+CPMS", /* MM */
        .report_comma = true, /* oF */
        .first_index = 1,
        .sms_slots = 20,
        .cnmi_test = CNMI_ALL,
        .away_ms = 500,
    },
    {
        .name = "quectel",
        .bit = PERSONA_QUECTEL,
        .manufacturer = "Quectel",
        .model = "EC25",
        .revision = "EC25EFAR06A03M4G",
        .boot = {"RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1"}, /* man */
        .sms_ready_ms = 300,
        .sms_ready_line = "+QIND: SMS DONE", /* own */
        .noise = {"+QIND: \"csq\",24,99", "+QIND: \"act\",\"LTE\"", "^DSCI: 1,0,0,0,,129"}, /* MM */
        .noise_ms = 10000, /* denser, gammu never ends */
        .noise_end = "+QINDCFG", /* man */
        .first_index = 0,
        .sms_slots = 23,
        .cnmi_test = CNMI_ALL,
        .report_misnamed = true, /* CQ #75 */
    },
    {
        .name = "quectel-m",
        .bit = PERSONA_QUECTEL_M,
        .manufacturer = "Quectel_Ltd",
        .model = "Quectel_M35",
        .revision = "Revision: M35FAR02A05",
        .boot = {"RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready"}, /* own */
        .sms_ready_ms = 800,
        .sms_ready_line = "SMS Ready", /* own */
        .noise = {"+CTZV: +22"},       /* own */
        .noise_ms = 200,
        .first_index = 1,
        .sms_slots = 10,
        .cnmi_test = CNMI_ALL,
    },
    {
        .name = "sim800",
        .bit = PERSONA_SIM800,
        .manufacturer = "SIMCOM_Ltd",
        .model = "SIMCOM_SIM800L",
        .revision = "Revision:1418B05SIM800L24",
        .boot = {"RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready"}, /* man */
        .boot_ms = 200,
        .sms_ready_ms = 800,           /* 5 to 10 s by users' accounts */
        .sms_ready_line = "SMS Ready", /* man */
        .noise = {"*PSNWID: \"404\",\"45\",\"Sim\",0,\"Sim\",0", "DST: 0"}, /* man */
        .noise_ms = 10000,
        .first_index = 1,
        .sms_slots = 10,
        .cnmi_test = "(0-3),(0-3),(0,2),(0-2),(0,1)",
    },
    {
        .name = "sim7600",
        .bit = PERSONA_SIM7600,
        .manufacturer = "SIMCOM INCORPORATED",
        .model = "SIMCOM_SIM7600E-H",
        .revision = "LE20B03SIM7600M22",
        .boot = {"RDY", "+CPIN: READY", "PB DONE"}, /* man */
        .sms_ready_ms = 500,
        .sms_ready_line = "SMS DONE", /* man */
        .noise = {"+CNSMOD: 1,8", "+CSQ: 23,99", "MISSED_CALL: 10:12AM 09812"}, /* MM */
        .noise_ms = 150,
        .noise_end = "+CNSMOD",
        .first_index = 0,
        .sms_slots = 30,
        .cnmi_test = CNMI_ALL,
        .calls_stat = 3, /* T-SIM7600X #85 */
    },
    {
        .name = "a7670",
        .bit = PERSONA_A7670,
        .manufacturer = "INCORPORATED",
        .model = "A7670E-FASE",
        .revision = "A7670M7_B05V02_220429",
        .boot = {"*ATREADY: 1", "+CPIN: READY"}, /* LilyGo #247 */
        .sms_ready_ms = 1500,
        .early = PERSONA_EARLY_ERROR, /* LilyGo #247, #79 */
        .sms_ready_line = "SMS DONE",
        .noise = {"+CNSMOD: 8", "VOICE CALL: END"}, /* MM */
        .noise_ms = 300,
        .noise_end = "+CNSMOD",
        .first_index = 0,
        .sms_slots = 30,
        .cnmi_test = CNMI_ALL,
        .searching = 11, /* seen; in TS 27.007 §7.2 it is about RLOS */
    },
    {
        .name = "ublox",
        .bit = PERSONA_UBLOX,
        .manufacturer = "u-blox",
        .model = "SARA-U201",
        .revision = "23.60",
        .boot = {"+AT: READY", "+UUSIMSTAT: 1", "+PBREADY"}, /* man */
        .boot_ms = 300, /* up to 20 s: MM's udev rule */
        .noise = {"+UUSIMSTAT: 3"}, /* man */
        .noise_ms = 1000,
        .first_index = 1,
        .sms_slots = 20,
        .cnmi_test = CNMI_ALL,
        .prompt = "\r\n>", /* own: what is left when the blank is late */
        .prompt_ms = 100,  /* up to 1 s: man */
    },
    {
        .name = "telit",
        .bit = PERSONA_TELIT,
        .manufacturer = "Telit",
        .model = "HE910",
        .revision = "12.00.004",
        .sms_ready_ms = 800,
        .pin_busy_ms = 500,   /* 3 s: man */
        .noise = {"#STN: 33", "#STN: 254"}, /* stalls gammu for 23 s: #355 */
        .noise_ms = 150,
        .noise_end = "#STIA", /* man */
        .first_index = 1,
        .sms_slots = 40,
        .cnmi_test = CNMI_ALL,
        .report_lost_ds = 1U << 2, /* #272 */
        .away_ms = 500,
    },
    {
        .name = "sierra",
        .bit = PERSONA_SIERRA,
        .manufacturer = "Sierra Wireless, Incorporated",
        .model = "MC7304",
        .revision = "SWI9X15C_05.05.58.00",
        .boot = {"+PACSP0"},  /* MM */
        .pin_busy_ms = 500,   /* 8 s: MM */
        .noise = {"+PACSP0", "+CSQ: 17,99"}, /* MM */
        .noise_ms = 400,
        .first_index = 0,
        .sms_slots = 23,
        .cnmi_test = CNMI_ALL,
        .cnmi_refused_ds = 1U << 1, /* though advertised: MM */
        .away_ms = 500,
    },
    {
        .name = "cinterion",
        .bit = PERSONA_CINTERION,
        .manufacturer = "Cinterion",
        .model = "EHS6",
        .revision = "REVISION 03.001",
        .boot = {"^SYSSTART", "+PBREADY"}, /* man */
        .noise = {"+CIEV: rssi,3", "^SLCC:"}, /* man */
        .noise_ms = 200,
        .first_index = 1,
        .sms_slots = 25,
        .cnmi_test = "(0,1,2),(0,1),(0,2),(0,1,2),(1)",
    },
    { /* of no vendor: what is seen here and there, all at once */
        .name = "awkward",
        .bit = PERSONA_AWKWARD,
        .manufacturer = "+CGMI: \"AWKWARD\"",
        .model = "+CGMM: \"One\"",
        .revision = "+CGMR: \"0\"",
        .boot = {"RDY"},
        .boot_ms = 700,
        .noise = {"RING", "+CRING: VOICE"},
        .noise_ms = 70,
        .first_index = 1,
        .sms_slots = 10,
        .cnmi_test = "(0,1),(0,1),(0),(0),(0)",
        .cnmi_refused_ds = 1U << 1 | 1U << 2,
        .prompt = ">",
        .prompt_ms = 400,
        .unknown = "COMMAND NOT SUPPORT",
        .echo_stays = true,
    },
};

const struct persona *persona_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(personas); i++) {
        if (strcmp(personas[i].name, name) == 0)
            return &personas[i];
    }
    return NULL;
}

const char *persona_names(void)
{
    return "generic, huawei, zte, quectel, quectel-m, sim800, sim7600, a7670, ublox, telit, "
           "sierra, cinterion, awkward";
}
