#include "sim/persona.h"

#include "util/macros.h"

#include <string.h>

/* Boot lines and quirks as vendors' manuals and existing gateways describe them. */
static const struct persona personas[] = {
    {
        .name = "generic",
        .bit = PERSONA_GENERIC,
        .manufacturer = "smsotp",
        .model = "Simulated GSM modem",
        .revision = "1.0",
        .first_index = 1,
        .sms_slots = 20,
        .cnmi_test = "(0-2),(0-3),(0,2),(0-2),(0,1)",
        .cnmi_max_ds = 2,
    },
    {
        .name = "huawei",
        .bit = PERSONA_HUAWEI,
        .manufacturer = "huawei",
        .model = "E173",
        .revision = "11.126.85.00.209",
        .boot = {"^SYSSTART", "^SIMST:1", "^SRVST:2", "^MODE:5,4"},
        .first_index = 0,
        .sms_slots = 20,
        .cnmi_test = "(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)",
        .cnmi_max_ds = 2,
    },
    {
        .name = "quectel",
        .bit = PERSONA_QUECTEL,
        .manufacturer = "Quectel",
        .model = "EC25",
        .revision = "EC25EFAR06A03M4G",
        .boot = {"RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE"},
        .first_index = 0,
        .sms_slots = 23,
        .cnmi_test = "(0-2),(0-3),(0,2),(0-2),(0,1)",
        .cnmi_max_ds = 2,
    },
    {
        .name = "simcom",
        .bit = PERSONA_SIMCOM,
        .manufacturer = "SIMCOM_Ltd",
        .model = "SIMCOM_SIM800L",
        .revision = "Revision:1418B05SIM800L24",
        .boot = {"RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready", "SMS Ready"},
        .first_index = 1,
        .sms_slots = 10,
        .cnmi_test = "(0-3),(0-3),(0,2),(0-2),(0,1)",
        .cnmi_max_ds = 2,
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
    return "generic, huawei, quectel, simcom";
}
