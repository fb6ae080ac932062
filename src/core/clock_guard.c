#include "core/clock_guard.h"

#include "core/clock_floor.h"
#include "core/ending.h"
#include "core/row.h"
#include "core/verification_table.h"
#include "smsotp/limits.h"

#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

#define LOOK_INTERVAL (5 * USEC_PER_SEC)

/* A clock that is corrected by a little, while nobody runs, is no reason to stop the shop. */
#define TOLERANCE USEC_PER_MINUTE

/* Who sets a clock that is wrong sets it by more. */
#define SET_BY ((int64_t)(30 * USEC_PER_SEC))

/* Two clocks that tell the same time by so much, zones and summer time aside, are both right. */
#define AGREEMENT USEC_PER_HOUR

/* The deadline, always true, has it read the index of the few that are pending. */
static const struct db_sql earlier_boot_sql = {
    "SELECT id FROM verifications WHERE status = 'pending' AND expires_wall > 0 AND boot_id <> ? "
    "LIMIT 1"};

static usec_t boottime(void *userdata)
{
    return clock_boottime(((struct clock_guard *)userdata)->system);
}

static int64_t lead_of_system(const struct clock_guard *guard)
{
    return (int64_t)(clock_realtime(guard->system) - clock_boottime(guard->system));
}

static usec_t realtime(void *userdata)
{
    const struct clock_guard *guard = userdata;
    usec_t wall = clock_realtime(guard->system);

    if (guard->offset_usec == 0 || llabs(lead_of_system(guard) - guard->offset_lead) > SET_BY)
        return wall;
    return wall + (usec_t)guard->offset_usec;
}

bool clock_guard_is_plausible(usec_t wall, usec_t floor_wall)
{
    return wall >= SMSOTP_CLOCK_EARLIEST_SEC * USEC_PER_SEC &&
           wall < SMSOTP_CLOCK_LATEST_SEC * USEC_PER_SEC && usec_add(wall, TOLERANCE) >= floor_wall;
}

/* The kernel knows whether something sets its clock by the network. */
static bool is_synchronized(void)
{
    struct timex timex = {0};

    return adjtimex(&timex) >= 0 && !(timex.status & STA_UNSYNC);
}

static bool is_near(usec_t a, usec_t b)
{
    return usec_sub(MAX(a, b), MIN(a, b)) <= AGREEMENT;
}

/*
 * Who else says that the system's clock is right, although the database has seen a later time: then
 * it was the clock of that time that was wrong. NULL: nobody.
 */
static const char *witness(usec_t wall, usec_t network_wall)
{
    if (!clock_guard_is_plausible(wall, 0))
        return NULL;
    if (is_synchronized())
        return "kernel";
    return is_near(wall, network_wall) ? "network" : NULL;
}

void clock_guard_trust(struct clock_guard *guard, const char *source)
{
    if (guard->is_trusted)
        return;
    guard->is_trusted = true;
    clock_steps_watch(&guard->steps, true);
    log_notice(guard->env->log, "event=clock_trusted source=%s", source);
}

int clock_guard_settle(
    struct clock_guard *guard, struct db *db, struct journal_entry *entry, unsigned *ret_n_void)
{
    int r = clock_floor_lower(db, clock_realtime(&guard->clock), ret_n_void);

    entry->facts[1] = (struct journal_fact)FACT_NUMBER("codes_void", *ret_n_void);
    return r < 0 ? r : journal_write(db, guard->env, entry);
}

static int settle_for(struct clock_guard *guard, struct db *db, const char *source)
{
    struct journal_entry entry = {
        .kind = EVENT_DAEMON_CLOCK_ACCEPTED, .facts = {FACT_TEXT("source", source)}};

    return clock_guard_settle(guard, db, &entry, &guard->n_void);
}

/* On the store's thread. */
static int run_settle(struct store_job *job, struct db *db)
{
    struct clock_guard *guard = CONTAINER_OF(job, struct clock_guard, job);

    return settle_for(guard, db, guard->source);
}

static void on_settled(struct store_job *job, int r)
{
    struct clock_guard *guard = CONTAINER_OF(job, struct clock_guard, job);

    if (r < 0) {
        timer_arm_in(&guard->timer, LOOK_INTERVAL);
        return;
    }
    clock_guard_trust(guard, guard->source);
    if (guard->settled)
        guard->settled(guard->userdata);
}

