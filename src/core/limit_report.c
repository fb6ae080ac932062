#include "core/limit_report.h"

#include "core/gateway_state.h"
#include "core/limit_rules.h"
#include "core/operation.h"
#include "core/optout_table.h"
#include "core/reverse.h"
#include "core/rollback.h"
#include "core/streak_table.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

struct report_job {
    struct store_job job;
    struct gateway *gateway;
    limit_report_callback callback;
    void *userdata;
    bool sees_all; /* a technician */
    struct limits limits;
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE], prefix_index[OTP_NUMBER_INDEX_SIZE];
    char client[SMSOTP_CLIENT_MAX + 1];
    char purpose[SMSOTP_PURPOSE_MAX + 1]; /* empty: not asked */
    struct moment now;
    struct limit_request request;
    struct limit_report report;
};

/*
 * A row that hides what is not this caller's to know. NULL: no room, which no configuration needs.
 */
static struct limit_report_row *add_row(
    struct report_job *job, const char *name, const char *scope, bool is_own)
{
    struct limit_report_row *row;

    if (job->report.n_rows == LIMIT_REPORT_ROWS)
        return NULL;
    row = &job->report.rows[job->report.n_rows++];
    *row = (struct limit_report_row){.name = name,
        .scope = scope,
        .used = job->sees_all || is_own ? 0 : LIMIT_REPORT_HIDDEN,
        .verified = LIMIT_REPORT_HIDDEN};
    return row;
}

static void set_met(struct limit_report_row *row, usec_t wait)
{
    row->is_met = true;
    row->retry_after_sec = refusal_seconds(wait);
}

static int report_window(struct report_job *job, struct db *db, const struct limit_rule *rule,
    const struct limit_window *window)
{
    struct limit_report_row *row = add_row(job, rule->name, rule->scope, rule->is_own);
    struct limit_hit hit;
    unsigned used = 0;
    int r;

    if (!row)
        return 0;
    row->is_of_checks = rule->kinds == LIMIT_KIND_CHECK;
    row->window = *window;
    r = limit_rule_check_window(db, rule, &job->request, window, &hit);
    if (r > 0)
        set_met(row, hit.wait);
    if (r < 0 || row->used == LIMIT_REPORT_HIDDEN)
        return MIN(r, 0);
    r = limit_count(db, rule->count, &job->request.of, window->span, &job->now, &used);
    row->used = (int)MIN(used, (unsigned)INT32_MAX);
    return r;
}

static int report_windows(struct report_job *job, struct db *db)
{
    int r = 0;

    for (size_t i = 0; r >= 0 && i < limit_n_rules; i++) {
        const struct limit_rule *rule = &limit_rules[i];
        const struct limit *limit = limit_rule_limit(rule, &job->limits);

        if (!(rule->kinds & (job->request.kind | LIMIT_KIND_CHECK)) ||
            (rule->count == COUNT_REQUESTS_OF_PURPOSE && !job->purpose[0]))
            continue;
        for (unsigned j = 0; r >= 0 && j < limit->n_windows; j++)
            r = report_window(job, db, rule, &limit->windows[j]);
    }
    return r;
}

static void put_pending(struct report_job *job, const struct limit_pending *pending,
    const char *name, const char *scope, bool is_own)
{
    struct limit_report_row *row =
        pending->max == 0 ? NULL : add_row(job, name, scope, is_own);

    if (!row)
        return;
    row->window.max = pending->max;
    if (row->used != LIMIT_REPORT_HIDDEN)
        row->used = (int)pending->n;
    if (pending->n >= pending->max)
        set_met(row, pending->wait);
}

static int report_pending(struct report_job *job, struct db *db)
{
    struct limit_pending all, own;
    int r = limit_count_pending(db, &job->request, &all, &own);

    if (r < 0)
        return r;
    put_pending(job, &all, "pending", "number", false);
    put_pending(job, &own, "share", "client", true);
    return 0;
}

static int report_streak(struct report_job *job, struct db *db)
{
    struct limit_report_row *row;
    unsigned n = 0;
    int r = streak_load(db, job->number_index, &n);

    row = r < 0 ? NULL : add_row(job, "streak", "number", false);
    if (!row)
        return r;
    row->window.max = SMSOTP_STREAK_MAX;
    row->is_met = n >= SMSOTP_STREAK_MAX;
    if (row->used != LIMIT_REPORT_HIDDEN)
        row->used = (int)n;
    return 0;
}

/*
 * For technicians: it tells which numbers the copy knew, and clients may not ask who is a customer.
 */
static int report_rollback(struct report_job *job, struct db *db)
{
    struct rollback_budget budget;
    struct limit_report_row *row;
    int r;

    if (!job->sees_all)
        return 0;
    r = rollback_budget_load(db, job->number_index, &job->limits.guesses, &job->now, &budget);
    row = r < 0 || budget.wait == 0 ? NULL : add_row(job, "rollback", "number", true);
    if (!row)
        return r;
    row->is_of_checks = true;
    row->window = (struct limit_window){.max = budget.max, .span = budget.span};
    row->used = (int)budget.used;
    if (rollback_budget_is_met(&budget))
        set_met(row, budget.wait);
    return 0;
}

static int report_conversion(struct report_job *job, struct db *db, enum conversion_scope scope)
{
    const struct conversion_limit *limit = &job->limits.conversion;
    bool is_of_client = scope == CONVERSION_OF_CLIENT;
    struct conversion conversion = {0};
    struct limit_report_row *row;
    int r;

    if (limit->texts == 0 || job->request.kind == LIMIT_KIND_REVERSE ||
        (is_of_client && !job->request.is_client))
        return 0;
    r = conversion_load(db, scope, &job->request.of, limit, &job->now, &conversion);
    row = r < 0 ? NULL : add_row(job, "conversion", conversion_scope_name(scope), is_of_client);
    if (!row)
        return r;
    row->window = (struct limit_window){.max = limit->texts, .span = CONVERSION_SPAN};
    row->min_percent = limit->percent;
    if (row->used != LIMIT_REPORT_HIDDEN) {
        row->used = (int)conversion.texts;
        row->verified = (int)conversion.verified;
    }
    if (conversion_is_low(&conversion, limit))
        set_met(row, conversion_wait(&conversion, &job->now));
    return 0;
}

