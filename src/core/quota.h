/*
 * What one SIM may send, and what it has sent: parts, as operators count them, in any minute, any
 * day and any month, and different numbers in a month. Windows slide; a month is 30 days. Times are
 * wall time, since they outlive restarts; one that lies ahead, because the clock was set back,
 * counts as now.
 */
#pragma once

#include "otp/keyring.h"
#include "util/clock.h"
#include "util/enum.h"

#include <stdbool.h>

#define QUOTA_WINDOW_LIST(X)                                                                       \
    X(QUOTA_MINUTE, "minute")                                                                      \
    X(QUOTA_DAY, "day")                                                                            \
    X(QUOTA_MONTH, "month")                                                                        \
    X(QUOTA_RECIPIENTS, "recipients") /* different numbers in a month */
ENUM_DECLARE(quota_window, QUOTA_WINDOW_LIST);

/*
 * A SIM is named by its ICCID in clear: it is the shop's own card, and a digest of it would be
 * another one with each master key, so that the count began anew.
 */
#define SIM_NAME_SIZE 80

#define QUOTA_N_WINDOWS (QUOTA_RECIPIENTS + 1)
#define QUOTA_MONTH_USEC (30 * USEC_PER_DAY)

struct quota_limits {
    unsigned max[QUOTA_N_WINDOWS]; /* 0: none */
    unsigned reserve;              /* of a day's, for codes alone */
};

/* Whether there is any. */
bool quota_limits_any(const struct quota_limits *limits);

struct quota {
    struct quota_limits limits;
    usec_t *sent; /* when each part went, oldest first */
    unsigned n_sent, sent_room;
    struct quota_recipient {
        uint8_t number_index[OTP_NUMBER_INDEX_SIZE];
        usec_t last_wall;
    } *recipients;
    unsigned n_recipients, recipients_room;
    usec_t warned_wall[QUOTA_N_WINDOWS]; /* 0: never */
};

/* Nothing sent yet. */
void quota_init(struct quota *quota, const struct quota_limits *limits);
void quota_fini(struct quota *quota);

/* The clock was set ahead by so much: what went is as old as before. */
void quota_shift(struct quota *quota, usec_t by_usec);

/* Another part went; and one to this number. -ENOMEM. */
int quota_note_part(struct quota *quota, usec_t at_wall);
int quota_note_recipient(struct quota *quota,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], usec_t at_wall);

/*
 * How long until so many parts may go to this number (NULL: to one that has been written to): 0 is
 * now, USEC_INFINITY never. What is not a code leaves the reserve.
 */
usec_t quota_wait(struct quota *quota, bool is_code, unsigned n_parts,
    const uint8_t *number_index, usec_t now_wall);

/* The same for so many parts one after the other, as windows let them. */
usec_t quota_wait_in_turn(struct quota *quota, bool is_code, unsigned n_parts,
    const uint8_t *number_index, usec_t now_wall);

/* How many parts may go now; UINT32_MAX without a limit. Numbers do not count here. */
unsigned quota_room(struct quota *quota, bool is_code, usec_t now_wall);

/* What a window holds. */
unsigned quota_used(struct quota *quota, enum quota_window window, usec_t now_wall);

/*
 * Whether a window of which 80 % are used has not been warned of for as long as it is. *ret_window
 * names it, and it counts as warned of.
 */
bool quota_warn(struct quota *quota, usec_t now_wall, enum quota_window *ret_window);
