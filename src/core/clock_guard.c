#include "core/clock_guard.h"

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

/* The newest texts and entries of the journal, which stand in the order in which they were made. */
static const struct db_sql floor_sql = {
    "SELECT MAX((SELECT COALESCE(MAX(created_wall), 0) FROM messages), "
    "(SELECT COALESCE(MAX(at_wall), 0) FROM "
    "(SELECT at_wall FROM journal ORDER BY seq DESC LIMIT 1000)))"};
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
    return wall >= SMSOTP_CLOCK_EARLIEST_SEC * USEC_PER_SEC && usec_add(wall, TOLERANCE) >= floor_wall;
}

/* The kernel knows whether something sets its clock by the network. */
static bool is_synchronized(void)
{
    struct timex timex = {0};

    return adjtimex(&timex) >= 0 && !(timex.status & STA_UNSYNC);
}

static bool system_is_right(const struct clock_guard *guard)
{
    usec_t wall = clock_realtime(guard->system);

    return clock_guard_is_plausible(wall, guard->floor_wall) ||
           (is_synchronized() && clock_guard_is_plausible(wall, 0));
}

static void look(void *userdata)
{
    struct clock_guard *guard = userdata;
    usec_t network = guard->network_wall ? guard->network_wall(guard->userdata) : 0;
    const char *source = "system";

    if (!system_is_right(guard)) {
        if (!clock_guard_is_plausible(network, guard->floor_wall)) {
            timer_arm_in(&guard->timer, LOOK_INTERVAL);
            return;
        }
        guard->offset_lead = lead_of_system(guard);
        guard->offset_usec = (int64_t)(network - clock_realtime(guard->system));
        source = "network";
    }
    guard->is_trusted = true;
    clock_steps_watch(&guard->steps, true);
    log_notice(guard->env->log, "event=clock_trusted source=%s", source);
    if (guard->trusted)
        guard->trusted(guard->userdata);
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
    struct db_statement *s = db_use(db, &floor_sql);
    int r = db_step(s);

    if (r > 0)
        guard->floor_wall = (usec_t)db_column_int(s, 0);
    db_reset(s);
    if (r < 0)
        return r;
    guard->n_void = 0;
    r = clock_steps_load(&guard->steps, db, guard->env->timebase.boot_id);
    if (r < 0)
        return r;
    guard->is_trusted = system_is_right(guard);
    clock_steps_watch(&guard->steps, guard->is_trusted);
    if (!guard->is_trusted)
        return end_earlier(guard, db);
    (void)moment_now(&guard->env->timebase); /* sees whether it was set while nobody ran */
    return clock_guard_keep(guard, db);
}

int clock_guard_keep(struct clock_guard *guard, struct db *db)
{
    usec_t forward = moment_now(&guard->env->timebase).set_forward;

    if (forward > guard->told_forward)
        log_warning(guard->env->log, "event=clock_set forward=%" PRIu64 "s: limits go on as if it had "
            "not been", (forward - guard->told_forward) / USEC_PER_SEC);
    guard->told_forward = forward;
    return clock_steps_save(&guard->steps, db, guard->env->timebase.boot_id);
}

void clock_guard_started(struct clock_guard *guard)
{
    if (guard->is_trusted)
        return;
    log_warning(guard->env->log, "event=clock_untrusted codes_void=%u: the system clock stands before "
        "what the database has seen; no codes are sent until it is set right, by hand, by the network, or "
        "by what a modem hears", guard->n_void);
    timer_arm_in(&guard->timer, LOOK_INTERVAL);
}

void clock_guard_init(
    struct clock_guard *guard, const struct environment *env, const struct clock *system)
{
    *guard = (struct clock_guard){.env = env, .system = system, .is_trusted = true};
    clock_steps_init(&guard->steps);
    guard->clock = (struct clock){
        .boottime = boottime, .realtime = realtime, .userdata = guard};
    timer_init(&guard->timer, env->loop, look, guard);
}

void clock_guard_fini(struct clock_guard *guard)
{
    timer_fini(&guard->timer);
    clock_steps_fini(&guard->steps);
}
