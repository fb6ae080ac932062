#include "modem/urc.h"

#include "modem/profile.h"
#include "util/macros.h"

#include <stddef.h>
#include <string.h>

static const struct urc rows[] = {
    {.text = "+CREG:", .kind = URC_REGISTRATION},
    {.text = "+CGREG:", .kind = URC_REGISTRATION},
    {.text = "+CEREG:", .kind = URC_REGISTRATION},
    {.text = "+CSQ:", .kind = URC_SIGNAL},
    {.text = "+CMT:", .kind = URC_MESSAGE, .body = true},
    {.text = "+CDS:", .kind = URC_REPORT, .body = true},
    {.text = "+CMTI:", .kind = URC_STORED},
    {.text = "+CDSI:", .kind = URC_STORED_REPORT},
    {.text = "+CBM:", .kind = URC_NOISE, .body = true},
    {.text = "+CPIN:", .kind = URC_SIM},
    {.text = "+CUSD:", .kind = URC_USSD, .quoted = true},
    {.text = "+CTZV:", .kind = URC_TIME},
    {.text = "+CTZE:", .kind = URC_TIME},
    {.text = "+CTZEU:", .kind = URC_TIME},
    {.text = "*PSUTTZ:", .kind = URC_TIME}, /* SIMCom */
    {.text = "+NITZ:", .kind = URC_TIME},   /* SIMCom, 4G */
    {.text = "^NWTIME:", .kind = URC_TIME}, /* Huawei */
    {.text = "#NITZ:", .kind = URC_TIME},   /* Telit */
    {.text = "+CIEV: nitz,", .kind = URC_TIME}, /* Cinterion */
    {.text = "RDY", .kind = URC_RESTARTED, .whole = true},        /* Quectel, SIMCom */
    {.text = "^SYSSTART", .kind = URC_RESTARTED, .whole = true},  /* Cinterion, some Huawei */
    {.text = "*ATREADY: 1", .kind = URC_RESTARTED, .whole = true}, /* SIMCom A76xx */
    {.text = "+AT: READY", .kind = URC_RESTARTED, .whole = true}, /* u-blox */
    {.text = "UNDER-VOLTAGE", .kind = URC_POWER},                 /* SIMCom, two spellings behind */
    {.text = "OVER-VOLTAGE", .kind = URC_POWER},
    {.text = "UNDER_VOLTAGE", .kind = URC_POWER},                 /* Quectel, 2G: oFono quectel.c */
    {.text = "OVER_VOLTAGE", .kind = URC_POWER},
    {.text = "^SBC: Undervoltage", .kind = URC_POWER},            /* Cinterion */
    {.text = "^SBC: Overvoltage", .kind = URC_POWER},
    {.text = "SMS Ready", .kind = URC_SMS_READY, .whole = true},      /* SIMCom and Quectel, 2G */
    {.text = "SMS DONE", .kind = URC_SMS_READY, .whole = true},       /* SIMCom, 4G */
    {.text = "+QIND: SMS DONE", .kind = URC_SMS_READY, .whole = true}, /* Quectel */
    {.text = "#QSS: 3", .kind = URC_SMS_READY, .whole = true},        /* Telit */
    {.text = "RING", .kind = URC_NOISE, .whole = true},
    {.text = "$GP", .kind = URC_NOISE}, /* a GPS that shares the port */
};

static const struct urc noise = {.text = "", .kind = URC_NOISE};

const struct urc *urc_find(const char *line)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        size_t n = strlen(rows[i].text);

        if (strncmp(line, rows[i].text, n) == 0 && (!rows[i].whole || line[n] == '\0'))
            return &rows[i];
    }
    /* `^RSSI: 12`, `*PSUTTZ: …`, `#QSS: 3`: a sign and a letter begin vendors' lines. */
    if (strchr("+^*#$%!", line[0]) && line[0] &&
        ((line[1] >= 'A' && line[1] <= 'Z') || (line[1] >= 'a' && line[1] <= 'z')))
        return &noise;
    return modem_profile_is_noise(line) ? &noise : NULL;
}
