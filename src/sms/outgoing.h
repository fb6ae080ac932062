/*
 * An outgoing text, whole: from UTF-8 to the SMS-SUBMIT PDUs that carry it. Chooses the cheapest
 * alphabet, splits with concatenation where one part does not do, and never cuts through an escape
 * sequence, a surrogate pair or, where it can be helped, a combining mark. Pure.
 */
#pragma once

#include "util/e164.h"
#include "util/enum.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMS_ENCODING_LIST(X)                                                                       \
    X(SMS_ENCODING_GSM7, "gsm7") /* the default alphabet, with extension or national tables */     \
    X(SMS_ENCODING_8BIT, "8bit")                                                                   \
    X(SMS_ENCODING_UCS2, "ucs2") /* TS 23.038 §6.2.3; surrogate pairs are sent as UTF-16 */
ENUM_DECLARE(sms_encoding, SMS_ENCODING_LIST);

#define SMS_MAX_PARTS 10 /* of one text; the protocol allows 255, a bill does not */

/* SMSC field (12 octets at most) and TPDU (164 at most, TS 23.040 §9.2.2.2), in octets. */
#define SMS_MAX_PDU_OCTETS 176
#define SMS_PDU_HEX_SIZE (2 * SMS_MAX_PDU_OCTETS + 1)

/* One part, ready for AT+CMGS. */
struct sms_pdu {
    char hex[SMS_PDU_HEX_SIZE]; /* with its SMSC field, upper case */
    unsigned tpdu_octets;       /* the N of AT+CMGS=N */
};

/* Which national language tables (TS 23.038 Annex A) may be used. */
#define SMS_NATIONAL_OFF 0
#define SMS_NATIONAL_AUTO (-1) /* any that makes the text shorter */
/* 1…13: this language identifier (TS 23.038 §6.2.1.2.4) */

struct sms_outgoing {
    const char *number;       /* digits, with `+` iff international; short numbers allowed */
    const char *text;         /* UTF-8 */
    const char *smsc;         /* NULL: the SIM's own */
    unsigned validity_sec;    /* 0: network default; else relative TP-VP, rounded up to its steps */
    int message_class;        /* 0…3, -1: none */
    bool report_requested;    /* TP-SRR */
    bool reject_duplicates;   /* TP-RD */
    unsigned reference;       /* of the concatenation, used when there is more than one part */
    unsigned reference_bits;  /* 8 or 16 */
    uint8_t message_reference; /* TP-MR; a modem overwrites it */
    int national;             /* SMS_NATIONAL_… or a language identifier */
    int force_encoding;       /* -1: choose; else enum sms_encoding (gsm7 or ucs2) */
};

/* Sensible values for everything but number and text. */
#define SMS_OUTGOING_DEFAULT                                                                       \
    .message_class = -1, .reference_bits = 8, .national = SMS_NATIONAL_OFF, .force_encoding = -1

/* How a text would travel. */
struct sms_sizing {
    enum sms_encoding encoding;
    unsigned parts;
    /* septets (gsm7) or UTF-16 code units (ucs2) in all, without headers */
    unsigned units;
    unsigned units_per_part;  /* room in each part as it is sent */
    uint8_t locking, single;  /* national tables used, 0: default */
    /* first code point that is not in the GSM-7 tables allowed; 0: none */
    uint32_t forced_by;
};

/*
 * Sizes a text without sending it. -EILSEQ: not UTF-8; -EMSGSIZE: more than SMS_MAX_PARTS;
 * -ENOTSUP: gsm7 is forced and a character is not in it (ret->forced_by says which).
 */
int sms_outgoing_size(const struct sms_outgoing *outgoing, struct sms_sizing *ret);

/*
 * Encodes part `index` (from 0) of the text. As sms_outgoing_size(), and -EINVAL: number or smsc
 * is malformed (more than 20 digits, other characters), no such part, a value out of range.
 */
int sms_outgoing_encode(
    const struct sms_outgoing *outgoing, unsigned index, struct sms_pdu *ret);
