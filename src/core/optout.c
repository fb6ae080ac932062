#include "core/optout.h"

#include "core/destination.h"
#include "core/gateway_state.h"
#include "core/journal.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

int optout_apply(struct db *db, const struct environment *env, const struct optout_change *change)
{
    struct optout row = {.is_by_reply = !change->actor, .at_wall = moment_now(&env->timebase).wall};
    const struct journal_entry entry = {
        .kind = change->is_out ? EVENT_NUMBER_OPTED_OUT : EVENT_NUMBER_OPTED_IN,
        .actor = change->actor,
        .number_masked = change->number_masked,
        .number_index = change->number_index};
    int r;

    memcpy(row.number_masked, change->number_masked, sizeof(row.number_masked));
    r = change->is_out ? optout_insert(db, change->number_index, &row)
                       : optout_delete(db, change->number_index);
    if (r <= 0)
        return r;
    r = journal_write(db, env, &entry);
    return r < 0 ? r : 1;
}

struct list_job {
    struct store_job job;
    optout_list_callback callback;
    void *userdata;
    unsigned max, n, total;
    struct optout rows[OPTOUTS_LISTED_MAX];
};

static int run_list(struct store_job *store_job, struct db *db)
{
    struct list_job *job = CONTAINER_OF(store_job, struct list_job, job);

    return optout_load(db, job->rows, job->max, &job->n, &job->total);
}

static void on_listed(struct store_job *store_job, int r)
{
    struct list_job *job = CONTAINER_OF(store_job, struct list_job, job);
    const struct optout_list list = {.rows = job->rows, .n_rows = job->n, .total = job->total};
    struct refusal refusal;

    if (r < 0)
        refuse_storage(&refusal, r);
    job->callback(job->userdata, r < 0 ? &refusal : NULL, r < 0 ? NULL : &list);
    free(job);
}

void gateway_list_optouts(
    struct gateway *gateway, unsigned max, optout_list_callback callback, void *userdata)
{
    struct list_job *job = calloc(1, sizeof(*job));
    struct refusal refusal;

    if (!job) {
        refuse_no_memory(&refusal);
        callback(userdata, &refusal, NULL);
        return;
    }
    job->job.run = run_list;
    job->job.done = on_listed;
    job->callback = callback;
    job->userdata = userdata;
    job->max = MIN(max, OPTOUTS_LISTED_MAX);
    store_submit(gateway->env.store, &job->job);
}

struct set_job {
    struct store_job job;
    struct gateway *gateway;
    optout_set_callback callback;
    void *userdata;
    uid_t uid;
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE];
    char number_masked[E164_SIZE];
    bool is_out, is_changed;
};

static int run_set(struct store_job *store_job, struct db *db)
{
    struct set_job *job = CONTAINER_OF(store_job, struct set_job, job);
    const struct optout_change change = {.number_index = job->number_index,
        .number_masked = job->number_masked,
        .is_out = job->is_out,
        .actor = &job->uid};
    int r = optout_apply(db, &job->gateway->env, &change);

    job->is_changed = r > 0;
    return MIN(r, 0);
}

static void on_set(struct store_job *store_job, int r)
{
    struct set_job *job = CONTAINER_OF(store_job, struct set_job, job);
    struct refusal refusal;

    if (r < 0)
        refuse_storage(&refusal, r);
    else if (job->is_changed)
        log_notice(job->gateway->env.log, "event=%s number=%s uid=%u",
            job->is_out ? "opted_out" : "opted_in", job->number_masked, (unsigned)job->uid);
    job->callback(job->userdata, r < 0 ? &refusal : NULL, job->number_masked, job->is_changed);
    free(job);
}

void gateway_set_optout(struct gateway *gateway, const struct caller *caller, const char *to,
    bool is_out, optout_set_callback callback, void *userdata)
{
    struct set_job *job;
    struct refusal refusal;
    char number[E164_SIZE];

    if (!destination_read(gateway->env.policy, to, number, &refusal)) {
        callback(userdata, &refusal, NULL, false);
        return;
    }
    job = calloc(1, sizeof(*job));
    if (!job) {
        refuse_no_memory(&refusal);
        callback(userdata, &refusal, NULL, false);
        return;
    }
    job->job.run = run_set;
    job->job.done = on_set;
    job->gateway = gateway;
    job->callback = callback;
    job->userdata = userdata;
    job->uid = caller->uid;
    job->is_out = is_out;
    otp_number_index(gateway->env.keyring, number, job->number_index);
    e164_mask(number, job->number_masked);
    sodium_memzero(number, sizeof(number));
    store_submit(gateway->env.store, &job->job);
}
