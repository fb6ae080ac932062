#include "modem/recovery.h"

#include "util/macros.h"

#include <stdbool.h>

ENUM_DEFINE(recovery_rung, RECOVERY_RUNG_LIST);

static const struct {
    enum modem_timer wait;
    usec_t spacing;
    unsigned cap_per_day; /* 0: none */
} rungs[RECOVERY_RUNGS] = {
    [RECOVERY_REOPEN] = {MODEM_TIMER_REOPEN, 0, 0},
    /* A modem that resets all day re-registers all day, which networks punish. */
    [RECOVERY_RESET] = {MODEM_TIMER_RESET, 5 * USEC_PER_MINUTE, 24},
};

static bool is_allowed(const struct recovery *recovery, enum recovery_rung rung, usec_t now)
{
    usec_t last = recovery->rungs[rung].last;

    if (last != 0 && now < usec_add(last, rungs[rung].spacing))
        return false;
    return rungs[rung].cap_per_day == 0 || recovery->rungs[rung].today < rungs[rung].cap_per_day;
}

enum recovery_rung recovery_next(struct recovery *recovery, usec_t now, usec_t *ret_wait_usec)
{
    enum recovery_rung rung = recovery->step % RECOVERY_RUNGS;
    bool tired = recovery->step >= RECOVERY_RUNGS;

    if (now >= usec_add(recovery->day_start, USEC_PER_DAY)) {
        recovery->day_start = now;
        for (size_t i = 0; i < RECOVERY_RUNGS; i++)
            recovery->rungs[i].today = 0;
    }
    if (!is_allowed(recovery, rung, now))
        rung = RECOVERY_REOPEN;
    recovery->step++;
    recovery->rungs[rung].last = now;
    recovery->rungs[rung].today++;
    recovery->rungs[rung].count++;
    *ret_wait_usec = modem_timer_usec(
        rung == RECOVERY_REOPEN && tired ? MODEM_TIMER_RECOVERY : rungs[rung].wait);
    return rung;
}

void recovery_succeeded(struct recovery *recovery)
{
    recovery->step = 0;
}
