/*
 * Lines that modems send unasked, as data: what they mean to us, and whether a line with a PDU
 * follows. Vendors' noise is known by its form, or stands in modem/profile.c.
 */
#pragma once

#include <stdbool.h>

enum urc_kind {
    URC_NOISE,
    URC_REGISTRATION, /* +CREG, +CGREG, +CEREG */
    URC_SIGNAL,       /* +CSQ without being asked */
    URC_MESSAGE,      /* +CMT, PDU behind it */
    URC_REPORT,       /* +CDS, PDU behind it */
    URC_STORED,       /* +CMTI */
    URC_STORED_REPORT, /* +CDSI */
    URC_SIM,          /* +CPIN: something about the SIM changed */
    URC_RESTARTED,    /* the modem has booted and forgotten its settings */
    URC_SMS_READY,    /* the SIM has been read: texts can be sent */
    URC_TIME,         /* what the network says of the time */
    URC_USSD,         /* +CUSD */
    URC_POWER,        /* its supply is too weak, or too strong */
};

struct urc {
    const char *text;
    enum urc_kind kind;
    bool whole;      /* `text` is the line; else its beginning */
    bool body;       /* a line of hex follows */
    bool quoted;     /* its text in quotes may go on in further lines */
};

/* The row for a line; a row of kind URC_NOISE for what looks like one; NULL for any other line. */
const struct urc *urc_find(const char *line);
