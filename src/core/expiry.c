#include "core/expiry.h"

#include "core/attempt_table.h"
#include "core/conversion_table.h"
#include "core/ending.h"
#include "core/idempotency_table.h"
#include "core/inbound_join.h"
#include "core/journal.h"
#include "core/part_table.h"
#include "core/quota_table.h"
#include "core/verification_table.h"
#include "loop/timer.h"

#include <errno.h>
#include <string.h>

#define BATCH 64 /* rows in one transaction: a few milliseconds even on an SD card */

/* Retention is counted in days; looking once an hour is often enough. */
#define PURGE_INTERVAL USEC_PER_HOUR

/* A little late rather than early: one wake-up ends all that expires in the same second. */
#define SLACK USEC_PER_SEC

/* A wall clock that was set forward makes rows look due which are not. */
#define RETRY USEC_PER_MINUTE

struct expiry {
    const struct environment *env;
    struct outbox *outbox;
    struct timer timer;
    struct store_job job;
    bool is_running; /* the store has the job */
    usec_t purge_due; /* CLOCK_BOOTTIME */
    /* the job's */
    bool wants_purge;
    usec_t retention;
    struct moment now;
    char ids[BATCH][ID_SIZE];
    unsigned n_found, n_ended, n_purged;
    char ended[BATCH][ID_SIZE];
    usec_t next_wall;
};

/* Ends one row if it is due by the clock that counts for it. */
static int end_one(struct expiry *expiry, struct db *db, const char *id, const struct moment *now)
{
    struct verification verification;
    int r;

    r = verification_load(db, id, &verification);
    if (r < 0)
        return r;
    if (!moment_passed(&verification.expires, now) &&
        otp_keyring_has(expiry->env->keyring, verification.key_id))
        return 0;
    r = verification_end(db, expiry->env, &verification, VERIFICATION_EXPIRED, NULL);
    if (r < 0)
        return r;
    memcpy(expiry->ended[expiry->n_ended++], id, ID_SIZE);
    return 0;
}

static int purge_verifications(struct expiry *expiry, struct db *db, unsigned *ret_n)
{
    return verification_purge(db, moment_back(&expiry->now, expiry->retention), BATCH, ret_n);
}

static int join_inbound(struct expiry *expiry, struct db *db, unsigned *ret_n)
{
    return inbound_join_old(db, expiry->env, expiry->now.wall, BATCH, ret_n);
}

static int purge_inbound(struct expiry *expiry, struct db *db, unsigned *ret_n)
{
    return inbound_purge(db, moment_back(&expiry->now, expiry->retention), BATCH, ret_n);
}

static int purge_messages(struct expiry *expiry, struct db *db, unsigned *ret_n)
{
    int r = message_purge_plain(db, moment_back(&expiry->now, expiry->retention), BATCH, ret_n);

    return r >= 0 && *ret_n > 0 ? part_purge(db) : r;
}

static int purge_journal(struct expiry *expiry, struct db *db, unsigned *ret_n)
{
    return journal_purge(
        db, expiry->env, moment_back(&expiry->now, expiry->retention), BATCH, ret_n);
}

static int purge_guesses(struct expiry *expiry, struct db *db, unsigned *ret_n)
{
    return guess_purge(db, moment_back(&expiry->now, expiry->retention), BATCH, ret_n);
}

static int purge_quotas(struct expiry *expiry, struct db *db, unsigned *ret_n)
{
    return quota_purge(db, &expiry->now, BATCH, ret_n);
}

static int purge_keys(struct expiry *expiry, struct db *db, unsigned *ret_n)
{
    return idempotency_purge(db, &expiry->now, BATCH, ret_n);
}

/* A batch of each kind; there is more while any of them is full. */
static int purge(struct expiry *expiry, struct db *db)
{
    static int (*const kinds[])(struct expiry *expiry, struct db *db, unsigned *ret_n) = {
        purge_verifications, join_inbound, purge_inbound, purge_messages, purge_journal,
        purge_guesses, purge_quotas, purge_keys};

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        unsigned n = 0;
        int r = kinds[i](expiry, db, &n);

        if (r < 0)
            return r;
        expiry->n_purged = MAX(expiry->n_purged, n);
    }
    db_forget(db);
    return conversion_purge(db, &expiry->now); /* an operator's resets of a day: few */
}