static void look(void *userdata)
{
    struct clock_guard *guard = userdata;
    usec_t network = guard->network_wall ? guard->network_wall(guard->userdata) : 0;
    usec_t wall = clock_realtime(guard->system);

    if (guard->is_trusted)
        return;
    guard->source = witness(wall, network);
    if (clock_guard_is_plausible(wall, guard->floor_wall)) {
        clock_guard_trust(guard, "system");
    } else if (clock_guard_is_plausible(network, guard->floor_wall)) {
        guard->offset_lead = lead_of_system(guard);
        guard->offset_usec = (int64_t)(network - wall);
        clock_guard_trust(guard, "network");
    } else if (guard->source) {
        store_submit(guard->env->store, &guard->job);
    } else {
        timer_arm_in(&guard->timer, LOOK_INTERVAL);
    }
}

static int end_earlier(struct clock_guard *guard, struct db *db)
{
    for (;;) {
        struct db_statement *s = db_use(db, &earlier_boot_sql);
        struct verification verification;
        char id[ID_SIZE] = "";
        int r;

        db_bind_blob(s, 1, guard->env->timebase.boot_id, BOOT_ID_SIZE);
        r = db_step(s);
        if (r > 0)
            row_copy_text(s, 0, id, sizeof(id));
        db_reset(s);
        if (r <= 0)
            return r;
        r = verification_load(db, id, &verification);
        if (r >= 0)
            r = verification_end(db, guard->env, &verification, VERIFICATION_EXPIRED, NULL);
        if (r < 0)
            return r;
        guard->n_void++;
    }
}

int clock_guard_begin(struct clock_guard *guard, struct db *db)
{
    usec_t wall = clock_realtime(guard->system);
    const char *source = NULL;
    int r = clock_floor_read(db, &guard->floor_wall);

    guard->n_void = 0;
    if (r >= 0)
        r = clock_steps_load(&guard->steps, db, guard->env->timebase.boot_id);
    if (r < 0)
        return r;
    if (!clock_guard_is_plausible(wall, guard->floor_wall))
        source = witness(wall, 0);
    guard->is_trusted = source || clock_guard_is_plausible(wall, guard->floor_wall);
    clock_steps_watch(&guard->steps, guard->is_trusted);
    if (!guard->is_trusted)
        return end_earlier(guard, db);
    if (source) {
        r = settle_for(guard, db, source);
        if (r < 0)
            return r;
    }
    (void)moment_now(&guard->env->timebase); /* sees whether it was set while nobody ran */
    return clock_guard_keep(guard, db);
}

int clock_guard_keep(struct clock_guard *guard, struct db *db)
{
    usec_t forward = moment_now(&guard->env->timebase).set_forward;

    if (forward > guard->told_forward)
        log_warning(guard->env->log,
            "event=clock_set forward=%" PRIu64 "s: limits go on as if it had not been",
            (forward - guard->told_forward) / USEC_PER_SEC);
    guard->told_forward = forward;
    return clock_steps_save(&guard->steps, db, guard->env->timebase.boot_id);
}

void clock_guard_started(struct clock_guard *guard)
{
    if (guard->is_trusted)
        return;
    log_warning(guard->env->log,
        "event=clock_untrusted codes_void=%u: the system clock stands before what the database has "
        "seen, or cannot be right; no codes are sent until it is set right, by hand, by the "
        "network, or by what a modem hears, or until `smsotpctl clock accept`",
        guard->n_void);
    timer_arm_in(&guard->timer, LOOK_INTERVAL);
}

void clock_guard_init(
    struct clock_guard *guard, const struct environment *env, const struct clock *system)
{
    *guard = (struct clock_guard){.env = env, .system = system, .is_trusted = true};
    clock_steps_init(&guard->steps);
    guard->clock = (struct clock){
        .boottime = boottime, .realtime = realtime, .userdata = guard};
    guard->job.run = run_settle;
    guard->job.done = on_settled;
    timer_init(&guard->timer, env->loop, look, guard);
}

void clock_guard_fini(struct clock_guard *guard)
{
    timer_fini(&guard->timer);
    clock_steps_fini(&guard->steps);
}
