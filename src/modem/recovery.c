#include "modem/recovery.h"

#include "util/macros.h"

ENUM_DEFINE(recovery_rung, RECOVERY_RUNG_LIST);

static const struct {
    enum modem_timer wait;
    struct recovery_limit limit;
    usec_t settle_usec; /* it may stay away so long before a higher rung is tried */
} rungs[RECOVERY_RUNGS] = {
    [RECOVERY_REOPEN] = {MODEM_TIMER_REOPEN, {0, 0}, 0},
    /* A modem that resets all day re-registers all day, which networks punish. */
    [RECOVERY_RESET] = {MODEM_TIMER_RESET, {5 * USEC_PER_MINUTE, 24}, 60 * USEC_PER_SEC},
    [RECOVERY_USB_RESET] = {MODEM_TIMER_USB_RESET, {5 * USEC_PER_MINUTE, 24}, 60 * USEC_PER_SEC},
    /* Cutting power while flash is written has killed modems. */
    [RECOVERY_POWER] = {MODEM_TIMER_POWER, {30 * USEC_PER_MINUTE, 6}, 60 * USEC_PER_SEC},
};

static bool is_allowed(const struct recovery *recovery, enum recovery_rung rung, usec_t now)
{
    usec_t last = recovery->rungs[rung].last;
    const struct recovery_limit *limit = &rungs[rung].limit;

    if (rung == RECOVERY_REOPEN)
        return true;
    if (!(recovery->available & 1U << rung))
        return false;
    if (last != 0 && now < usec_add(last, limit->spacing_usec))
        return false;
    return limit->cap_per_day == 0 || recovery->rungs[rung].today < limit->cap_per_day;
}

/* The modem may stay away for a while. */
static void settle(struct recovery *recovery, enum recovery_rung rung, usec_t now)
{
    bool is_own = rung == RECOVERY_RESET && recovery->after_reset_usec;

    recovery->settle_until =
        usec_add(now, is_own ? recovery->after_reset_usec : rungs[rung].settle_usec);
}

static enum recovery_rung climb(struct recovery *recovery, usec_t now)
{
    enum recovery_rung rung = recovery->next;

    if (now < recovery->settle_until)
        return RECOVERY_REOPEN;
    while (!is_allowed(recovery, rung, now))
        rung = (rung + 1) % RECOVERY_RUNGS;
    if (rung == RECOVERY_REOPEN && recovery->climbing)
        recovery->exhausted = true;
    recovery->climbing = true;
    recovery->next = (rung + 1) % RECOVERY_RUNGS;
    settle(recovery, rung, now);
    return rung;
}

static void count(struct recovery *recovery, enum recovery_rung rung, usec_t now)
{
    recovery->rungs[rung].last = now;
    recovery->rungs[rung].today++;
    recovery->rungs[rung].count++;
}

static void begin_day(struct recovery *recovery, usec_t now)
{
    if (now < usec_add(recovery->day_start, USEC_PER_DAY))
        return;
    recovery->day_start = now;
    for (size_t i = 0; i < RECOVERY_RUNGS; i++)
        recovery->rungs[i].today = 0;
}

enum recovery_rung recovery_next(struct recovery *recovery, usec_t now, usec_t *ret_wait_usec)
{
    enum recovery_rung rung;

    begin_day(recovery, now);
    rung = climb(recovery, now);
    count(recovery, rung, now);
    *ret_wait_usec = modem_timer_usec(
        rung == RECOVERY_REOPEN && recovery->exhausted ? MODEM_TIMER_RECOVERY : rungs[rung].wait);
    return rung;
}

usec_t recovery_force(struct recovery *recovery, enum recovery_rung rung, usec_t now)
{
    begin_day(recovery, now);
    count(recovery, rung, now);
    settle(recovery, rung, now);
    return modem_timer_usec(rungs[rung].wait);
}

enum recovery_rung recovery_distrust(struct recovery *recovery, usec_t now, usec_t *ret_wait_usec)
{
    const unsigned n_rungs = RECOVERY_RUNGS - RECOVERY_RESET;
    enum recovery_rung rung = RECOVERY_REOPEN;
    unsigned step = recovery->n_distrusted;

    begin_day(recovery, now);
    for (unsigned i = 0; i < n_rungs && rung == RECOVERY_REOPEN; i++, step++)
        if (is_allowed(recovery, RECOVERY_RESET + step % n_rungs, now))
            rung = RECOVERY_RESET + step % n_rungs;
    recovery->exhausted = rung == RECOVERY_REOPEN || step > n_rungs;
    if (rung != RECOVERY_REOPEN)
        recovery->n_distrusted = step;
    count(recovery, rung, now);
    settle(recovery, rung, now);
    *ret_wait_usec = modem_timer_usec(rungs[rung].wait);
    return rung;
}

void recovery_trust(struct recovery *recovery)
{
    recovery->n_distrusted = 0;
}

void recovery_succeeded(struct recovery *recovery)
{
    recovery->next = RECOVERY_REOPEN;
    recovery->climbing = recovery->exhausted = false;
    recovery->settle_until = 0;
}

struct recovery_limit recovery_limit_of(enum recovery_rung rung)
{
    return rungs[rung].limit;
}
