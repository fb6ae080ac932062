#include "core/audit.h"

#include "core/gateway_state.h"
#include "core/journal.h"
#include "core/journal_head.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Rows in one step of a verification: a millisecond of the store's time, on a slow machine a few.
 */
#define STEP_ROWS 256

struct page_job {
    struct store_job job;
    audit_page_callback callback;
    void *userdata;
    struct audit_question question;
    struct audit_page page;
    struct journal_row rows[];
};

struct head_job {
    struct store_job job;
    struct gateway *gateway;
    audit_head_callback callback;
    void *userdata;
    struct audit_head head;
};

struct verify_job {
    struct store_job job;
    struct gateway *gateway;
    audit_verdict_callback callback;
    void *userdata;
    bool has_actor;
    uid_t uid;
    struct journal_verify verify;
    struct audit_head head;
};

static int collect(void *userdata, const struct journal_row *row)
{
    struct page_job *job = userdata;

    if (job->page.n_rows == job->question.max) {
        job->page.next = row->seq;
        return 1;
    }
    job->rows[job->page.n_rows++] = *row;
    return 0;
}

/* On the store's thread. */
static int run_page(struct store_job *store_job, struct db *db)
{
    struct page_job *job = CONTAINER_OF(store_job, struct page_job, job);
    uint64_t from = MAX(job->question.from, 1), since;
    int r;

    if (job->question.since_wall > 0) {
        r = journal_seq_since(db, job->question.since_wall, &since);
        if (r < 0)
            return r;
        from = MAX(from, since);
    }
    return journal_each(db, from - 1, job->question.max + 1, collect, job);
}

static void on_page(struct store_job *store_job, int r)
{
    struct page_job *job = CONTAINER_OF(store_job, struct page_job, job);
    struct refusal refusal;

    job->page.rows = job->rows;
    if (r < 0)
        refuse_storage(&refusal, r);
    job->callback(job->userdata, r < 0 ? &refusal : NULL, r < 0 ? NULL : &job->page);
    free(job);
}

void gateway_read_audit(struct gateway *gateway, const struct audit_question *question,
    audit_page_callback callback, void *userdata)
{
    unsigned max = MIN(question->max, SMSOTP_AUDIT_MAX);
    struct page_job *job = calloc(1, sizeof(*job) + max * sizeof(job->rows[0]));
    struct refusal refusal;

    if (!job) {
        refuse_no_memory(&refusal);
        callback(userdata, &refusal, NULL);
        return;
    }
    job->job.run = run_page;
    job->job.done = on_page;
    job->callback = callback;
    job->userdata = userdata;
    job->question = *question;
    job->question.max = max;
    store_submit(gateway->env.store, &job->job);
}

int audit_head_load(struct db *db, const struct environment *env, struct audit_head *ret)
{
    struct audit_head head = {.at_wall = 0};
    struct journal_row row;
    int r = journal_head_load(env->journal_head, db, &head.head);

    if (r >= 0)
        r = journal_end_load(db, JOURNAL_ANCHOR, &head.anchor);
    if (r >= 0)
        r = journal_load(db, head.head.seq, &row);
    if (r >= 0)
        head.at_wall = row.at_wall;
    else if (r != -ENOENT)
        return r;
    *ret = head;
    return 0;
}

static int run_head(struct store_job *store_job, struct db *db)
{
    struct head_job *job = CONTAINER_OF(store_job, struct head_job, job);

    return audit_head_load(db, &job->gateway->env, &job->head);
}

static void on_head(struct store_job *store_job, int r)
{
    struct head_job *job = CONTAINER_OF(store_job, struct head_job, job);
    struct refusal refusal;

    if (r < 0)
        refuse_storage(&refusal, r);
    job->callback(job->userdata, r < 0 ? &refusal : NULL, r < 0 ? NULL : &job->head);
    free(job);
}

void gateway_read_audit_head(struct gateway *gateway, audit_head_callback callback, void *userdata)
{
    struct head_job *job = calloc(1, sizeof(*job));
    struct refusal refusal;

    if (!job) {
        refuse_no_memory(&refusal);
        callback(userdata, &refusal, NULL);
        return;
    }
    job->job.run = run_head;
    job->job.done = on_head;
    job->gateway = gateway;
    job->callback = callback;
    job->userdata = userdata;
    store_submit(gateway->env.store, &job->job);
}

