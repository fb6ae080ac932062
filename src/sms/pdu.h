/*
 * Any short message a modem shows: an SMSC field and a TPDU (3GPP TS 23.040 §9.2.2), decoded whole
 * or not at all. What is wrong with a malformed one is a value: field, fault and place. Octets that
 * follow a complete TPDU are ignored, as modems append them. Pure; nothing is allocated.
 */
#pragma once

#include "sms/address.h"
#include "sms/dcs.h"
#include "sms/plan.h"
#include "sms/timestamp.h"
#include "sms/udh.h"
#include "sms/validity.h"
#include "util/enum.h"

enum sms_direction {
    SMS_FROM_NETWORK, /* DELIVER, STATUS-REPORT, and a SUBMIT that was stored for sending */
    SMS_FROM_PHONE,   /* SUBMIT */
};

#define SMS_TYPE_LIST(X)                                                                           \
    X(SMS_TYPE_DELIVER, "deliver")                                                                 \
    X(SMS_TYPE_SUBMIT, "submit")                                                                   \
    X(SMS_TYPE_STATUS_REPORT, "status-report")
ENUM_DECLARE(sms_type, SMS_TYPE_LIST);

#define SMS_FIELD_LIST(X)                                                                          \
    X(SMS_FIELD_SMSC, "SMSC field")                                                                \
    X(SMS_FIELD_FIRST_OCTET, "first octet of the TPDU")                                            \
    X(SMS_FIELD_REFERENCE, "TP-MR")                                                                \
    X(SMS_FIELD_ADDRESS, "address")                                                                \
    X(SMS_FIELD_PID, "TP-PID")                                                                     \
    X(SMS_FIELD_DCS, "TP-DCS")                                                                     \
    X(SMS_FIELD_TIMESTAMP, "TP-SCTS")                                                              \
    X(SMS_FIELD_DISCHARGE, "TP-DT")                                                                \
    X(SMS_FIELD_STATUS, "TP-ST")                                                                   \
    X(SMS_FIELD_PARAMETERS, "TP-PI")                                                               \
    X(SMS_FIELD_VALIDITY, "TP-VP")                                                                 \
    X(SMS_FIELD_UDL, "TP-UDL")                                                                     \
    X(SMS_FIELD_HEADER, "user data header")                                                        \
    X(SMS_FIELD_USER_DATA, "TP-UD")
ENUM_DECLARE(sms_field, SMS_FIELD_LIST);

#define SMS_FAULT_LIST(X)                                                                          \
    X(SMS_FAULT_NONE, "well-formed")                                                               \
    X(SMS_FAULT_CUT_OFF, "is cut off: more octets were expected")                                  \
    X(SMS_FAULT_ADDRESS_LENGTH, "is too long: at most 20 digits were expected")                    \
    X(SMS_FAULT_DIGITS, "has digits after the filler F, which was expected last")                  \
    X(SMS_FAULT_TYPE, "is no SUBMIT, which was expected from a phone")                             \
    X(SMS_FAULT_TIME, "is no date and time")                                                       \
    X(SMS_FAULT_TOO_LONG, "is too large: at most 140 octets or 160 septets were expected")         \
    X(SMS_FAULT_HEADER_LENGTH, "is longer than the user data it is part of")                       \
    X(SMS_FAULT_ELEMENT, "ends inside an information element")                                     \
    X(SMS_FAULT_ODD, "has an odd number of octets, where UCS-2 has two each")
ENUM_DECLARE(sms_fault, SMS_FAULT_LIST);

struct sms_pdu_error {
    enum sms_fault fault;
    enum sms_field field;
    size_t offset_octets; /* in the PDU, from 0 */
};

/* 160 septets of up to 3 octets in UTF-8, and NUL. */
#define SMS_TEXT_SIZE (3 * SMS_USER_DATA_SEPTETS + 1)

struct sms_decoded {
    enum sms_type type;
    struct sms_address smsc;
    struct sms_address number;      /* TP-OA, TP-DA or TP-RA */
    bool reply_path;                /* deliver, submit */
    bool report_requested;          /* deliver: TP-SRI, submit: TP-SRR */
    bool reject_duplicates;         /* submit */
    uint8_t message_reference;      /* submit, status-report */
    uint8_t pid;                    /* 0 where a report has none */
    struct sms_timestamp timestamp; /* deliver; status-report: of the submit it answers */
    struct sms_timestamp discharge; /* status-report */
    uint8_t status;                 /* status-report: TP-ST, §9.2.3.15 */
    bool has_validity;
    struct sms_validity validity;
    bool has_user_data; /* always, but for a report that leaves it out */
    struct sms_dcs dcs;
    struct sms_udh udh;
    bool has_text;            /* else only `data` says what was sent */
    char text[SMS_TEXT_SIZE]; /* UTF-8, NUL-terminated; may hold U+0000 */
    size_t text_length;
    uint8_t data[SMS_USER_DATA_OCTETS]; /* user data without its header; packed if 7-bit */
    size_t n_data_octets;
};

/* Decodes a PDU with its SMSC field. 0; -EBADMSG with the reason in *ret_error, which may be NULL.
 */
int sms_pdu_decode(const uint8_t *octets, size_t n_octets, enum sms_direction direction,
    struct sms_decoded *ret, struct sms_pdu_error *ret_error);

/* Appends "octet 12: TP-SCTS is cut off: …". */
void sms_pdu_error_format(const struct sms_pdu_error *error, struct strbuf *text);
