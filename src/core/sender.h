/*
 * Who sent a text, as far as the network says: what may be shown of it, and the E.164 numbers that
 * it may stand for. The network may give a number in national form, or with the country code but
 * without its `+`; then there are several. A name never stands for a number. Plain data, pure.
 */
#pragma once

#include "core/policy.h"
#include "sms/address.h"
#include "util/e164.h"

#define SENDER_NUMBERS_MAX 3

struct sender {
    char shown[SMS_ADDRESS_TEXT_SIZE]; /* masked number, short code, or name; may be hazardous */
    char numbers[SENDER_NUMBERS_MAX][E164_SIZE]; /* the likeliest first */
    unsigned n_numbers;
};

/* Reads TP-OA. A national number is understood when `policy` names exactly one country. */
void sender_read(
    const struct policy *policy, const struct sms_address *address, struct sender *ret);
