/*
 * TP-Data-Coding-Scheme (3GPP TS 23.038 §4): what alphabet the user data is in, which class the
 * message has, whether it raises a "message waiting" lamp. Every octet has a meaning: reserved
 * groups are taken as the GSM 7-bit default alphabet, as §4 asks of a receiver. Pure.
 */
#pragma once

#include "sms/outgoing.h"

#include <stdbool.h>
#include <stdint.h>

#define SMS_CLASS_NONE (-1)

struct sms_dcs {
    uint8_t octet;
    enum sms_encoding encoding;
    bool compressed;      /* TS 23.042: the text cannot be shown */
    int8_t message_class; /* 0…3, or SMS_CLASS_NONE */
    bool message_waiting; /* one of the indication groups; then: */
    bool waiting_active;  /* the lamp goes on, else off */
    uint8_t waiting_type; /* 0 voice mail, 1 fax, 2 e-mail, 3 other */
    bool discard;         /* after the lamp is set */
};

/* What an octet means. */
struct sms_dcs sms_dcs_decode(uint8_t octet);

/* The octet for an encoding and a class (0…3 or SMS_CLASS_NONE), of the general group. */
uint8_t sms_dcs_encode(enum sms_encoding encoding, int message_class);
