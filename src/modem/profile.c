#include "modem/profile.h"

#include "modem/timers.h"
#include "util/macros.h"

#include <string.h>

/*
 * Sources: MM ModemManager's plugins, oF oFono's drivers, CD/CQ chan_dongle and chan_quectel, GA
 * gammu (all read in their source); man: the vendor's manual; #: an issue of gammu or of the named
 * project; own: inferred, not seen in a source. Signs in front of a line (^RSSI, +CNSMOD, *PSNWID,
 * #QSS, +ZPASR …) tell noise by themselves and need no entry.
 */

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define USSD(...) ((const enum ussd_coding[]){__VA_ARGS__, USSD_END})

/*
 * TS 27.005 §3.4.1: mode, mt 1 (+CMTI; 2 would need +CNMA), bm, ds (1: +CDS, 2: +CDSI), bfr. The
 * order is the union of what ModemManager and oFono have found to work.
 */
static const char *const cnmi_generic[] = {
    "2,1,0,1,0", "2,1,0,2,0", "1,1,0,1,0", "1,1,0,2,0", "2,1,0,0,0", "1,1,0,0,0", NULL};
/* Reports by +CDSI first, or only so. */
static const char *const cnmi_stored[] = {
    "2,1,0,2,0", "1,1,0,2,0", "2,1,0,1,0", "1,1,0,1,0", "2,1,0,0,0", "1,1,0,0,0", NULL};
/* Mode 1 first: 2 is advertised and refused. Reports by +CDSI, or none: oF. */
static const char *const cnmi_msm[] = {
    "1,1,0,2,0", "1,1,0,1,0", "1,1,0,0,0", "2,1,0,2,0", "2,1,0,1,0", "2,1,0,0,0", NULL};
static const char *const nothing[] = {NULL};
static const char *const clock_generic[] = {"+CTZU=1", NULL}; /* TS 27.007 §8.40 */
static const enum ussd_coding ussd_all[] = {
    USSD_PLAIN, USSD_UCS2, USSD_PACKED, USSD_END};

