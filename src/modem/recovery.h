/*
 * The recovery ladder: what is tried, in which order, how long it is given, how often it may be
 * done. A table of rungs and a position in it. Pure. The lowest rung, ESC and AT, is at_chat's
 * quarantine and has been tried when this is asked; recovering.c does what is decided here.
 */
#pragma once

#include "modem/timers.h"
#include "util/enum.h"

#include <stdbool.h>

#define RECOVERY_RUNG_LIST(X)                                                                      \
    X(RECOVERY_REOPEN, "reopen")       /* close the port and open it anew */                       \
    X(RECOVERY_RESET, "reset")         /* AT+CFUN=1,1 or the vendor's reset, then reopen */        \
    X(RECOVERY_USB_RESET, "usb_reset") /* as if it had been unplugged; power stays on */           \
    X(RECOVERY_POWER, "power_hook")    /* the owner's program that cuts its power */
ENUM_DECLARE(recovery_rung, RECOVERY_RUNG_LIST);
#define RECOVERY_RUNGS 4

struct recovery_limit {
    usec_t spacing_usec;  /* between two of a kind; 0: none */
    unsigned cap_per_day; /* 0: none */
};

struct recovery {
    unsigned available;      /* bit 1 << rung; reopening always is */
    usec_t after_reset_usec; /* how long this modem may stay away after RECOVERY_RESET */

    enum recovery_rung next;
    bool climbing;           /* something has been tried since the modem last worked */
    bool exhausted;          /* … and every rung there is */
    unsigned n_distrusted;   /* rungs from the reset on that were tried for texts that fail */
    usec_t settle_until;     /* a modem that restarts is only looked for */
    usec_t day_start;
    struct {
        usec_t last;      /* CLOCK_BOOTTIME; 0: never */
        unsigned today;
        uint64_t count;   /* since start */
    } rungs[RECOVERY_RUNGS];
};

/* The rung to try now, and how long to wait after it before the port is opened. */
enum recovery_rung recovery_next(struct recovery *recovery, usec_t now, usec_t *ret_wait_usec);

/* The same for a rung that a person has chosen: counted, but not bounded. */
usec_t recovery_force(struct recovery *recovery, enum recovery_rung rung, usec_t now);

/*
 * The same for a modem that answers, but fails at its work: from the reset on, each time a rung
 * higher, and round; RECOVERY_REOPEN where none may be used now.
 */
enum recovery_rung recovery_distrust(
    struct recovery *recovery, usec_t now, usec_t *ret_wait_usec);

/* It has done its work. */
void recovery_trust(struct recovery *recovery);

/* The modem works again: the next trouble begins at the lowest rung. */
void recovery_succeeded(struct recovery *recovery);

/* How far apart and how often a day a rung is used. */
struct recovery_limit recovery_limit_of(enum recovery_rung rung);
