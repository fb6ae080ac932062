/*
 * What is particular about a vendor's modems, as data: a row per family, the first that fits what
 * the modem says of itself wins, `generic` is the last and fits all. A field left out takes the
 * generic value. docs/MODEMS.md tells how a row is added. Pure.
 */
#pragma once

#include "sms/ussd.h"
#include "util/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Beginnings of +CGMI, +CGMM, +CGMR, upper and lower case alike; NULL: anything. All must fit. */
struct modem_match {
    const char *manufacturer;
    const char *model;
    const char *revision;
};

struct modem_usb_id {
    uint16_t vendor;
    uint16_t product; /* 0: any of the vendor's */
};

#define MODEM_PROFILE_MATCHES 6
#define MODEM_PROFILE_USB_IDS 8

struct modem_profile {
    const char *name;
    struct modem_match match[MODEM_PROFILE_MATCHES]; /* any of them; an empty one ends */
    struct modem_usb_id usb[MODEM_PROFILE_USB_IDS];  /* … before AT is spoken; a zero ends */

    const char *const *quiet;  /* commands that end its noise, once the identity is known */
    const char *const *init;   /* others, with the SIM unlocked; either may be refused */
    const char *const *clock;  /* … so that its clock follows the network's */

    const char *time_query;    /* asks what the network told; NULL, or refused: the clock, +CCLK? */
    const char *time_reply;    /* … the beginning of its answer */

    const char *sms_ready_query; /* asks whether texts can be sent; NULL: a line tells, urc.c */
    const char *sms_ready_reply; /* … the beginning of its answer */
    const char *sms_ready_value; /* … the end of one that says yes */
    usec_t sms_ready_usec;       /* the longest it takes after boot or PIN; 0: not waited for */
    usec_t after_pin_usec;       /* questions before that get wrong answers */
    usec_t after_cfun_usec;      /* … the same, once its radio has been turned on */
    usec_t after_reset_usec;     /* how long it may stay away */

    const char *pin_tries;     /* asked first; NULL: the list of at/sim_lock.h alone */
    const char *const *cnmi;   /* message routings to try, best first */
    /* where to look for reports first, before where +CDSI says; or NULL */
    const char *report_memory;
    const enum ussd_coding *ussd; /* how it writes USSD texts, likeliest first */
    const char *reset;         /* the command that restarts it, without AT */
    usec_t prompt_guard_usec;  /* between the prompt and the text; 0: none */
    /* keeps the link while texts follow each other; NULL: not known to */
    const char *keep_link;
    usec_t send_usec;          /* the longest from Ctrl-Z to the result, by its manual */
    const char *const *noise;  /* beginnings of lines without a vendor's sign in front */
};

/* The row for an identity, completed; what is not known of the identity is empty. */
void modem_profile_find(const char *manufacturer, const char *model, const char *revision,
    struct modem_profile *ret);

/* The row for a USB device, completed; `generic` for bridges and what is not known. */
void modem_profile_find_usb(uint16_t vendor, uint16_t product, struct modem_profile *ret);

/* Row `index` as it stands in the table, NULL behind the last. */
const struct modem_profile *modem_profile_at(size_t index);

/* Whether any vendor sends such a line unasked. */
bool modem_profile_is_noise(const char *line);
