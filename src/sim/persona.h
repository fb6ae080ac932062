/*
 * Makes of modem as data: identity, what they say when they start, which vendor commands they know,
 * and where they differ. Constant tables; docs/MODEMS.md has their sources.
 */
#pragma once

#include <stdbool.h>

/* Bits for the `only` column of the command table. */
#define PERSONA_GENERIC (1U << 0)
#define PERSONA_HUAWEI (1U << 1)
#define PERSONA_QUECTEL (1U << 2)
#define PERSONA_SIM800 (1U << 3)
#define PERSONA_ZTE (1U << 4)
#define PERSONA_QUECTEL_M (1U << 5)
#define PERSONA_SIM7600 (1U << 6)
#define PERSONA_A7670 (1U << 7)
#define PERSONA_UBLOX (1U << 8)
#define PERSONA_TELIT (1U << 9)
#define PERSONA_SIERRA (1U << 10)
#define PERSONA_CINTERION (1U << 11)
#define PERSONA_AWKWARD (1U << 12)

#define PERSONA_BOOT_LINES 6
#define PERSONA_NOISE_LINES 6

/* What message commands get while the message service is still starting. */
enum persona_early {
    PERSONA_EARLY_BUSY,  /* +CMS ERROR: 314 */
    PERSONA_EARLY_ERROR, /* ERROR, to +CMGF too */
};

struct persona {
    const char *name; /* as on the command line */
    unsigned bit;
    const char *manufacturer;
    const char *model;
    const char *revision;
    const char *boot[PERSONA_BOOT_LINES]; /* after power-up; the first NULL ends */
    unsigned boot_ms;                     /* from power-up to the first of them */

    unsigned sms_ready_ms; /* from boot or PIN until the message service works */
    enum persona_early early;
    const char *sms_ready_line; /* told then; NULL: nothing */
    unsigned pin_busy_ms;       /* after the PIN: +CME ERROR: 14 to questions about the SIM */

    const char *noise[PERSONA_NOISE_LINES]; /* in turn, the first NULL ends; none: quiet */
    unsigned noise_ms;
    const char *noise_end; /* the command that ends it */

    unsigned first_index;       /* of a message store */
    unsigned sms_slots;         /* of the SIM */
    const char *cnmi_test;      /* answer to AT+CNMI=? */
    unsigned cnmi_refused_ds;   /* bit 1 << ds: refused, whatever the answer above says */
    unsigned report_lost_ds;    /* bit 1 << ds: taken, and no report ever comes */
    bool report_misnamed;       /* +CDSI names "SM" where it lies in "SR" */
    bool report_comma;          /* +CDS: ,N */

    const char *prompt; /* NULL: CR LF > SP, TS 27.005 §3.5.1 */
    unsigned prompt_ms; /* at least */
    bool echo_stays;    /* whatever ATE0 was answered */
    const char *unknown; /* what an unknown command gets; NULL: ERROR */
    unsigned searching;  /* <stat> while it searches; 0: 2 */
    unsigned calls_stat; /* <stat> of +CREG once registered; 0: as the others */
    unsigned away_ms;    /* a restart takes it off its bus for so long; 0: it stays */
};

/* The row of that name, or NULL. */
const struct persona *persona_find(const char *name);

/* The names, with commas, for messages. */
const char *persona_names(void);
