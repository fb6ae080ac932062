/* What callers see of the quota of a modem's SIM. Plain data. */
#pragma once

#include "core/quota.h"

struct gateway;

struct quota_view {
    struct quota_limits limits;
    unsigned used[QUOTA_N_WINDOWS];
    usec_t code_wait, plain_wait; /* until the next may go; USEC_INFINITY: never */
};

/* Of the modem at this place, which there is. */
void gateway_quota(const struct gateway *gateway, unsigned index, struct quota_view *ret);
