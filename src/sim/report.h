/* A delivery report that is on its way back to a simulated modem. Plain data; times in usec_t. */
#pragma once

#include "sim/sms_codec.h"
#include "util/clock.h"

struct report {
    bool used;
    usec_t due;
    uint8_t mr;
    char to[SMS_NUMBER_SIZE];
    usec_t submitted_at;
};
