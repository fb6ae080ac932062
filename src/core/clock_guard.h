/*
 * Whether the wall clock may be believed. When the gateway starts with a clock that stands before
 * what it has seen already, or before this program was made, limits would count from a time that is
 * not: then nothing new is taken, and codes from before the reboot are void, until the system clock
 * is right, is kept by the network (adjtimex(2)), or a modem has heard the time. Where the kernel,
 * a modem or a technician says that the clock is right and it was an earlier one that stood ahead,
 * the database is told so (clock_floor.h). What is wrong by a constant is set right for the gateway
 * alone, by an offset, until somebody sets the system clock. CLOCK_BOOTTIME is always believed. A
 * clock that is right and is set all the same moves no limit (clock_steps.h).
 */
#pragma once

#include "core/clock_steps.h"
#include "core/environment.h"
#include "core/journal.h"
#include "loop/timer.h"
#include "store/db.h"

#include <stdbool.h>

struct clock_guard {
    const struct environment *env;
    struct clock clock;         /* the system's, with the offset; what the gateway tells time by */
    const struct clock *system; /* borrowed */
    _Atomic int64_t offset_usec; /* while the system's leads CLOCK_BOOTTIME by `offset_lead` */
    _Atomic int64_t offset_lead;
    struct clock_steps steps;
    usec_t told_forward;         /* store's thread: what the log has been told of it */
    struct timer timer;
    bool is_trusted;
    usec_t floor_wall; /* the latest time that the database has seen */
    usec_t (*network_wall)(void *userdata); /* now, as a modem has heard it; 0: none has */
    void (*settled)(void *userdata);        /* codes have run out by clock_guard_settle() */
    void *userdata;
    unsigned n_void; /* codes that were ended for it */
    struct store_job job; /* believes the system's clock because `source` says so */
    const char *source;
};

/* Trusts until clock_guard_begin(). Borrows everything. */
void clock_guard_init(
    struct clock_guard *guard, const struct environment *env, const struct clock *system);
void clock_guard_fini(struct clock_guard *guard);

/* Store's thread, at start: looks what time the database has seen, and ends codes if need be. */
int clock_guard_begin(struct clock_guard *guard, struct db *db);

/* Store's thread, in the transaction of whatever counts: keeps what is known of a clock that was
 * set. */
int clock_guard_keep(struct clock_guard *guard, struct db *db);

/* Loop's thread, when that is committed: says so, and looks every few seconds until it is right. */
void clock_guard_started(struct clock_guard *guard);

/*
 * Store's thread: believes the clock whatever the database has seen. Writes the entry, with the
 * number of codes that are void for it as its second fact.
 */
int clock_guard_settle(
    struct clock_guard *guard, struct db *db, struct journal_entry *entry, unsigned *ret_n_void);

/* Loop's thread, when that is committed. */
void clock_guard_trust(struct clock_guard *guard, const char *source);

/* Whether a clock that shows `wall` can be right. */
bool clock_guard_is_plausible(usec_t wall, usec_t floor_wall);