/* On the store's thread. */
static int run(struct store_job *job, struct db *db)
{
    struct expiry *expiry = CONTAINER_OF(job, struct expiry, job);
    struct moment now = expiry->now = moment_now(&expiry->env->timebase);
    int r;

    expiry->n_found = expiry->n_ended = expiry->n_purged = 0;
    r = verification_overdue(
        db, now.wall, expiry->ids, BATCH, &expiry->n_found, &expiry->next_wall);
    for (unsigned i = 0; r >= 0 && i < expiry->n_found; i++)
        r = end_one(expiry, db, expiry->ids[i], &now);
    if (r >= 0 && expiry->wants_purge)
        r = purge(expiry, db);
    return r;
}

static void sleep_until_due(struct expiry *expiry)
{
    struct moment now = moment_now(&expiry->env->timebase);
    usec_t due = expiry->purge_due;

    if (expiry->next_wall != USEC_INFINITY)
        due = MIN(due, usec_add(now.boot, usec_sub(expiry->next_wall, now.wall) + SLACK));
    if (expiry->n_found == BATCH && expiry->n_ended > 0)
        due = now.boot; /* there is more */
    else if (expiry->n_found > expiry->n_ended)
        due = MIN(due, usec_add(now.boot, RETRY));
    if (expiry->n_purged == BATCH)
        due = now.boot;
    timer_arm_at(&expiry->timer, due);
}

static void on_done(struct store_job *job, int r)
{
    struct expiry *expiry = CONTAINER_OF(job, struct expiry, job);

    expiry->is_running = false;
    if (r < 0) {
        log_error(expiry->env->log, "event=sweep_failed error=\"%s\"", strerror(-r));
        timer_arm_in(&expiry->timer, RETRY);
        return;
    }
    for (unsigned i = 0; i < expiry->n_ended; i++) {
        log_info(expiry->env->log, "verification=%s event=expired", expiry->ended[i]);
        outbox_withdraw(expiry->outbox, expiry->ended[i]);
    }
    if (expiry->wants_purge && expiry->n_purged < BATCH)
        expiry->purge_due = usec_add(loop_now(expiry->env->loop), PURGE_INTERVAL);
    sleep_until_due(expiry);
}

static void sweep(void *userdata)
{
    struct expiry *expiry = userdata;

    if (expiry->is_running)
        return;
    expiry->is_running = true;
    expiry->wants_purge = loop_now(expiry->env->loop) >= expiry->purge_due;
    expiry->retention = expiry->env->policy->retention;
    store_submit(expiry->env->store, &expiry->job);
}

int expiry_new(struct expiry **ret, const struct environment *env, struct outbox *outbox)
{
    struct expiry *expiry = calloc(1, sizeof(*expiry));

    if (!expiry)
        return -ENOMEM;
    expiry->env = env;
    expiry->outbox = outbox;
    expiry->job.run = run;
    expiry->job.done = on_done;
    timer_init(&expiry->timer, env->loop, sweep, expiry);
    *ret = expiry;
    return 0;
}

struct expiry *expiry_free(struct expiry *expiry)
{
    if (!expiry)
        return NULL;
    timer_fini(&expiry->timer);
    free(expiry);
    return NULL;
}

void expiry_start(struct expiry *expiry)
{
    expiry->purge_due = usec_add(loop_now(expiry->env->loop), USEC_PER_MINUTE);
    sweep(expiry);
}

void expiry_expect(struct expiry *expiry, const struct moment *deadline)
{
    struct moment now = moment_now(&expiry->env->timebase);
    usec_t due = usec_add(moment_on_boottime(deadline, &now), SLACK);

    if (!expiry->is_running && due < expiry->timer.deadline)
        timer_arm_at(&expiry->timer, due);
}
