/*
 * Transfer PDUs of 3GPP TS 23.040 as a modem meets them: SMS-SUBMIT read
 * (sms_encode.h writes the others), with the service centre's address in front as in TS 27.005
 * §3.1 (<pdu>). The simulator's own, written from the specification. Plain data, no state.
 */
#pragma once

#include "util/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMS_NUMBER_SIZE 24     /* `+`, 20 digits, NUL (TS 23.040 §9.1.2.5) */
#define SMS_PDU_MAX_OCTETS 256 /* SMSC address 12, TPDU at most 164 for SUBMIT, 176 for DELIVER */
#define SMS_PAYLOAD_MAX 160    /* septets, or 140 octets */
#define SMS_PART_TEXT_SIZE (SMS_PAYLOAD_MAX * 4 + 1) /* UTF-8 of one part */

enum sms_alphabet { SMS_GSM7, SMS_8BIT, SMS_UCS2 };

/* "gsm7", "8bit", "ucs2". */
const char *sms_alphabet_name(enum sms_alphabet alphabet);

/* What the user data says; `payload` holds septets one to a byte, or octets. */
struct sms_body {
    enum sms_alphabet alphabet;
    uint8_t dcs;
    int message_class; /* 0…3, -1: none */
    bool has_concat;   /* the three below are valid (§9.2.3.24.1, §9.2.3.24.8) */
    unsigned ref;
    unsigned total;
    unsigned seq;
    unsigned locking; /* national language identifiers, 0: default */
    unsigned single;
    uint8_t payload[SMS_PAYLOAD_MAX];
    size_t n_payload;
};

struct sms_submit {
    char smsc[SMS_NUMBER_SIZE]; /* empty: the one of +CSCA */
    char to[SMS_NUMBER_SIZE];   /* `+` for an international number */
    bool report_requested;      /* TP-SRR */
    bool reject_duplicates;     /* TP-RD */
    bool reply_path;            /* TP-RP */
    uint8_t mr;
    uint8_t pid;
    int64_t validity_sec;       /* relative; -1: none, or absolute */
    char validity_absolute[32]; /* ISO 8601 with offset, or empty */
    struct sms_body body;
};

/*
 * Reads a SUBMIT of `n` octets, service centre first. `ret_tpdu_octets` is its length without the
 * service centre, the N of AT+CMGS=N, set also when the rest is refused. -EBADMSG: malformed.
 */
int sms_submit_decode(
    const uint8_t *pdu, size_t n, size_t *ret_tpdu_octets, struct sms_submit *ret);

/* Appends what the octets or septets mean as UTF-8; 8-bit data as hex digits. */
void sms_put_text(struct strbuf *sb, const struct sms_body *meta, const uint8_t *payload, size_t n);

/* Alphabet and class of a data coding scheme octet (TS 23.038 §4). */
void sms_dcs_decode(uint8_t dcs, enum sms_alphabet *ret_alphabet, int *ret_class);
