/*
 * All limits as the owner set them. Plain data: an operation takes a copy of what holds for its
 * caller, because a reload may replace the policy while it is on its way.
 */
#pragma once

#include "core/limit.h"

#include <stdbool.h>

#define LIMITS_PENDING_MAX 20
#define LIMITS_SHARE_OFF 100 /* percent */
#define CONVERSION_SPAN USEC_PER_DAY /* older texts are not looked at */
#define CONVERSION_TEXTS_MIN 5
#define CONVERSION_TEXTS_MAX 1000

/* Of the last so many texts at least so many percent must have been verified. */
struct conversion_limit {
    unsigned percent;
    unsigned texts; /* 0: off */
};

struct limits {
    struct limit number, prefix, purpose, client, gateway; /* texts and requests */
    struct limit gateway_plain; /* of `gateway`, for texts without a code; made by limits_for() */
    struct limit inbound;                                  /* requests by reverse code */
    struct limit guesses, failures, spray;                 /* wrong codes */
    /* one client's; made by limits_for() */
    struct limit number_share, inbound_share, guesses_share;
    unsigned pending; /* verifications of a number at a time; 0: off */
    unsigned pending_share; /* one client's, likewise */
    unsigned share; /* of all that is counted by number, what one client may use up, in percent */
    struct conversion_limit conversion;
};

/* What holds without a configuration. */
void limits_default(struct limits *ret);

/*
 * What holds for a caller: the limits of clients do not for technicians, and a share is kept back
 * for others only where there are several clients.
 */
void limits_for(
    const struct limits *limits, bool is_client, unsigned n_clients, struct limits *ret);

/* Reads "30%/20" or "off". -EINVAL. */
int conversion_limit_parse(struct conversion_limit *ret, const char *text);

/* Reads "60%" or "off". -EINVAL. */
int share_parse(unsigned *ret_percent, const char *text);
