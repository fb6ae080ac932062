/*
 * SMS-DELIVER and SMS-STATUS-REPORT written as a modem hands them to its user (3GPP TS 23.040
 * §9.2.2.1, §9.2.2.3), service centre first. The simulator's own. Pure.
 */
#pragma once

#include "sim/sms_codec.h"

#include <time.h>

struct sms_deliver {
    char smsc[SMS_NUMBER_SIZE];
    char from[SMS_NUMBER_SIZE];
    time_t sent_at; /* wall clock, written with offset +00:00 */
    struct sms_body body;
};

struct sms_report {
    char smsc[SMS_NUMBER_SIZE];
    char to[SMS_NUMBER_SIZE];
    uint8_t mr;
    uint8_t status; /* TP-ST, §9.2.3.15: 0 is delivered */
    time_t sent_at;
    time_t discharged_at;
};

/* Writes a DELIVER; answers its octets, and the service centre's of these in `ret_smsc_octets`. */
size_t sms_deliver_encode(const struct sms_deliver *deliver,
    uint8_t ret_pdu[static SMS_PDU_MAX_OCTETS], size_t *ret_smsc_octets);

/* Writes a STATUS-REPORT, in the same way. */
size_t sms_report_encode(const struct sms_report *report,
    uint8_t ret_pdu[static SMS_PDU_MAX_OCTETS], size_t *ret_smsc_octets);
