/*
 * What is done about the audit log without being asked: at start, and then once a day, its head is
 * told, in the log and as an entry, for the owner to keep; and once a day the whole of it is looked
 * at. By CLOCK_BOOTTIME, so a clock that is set makes no day shorter. On the loop's thread.
 */
#pragma once

#include "core/audit.h"
#include "loop/timer.h"

struct audit_daily {
    struct gateway *gateway;
    struct timer timer;
    struct store_job job;
    struct audit_head head; /* the job's */
};

/* Nothing is due before audit_daily_start(). */
void audit_daily_init(struct audit_daily *daily, struct gateway *gateway, struct loop *loop);

/* Harmless on zeroed memory; the store has been closed before. */
void audit_daily_fini(struct audit_daily *daily);

/* The database has been taken up: begins. */
void audit_daily_start(struct audit_daily *daily);