/* clang-format off */
static const struct modem_profile profiles[] = {
    { /* before the others of its maker: a module that is built in */
        .name = "huawei-mu",
        .match = {{"huawei", "MU736"}},
        .quiet = LIST("^CURC=0"),
        .time_query = "^NWTIME?", .time_reply = "^NWTIME:", /* MM */
        .after_pin_usec = SEC(3),
        .pin_tries = "^CPIN?",
        .cnmi = cnmi_stored,
        .ussd = USSD(USSD_PACKED, USSD_PLAIN, USSD_UCS2),
        .reset = "+CFUN=16",        /* MM: ^RESET is not for this one */
    },
    {
        .name = "huawei",
        .match = {{"huawei"}},
        .usb = {{0x12d1}},
        /* ^RSSI, ^BOOT, ^HCSQ, ^DSFLOWRPT "may fill up the buffer and crash the device": GA, MM */
        .quiet = LIST("^CURC=0"),
        .time_query = "^NWTIME?", .time_reply = "^NWTIME:", /* MM */
        .after_pin_usec = SEC(3),   /* MM waits so long after an unlock */
        .pin_tries = "^CPIN?",      /* MM */
        .cnmi = cnmi_stored,        /* CD: 2,1,0,2,0; oF: mode 1 */
        .ussd = USSD(USSD_PACKED, USSD_PLAIN, USSD_UCS2), /* MM, CD; E3131: GA */
        .keep_link = "+CMMS=1",     /* man EM770W */
        .reset = "^RESET",          /* MM; +CFUN=1,1 may bring back the storage mode: #687 */
        .after_reset_usec = SEC(60),
    },
    {
        .name = "zte",
        .match = {{"zte"}},
        .usb = {{0x19d2}},
        /* Reading the stores ends the flood of +ZUSIMR:2 that "crashes the device": MM, alone */
        .quiet = LIST("+CPMS?"),
        .init = LIST("+CPMS?"),     /* once more when the SIM is open: MM */
        .after_pin_usec = SEC(1),   /* MM */
        .pin_tries = "+ZPINPUK=?",  /* MM */
        .ussd = USSD(USSD_PLAIN, USSD_UCS2), /* MF667: GA */
    },
    { /* before the others of its maker: 2G, of another make inside */
        .name = "quectel-m",
        .match = {{"quectel", "M35"}, {"quectel", "M95"}, {"quectel", "Quectel_M"},
            {"quectel", "M66"}},
        .clock = LIST("+CTZU=3"), /* man: local time; 1 would make +CCLK UTC */
        .sms_ready_query = "+QINISTAT", .sms_ready_reply = "+QINISTAT:", /* own */
        .sms_ready_value = "3",
        .ussd = USSD(USSD_PLAIN, USSD_UCS2),    /* plain or as +CSCS says, of the family */
        .sms_ready_usec = SEC(20),
        .noise = LIST("Call Ready", "NORMAL POWER DOWN", "POWERED DOWN"),
    },
    {
        .name = "quectel",
        .match = {{"quectel"}},
        .usb = {{0x2c7c}, {0x05c6, 0x9003}, {0x05c6, 0x9090}}, /* MM; UC20, UC15: own */
        .quiet = LIST("+QINDCFG=\"csq\",0", "+QINDCFG=\"act\",0"), /* own */
        .clock = LIST("+CTZU=3"),               /* man: local time; 1 would make +CCLK UTC */
        .sms_ready_usec = SEC(20),              /* +QIND: SMS DONE; own */
        .pin_tries = "+QPINC=\"SC\"",           /* man; older ones +CSIM: MM */
        .report_memory = "SR",                  /* announced as "SM": CQ #75 */
        .ussd = USSD(USSD_PLAIN, USSD_UCS2),
        .send_usec = SEC(120),                  /* man, +CMGS */
        .noise = LIST("POWERED DOWN"),
        .after_reset_usec = SEC(62),            /* MM waits so long for POWERED DOWN */
    },
    {
        .name = "sim7600",
        .match = {{"simcom", "SIMCOM_SIM7"}, {"simcom", "SIM7"}, {NULL, "SIMCOM_SIM7"}},
        .usb = {{0x1e0e, 0x9001}, {0x1e0e, 0x9205}, {0x1e0e, 0x9206}},
        .quiet = LIST("+CNSMOD=0", "+AUTOCSQ=0,0"), /* MM turns them on; off: own */
        .sms_ready_usec = SEC(20),              /* SMS DONE */
        .pin_tries = "+SPIC",                   /* oF */
        .reset = "+CRESET",
        .noise = LIST("PB DONE", "VOICE CALL:", "MISSED_CALL:"), /* MM */
    },
    {
        .name = "a76xx",
        .match = {{"simcom", "A76"}, {NULL, "A7670"}, {NULL, "A7600"}, {NULL, "A7602"}},
        .usb = {{0x1e0e, 0x9011}},
        .quiet = LIST("+CNSMOD=0", "+AUTOCSQ=0,0"),
        .sms_ready_usec = SEC(20), /* SMS DONE; +CMGF gets ERROR before it: LilyGo #247, #79 */
        .pin_tries = "+SPIC",
        .reset = "+CRESET",
        .noise = LIST("PB DONE", "VOICE CALL:", "MISSED_CALL:"),
    },
    {
        .name = "sim800",
        .match = {{"simcom"}},                  /* SIM800, SIM900 and their kin */
        .clock = LIST("+CLTS=1"),               /* man; brings *PSNWID, *PSUTTZ, DST: too, rarely */
        .sms_ready_usec = SEC(10),              /* SMS Ready: man; 5 to 10 s by users' accounts */
        .pin_tries = "+SPIC",                   /* oF sim.c */
        .ussd = USSD(USSD_PLAIN, USSD_UCS2, USSD_PACKED), /* SIM300D: GA */
        .send_usec = SEC(60),                   /* man V1.05, +CMSS */
        .noise = LIST("Call Ready", "NORMAL POWER DOWN", "DST:"), /* man V1.09 */
    },
    {
        .name = "u-blox",
        .match = {{"u-blox"}},
        .usb = {{0x1546}, {0x05c6, 0x908b}},    /* LARA-R6: MM */
        .pin_tries = "+UPINCNT",                /* MM */
        .reset = "+CFUN=16",                    /* MM */
        .after_reset_usec = SEC(60),            /* its ports take 20 s: MM's udev rule */
        .send_usec = SEC(180),                  /* man, +UCMGS */
    },
    {
        .name = "telit",
        .match = {{"telit"}},
        .usb = {{0x1bc7}},
        .quiet = LIST("#STIA=0"),               /* #STN stalls gammu for 23 s: #355 */
        .clock = LIST("#NITZ=5,1"),             /* man: its clock follows; #NITZ: date and zone */
        .init = LIST("#QSS=2"),
        .sms_ready_query = "#QSS?", .sms_ready_reply = "#QSS:", .sms_ready_value = ",3",
        .sms_ready_usec = SEC(20),
        .after_pin_usec = SEC(3),
        .pin_tries = "#PCT",
        .keep_link = "+CMMS=1",                 /* man, 1 to 5 s */
        .reset = "#REBOOT",
        .after_reset_usec = SEC(60),
        .send_usec = SEC(180),                  /* a third party's table */
    },
    {
        .name = "sierra",
        .match = {{"sierra"}},
        .usb = {{0x1199}},
        .after_pin_usec = SEC(8),               /* MM */
        .after_cfun_usec = SEC(10),             /* MM: 10 s, newer ones 5 s */
        .cnmi = cnmi_stored,                    /* ds 1 is advertised and refused: MM */
        .reset = "!RESET",                      /* MM */
        .after_reset_usec = SEC(60),
    },
    {
        .name = "wavecom",
        .match = {{"wavecom"}, {" wavecom"}},   /* its first line begins with a space: GA */
        .reset = "+CFUN=1",                     /* restarts it; refuses a second argument: oF */
        .prompt_guard_usec = 100 * USEC_PER_MSEC, /* Q2: a text right behind the prompt is lost */
    },
    { /* Qualcomm's MSM under other names */
        .name = "msm",
        .match = {{"option"}, {"novatel"}},
        .cnmi = cnmi_msm,
    },
    {
        .name = "cinterion",
        .match = {{"cinterion"}, {"siemens"}, {"gemalto"}, {"thales"}},
        .usb = {{0x1e2d}},
        .pin_tries = "^SPIC",
        .keep_link = "+CMMS=1",                 /* man EHS6 p. 335, 1 to 5 s */
    },
    {.name = "generic", .match = {{NULL}}},
};
/* clang-format on */

