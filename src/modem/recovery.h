/*
 * The recovery ladder: what is tried, in which order, how long it is given, how often it may be
 * done. A table of rungs and a position in it. Pure. The lowest rung, ESC and AT, is at_chat's
 * quarantine and has been tried when this is asked; USB reset and the power hook are rows to come.
 */
#pragma once

#include "modem/timers.h"
#include "util/enum.h"

#define RECOVERY_RUNG_LIST(X)                                                                      \
    X(RECOVERY_REOPEN, "reopen") /* close the port and open it anew */                             \
    X(RECOVERY_RESET, "reset")   /* AT+CFUN=1,1 or the vendor's reset, then reopen */
ENUM_DECLARE(recovery_rung, RECOVERY_RUNG_LIST);
#define RECOVERY_RUNGS 2

struct recovery {
    unsigned step; /* rungs climbed since the modem last worked */
    usec_t day_start;
    struct {
        usec_t last;      /* CLOCK_BOOTTIME; 0: never */
        unsigned today;
        uint64_t count;   /* since start */
    } rungs[RECOVERY_RUNGS];
};

/* The rung to try now, and how long to wait after it before the port is opened. */
enum recovery_rung recovery_next(struct recovery *recovery, usec_t now, usec_t *ret_wait_usec);

/* The modem works again: the next trouble begins at the lowest rung. */
void recovery_succeeded(struct recovery *recovery);