/* On the store's thread. */
static int run(struct store_job *store_job, struct db *db)
{
    struct report_job *job = CONTAINER_OF(store_job, struct report_job, job);
    int r;

    job->now = moment_now(&job->gateway->env.timebase);
    job->report.n_rows = 0;
    r = optout_exists(db, job->number_index);
    if (r > 0 && job->report.is_open) {
        job->report.is_open = false;
        job->report.block = BLOCK_OPTED_OUT;
        destination_refuse_opted_out(&job->report.blocked);
    }
    if (r >= 0)
        r = report_windows(job, db);
    if (r >= 0)
        r = report_streak(job, db);
    if (r >= 0)
        r = report_rollback(job, db);
    if (r >= 0)
        r = report_pending(job, db);
    if (r >= 0)
        r = report_conversion(job, db, CONVERSION_OF_PREFIX);
    if (r >= 0)
        r = report_conversion(job, db, CONVERSION_OF_CLIENT);
    return r;
}

static void sum_up(struct limit_report *report)
{
    report->is_allowed = report->is_open && !report->unready.is_refused;
    report->retry_after_sec = report->unready.retry_after_sec;
    for (unsigned i = 0; i < report->n_rows; i++) {
        const struct limit_report_row *row = &report->rows[i];

        if (row->is_of_checks || !row->is_met)
            continue;
        report->is_allowed = false;
        report->retry_after_sec = MAX(report->retry_after_sec, row->retry_after_sec);
    }
}

static void on_done(struct store_job *store_job, int r)
{
    struct report_job *job = CONTAINER_OF(store_job, struct report_job, job);
    struct refusal refusal;

    if (r < 0) {
        refuse_storage(&refusal, r);
        job->callback(job->userdata, &refusal, NULL);
    } else {
        sum_up(&job->report);
        job->callback(job->userdata, NULL, &job->report);
    }
    free(job);
}

/* Whether there are such purpose and client, and the caller may know of them. */
static bool check_question(const struct policy *policy, const struct caller *caller,
    const struct limit_question *question, struct refusal *ret)
{
    if (question->purpose && !policy_find_purpose(policy, question->purpose))
        refuse(ret, ERROR_INVALID, "purpose", "`purpose` must be one that is configured");
    else if (question->purpose && !caller_may_use(caller, question->purpose))
        refuse(ret, ERROR_PURPOSE_NOT_ALLOWED, "purpose", "The caller `%s` may not ask for `%s`",
            caller->name, question->purpose);
    else if (question->client && !caller->is_admin)
        refuse(ret, ERROR_FORBIDDEN, "client", "Only technicians ask for another client");
    else if (question->client && !policy_find_client(policy, question->client))
        refuse(ret, ERROR_INVALID, "client", "There is no section [client %s]", question->client);
    return !ret->is_refused;
}

static void fill(struct report_job *job, const struct caller *caller,
    const struct limit_question *question, const char *number)
{
    const struct environment *env = &job->gateway->env;
    bool is_client = !caller->is_admin || question->client;
    const struct purpose *purpose =
        question->purpose ? policy_find_purpose(env->policy, question->purpose) : NULL;

    otp_number_index(env->keyring, number, job->number_index);
    otp_prefix_index(env->keyring, number, job->prefix_index);
    e164_mask(number, job->report.number_masked);
    job->report.is_open = destination_is_open(
        job->gateway, number, &job->report.block, &job->report.blocked);
    if (question->is_reverse)
        (void)reverse_check(job->gateway, purpose, &job->report.unready);
    else
        (void)operation_has_way(job->gateway, &job->report.unready);
    job->sees_all = caller->is_admin;
    limits_for(&env->policy->limits, is_client, env->policy->n_clients, &job->limits);
    snprintf(job->client, sizeof(job->client), "%s",
        question->client ? question->client : caller->name);
    snprintf(job->purpose, sizeof(job->purpose), "%s", question->purpose ? question->purpose : "");
    job->request = (struct limit_request){
        .kind = question->is_reverse ? LIMIT_KIND_REVERSE : LIMIT_KIND_ISSUE,
        .limits = &job->limits,
        .of = {.number_index = job->number_index,
            .prefix_index = job->prefix_index,
            .client = job->client,
            .purpose = job->purpose},
        .now = &job->now,
        .key_id = otp_keyring_id(env->keyring),
        .is_client = is_client};
}

void gateway_report_limits(struct gateway *gateway, const struct caller *caller,
    const struct limit_question *question, limit_report_callback callback, void *userdata)
{
    struct report_job *job;
    struct refusal refusal = {0};
    _cleanup_(e164_wipep) char number[E164_SIZE];

    if (!destination_read(gateway->env.policy, question->to, number, &refusal) ||
        !check_question(gateway->env.policy, caller, question, &refusal)) {
        callback(userdata, &refusal, NULL);
        return;
    }
    job = calloc(1, sizeof(*job));
    if (!job) {
        refuse_no_memory(&refusal);
        callback(userdata, &refusal, NULL);
        return;
    }
    job->job.run = run;
    job->job.done = on_done;
    job->gateway = gateway;
    job->callback = callback;
    job->userdata = userdata;
    fill(job, caller, question, number);
    store_submit(gateway->env.store, &job->job);
}