static bool begins(const char *text, const char *beginning)
{
    return !beginning || strncasecmp(text, beginning, strlen(beginning)) == 0;
}

static bool fits(const struct modem_profile *profile, const char *manufacturer, const char *model,
    const char *revision)
{
    for (size_t i = 0; i < MODEM_PROFILE_MATCHES; i++) {
        const struct modem_match *match = &profile->match[i];

        if (!match->manufacturer && !match->model && !match->revision)
            return i == 0; /* the list has ended; one that is empty fits all */
        if (begins(manufacturer, match->manufacturer) && begins(model, match->model) &&
            begins(revision, match->revision))
            return true;
    }
    return false;
}

/* What a row leaves out, as TS 27.005 and 27.007 have it or as most modems do. */
static struct modem_profile completed(const struct modem_profile *row)
{
    struct modem_profile profile = *row;

    if (!profile.quiet)
        profile.quiet = nothing;
    if (!profile.init)
        profile.init = nothing;
    if (!profile.clock)
        profile.clock = clock_generic;
    if (!profile.cnmi)
        profile.cnmi = cnmi_generic;
    if (!profile.ussd)
        profile.ussd = ussd_all;
    if (!profile.reset)
        profile.reset = "+CFUN=1,1"; /* TS 27.007 §8.2 */
    if (!profile.after_reset_usec)
        profile.after_reset_usec = SEC(60);
    if (!profile.send_usec)
        profile.send_usec = modem_timer_usec(MODEM_TIMER_SEND);
    return profile;
}

void modem_profile_find(const char *manufacturer, const char *model, const char *revision,
    struct modem_profile *ret)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(profiles) - 1 && !fits(&profiles[i], manufacturer, model, revision))
        i++;
    *ret = completed(&profiles[i]);
}

static bool has_usb_id(const struct modem_profile *profile, uint16_t vendor, uint16_t product)
{
    for (size_t i = 0; i < MODEM_PROFILE_USB_IDS && profile->usb[i].vendor; i++)
        if (profile->usb[i].vendor == vendor &&
            (profile->usb[i].product == 0 || profile->usb[i].product == product))
            return true;
    return false;
}

void modem_profile_find_usb(uint16_t vendor, uint16_t product, struct modem_profile *ret)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(profiles) - 1 && !has_usb_id(&profiles[i], vendor, product))
        i++;
    *ret = completed(&profiles[i]);
}

const struct modem_profile *modem_profile_at(size_t index)
{
    return index < ARRAY_SIZE(profiles) ? &profiles[index] : NULL;
}

bool modem_profile_is_noise(const char *line)
{
    for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
        for (size_t j = 0; profiles[i].noise && profiles[i].noise[j]; j++)
            if (begins(line, profiles[i].noise[j]))
                return true;
    return false;
}