static int run_verify(struct store_job *store_job, struct db *db)
{
    struct verify_job *job = CONTAINER_OF(store_job, struct verify_job, job);
    const struct environment *env = &job->gateway->env;
    int r = journal_verify_step(db, env, &job->verify, STEP_ROWS);

    return r < 0 || !job->verify.is_done ? r : audit_head_load(db, env, &job->head);
}

void gateway_warn_of_audit(struct gateway *gateway, const char *detail)
{
    warnings_tell(&gateway->env, WARNING_AUDIT, detail, USEC_PER_DAY);
}

/*
 * What was found is told: who has asked in the journal, a fault to everybody who looks at warnings.
 */
static void conclude(const struct verify_job *job)
{
    const struct journal_verify *verify = &job->verify;
    struct gateway *gateway = job->gateway;
    struct journal_entry entry = {.kind = EVENT_ADMIN_ACTION,
        .actor = &job->uid,
        .facts = {FACT_TEXT("action", "audit.verify"),
            FACT_TEXT("outcome", verify->is_broken ? "broken" : "intact")}};
    char detail[WARNING_DETAIL_SIZE];

    if (verify->is_broken) {
        const char *fault = audit_fault_to_string(verify->fault);

        snprintf(detail, sizeof(detail),
            "The audit log is not what was written, from entry %" PRIu64
            " on (%s): keep a copy of the database, and see who has had access to it",
            verify->first_bad, fault);
        entry.facts[2] = (struct journal_fact)FACT_TEXT("fault", fault);
        entry.facts[3] = (struct journal_fact)FACT_NUMBER("first_bad", (int64_t)verify->first_bad);
        gateway_warn_of_audit(gateway, detail);
    } else {
        warnings_end(&gateway->env, WARNING_AUDIT);
    }
    log_notice(gateway->env.log, "event=audit_verified outcome=%s rows=%" PRIu64,
        verify->is_broken ? "broken" : "intact", verify->n_rows);
    if (job->has_actor)
        journal_post(&gateway->env, &entry);
}

static void on_verify(struct store_job *store_job, int r)
{
    struct verify_job *job = CONTAINER_OF(store_job, struct verify_job, job);
    const struct audit_verdict verdict = {.verify = &job->verify, .head = job->head};
    struct refusal refusal = {0};

    if (r >= 0 && !job->verify.is_done && !job->gateway->is_stopping) {
        store_submit(job->gateway->env.store, &job->job); /* behind whoever came meanwhile */
        return;
    }
    if (r < 0)
        refuse_storage(&refusal, r);
    else if (!job->verify.is_done)
        refuse(&refusal, ERROR_SHUTTING_DOWN, NULL, "The gateway is stopping");
    else
        conclude(job);
    job->callback(job->userdata, refusal.is_refused ? &refusal : NULL,
        refusal.is_refused ? NULL : &verdict);
    free(job);
}

void gateway_verify_audit(struct gateway *gateway, const struct caller *caller,
    const struct head_line *noted, audit_verdict_callback callback, void *userdata)
{
    struct verify_job *job = gateway->is_loaded ? calloc(1, sizeof(*job)) : NULL;
    struct refusal refusal;

    if (!job) {
        if (gateway->is_loaded)
            refuse_no_memory(&refusal);
        else
            refuse(&refusal, ERROR_STORAGE_UNAVAILABLE, NULL,
                "The database has not been read yet; try again in a moment");
        callback(userdata, &refusal, NULL);
        return;
    }
    job->job.run = run_verify;
    job->job.done = on_verify;
    job->gateway = gateway;
    job->callback = callback;
    job->userdata = userdata;
    job->has_actor = caller != NULL;
    job->uid = caller ? caller->uid : 0;
    job->verify.has_noted = noted != NULL;
    if (noted)
        job->verify.noted = *noted;
    store_submit(gateway->env.store, &job->job);
}
