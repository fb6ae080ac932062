#include "core/clock_accept.h"

#include "core/gateway_state.h"
#include "core/journal.h"

#include <stdlib.h>

struct accept_job {
    struct store_job job;
    struct gateway *gateway;
    clock_accept_callback callback;
    void *userdata;
    uid_t uid;
    unsigned n_void;
};

/* On the store's thread. */
static int run(struct store_job *store_job, struct db *db)
{
    struct accept_job *job = CONTAINER_OF(store_job, struct accept_job, job);
    struct journal_entry entry = {.kind = EVENT_ADMIN_ACTION,
        .actor = &job->uid,
        .facts = {FACT_TEXT("action", "clock.accept")}};

    return clock_guard_settle(&job->gateway->clock_guard, db, &entry, &job->n_void);
}

static void on_done(struct store_job *store_job, int r)
{
    struct accept_job *job = CONTAINER_OF(store_job, struct accept_job, job);
    struct clock_guard *guard = &job->gateway->clock_guard;
    struct clock_accept_answer answer = {
        .wall = clock_realtime(&guard->clock), .n_void = job->n_void};
    struct refusal refusal;

    if (r < 0) {
        refuse_storage(&refusal, r);
        answer.refusal = &refusal;
    } else {
        log_notice(job->gateway->env.log, "event=clock_accepted codes_void=%u uid=%u", job->n_void,
            (unsigned)job->uid);
        clock_guard_trust(guard, "technician");
        guard->settled(guard->userdata);
    }
    job->callback(job->userdata, &answer);
    free(job);
}

static bool check(const struct gateway *gateway, struct refusal *ret)
{
    if (!gateway->is_loaded)
        refuse(ret, ERROR_STORAGE_UNAVAILABLE, NULL, "The database has not been read yet");
    else if (!clock_guard_is_plausible(clock_realtime(&gateway->clock_guard.clock), 0))
        refuse(ret, ERROR_CLOCK_UNTRUSTED, NULL, "The system clock cannot be right: set it first");
    return !ret->is_refused;
}

void gateway_accept_clock(struct gateway *gateway, const struct caller *caller,
    clock_accept_callback callback, void *userdata)
{
    struct refusal refusal = {0};
    struct accept_job *job = check(gateway, &refusal) ? calloc(1, sizeof(*job)) : NULL;

    if (!job) {
        if (!refusal.is_refused)
            refuse_no_memory(&refusal);
        callback(userdata, &(struct clock_accept_answer){.refusal = &refusal});
        return;
    }
    job->job.run = run;
    job->job.done = on_done;
    job->gateway = gateway;
    job->callback = callback;
    job->userdata = userdata;
    job->uid = caller->uid;
    store_submit(gateway->env.store, &job->job);
}
