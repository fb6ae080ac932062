#include "core/limit_reset.h"

#include "core/conversion_table.h"
#include "core/destination.h"
#include "core/gateway_state.h"
#include "core/journal.h"
#include "core/limit_table.h"
#include "core/rollback.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

struct reset_job {
    struct store_job job;
    struct gateway *gateway;
    limit_reset_callback callback;
    void *userdata;
    uid_t uid;
    enum limit_resettable limit;
    const char *scope;
    bool has_number;
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE], prefix_index[OTP_NUMBER_INDEX_SIZE];
    char object[MAX(E164_SIZE, SMSOTP_CLIENT_MAX + 1)];
};

/* Whose the limit is. */
static const char *scope_of(const struct limit_reset *reset)
{
    switch (reset->limit) {
    case RESET_CONVERSION:
        return conversion_scope_name(reset->to ? CONVERSION_OF_PREFIX : CONVERSION_OF_CLIENT);
    case RESET_STREAK:
        return "number";
    case RESET_ROLLBACK:
        return "gateway";
    }
    return NULL;
}

static int forgive_texts(const struct reset_job *job, struct db *db)
{
    const struct limit_subject of = {.prefix_index = job->prefix_index, .client = job->object};
    usec_t now_wall = moment_now(&job->gateway->env.timebase).wall;

    return conversion_reset(
        db, job->has_number ? CONVERSION_OF_PREFIX : CONVERSION_OF_CLIENT, &of, now_wall);
}

static int forgive(const struct reset_job *job, struct db *db)
{
    switch (job->limit) {
    case RESET_CONVERSION:
        return forgive_texts(job, db);
    case RESET_STREAK:
        return guess_forgive(db, job->number_index);
    case RESET_ROLLBACK:
        return rollback_lift(db);
    }
    return 0;
}

/* On the store's thread. */
static int run(struct store_job *store_job, struct db *db)
{
    struct reset_job *job = CONTAINER_OF(store_job, struct reset_job, job);
    const struct journal_entry entry = {.kind = EVENT_ADMIN_ACTION,
        .actor = &job->uid,
        .number_masked = job->has_number ? job->object : NULL,
        .number_index = job->has_number ? job->number_index : NULL,
        .facts = {FACT_TEXT("action", "limits.reset"),
            FACT_TEXT("limit", limit_resettable_to_string(job->limit)),
            FACT_TEXT("scope", job->scope),
            FACT_TEXT("client", !job->has_number && job->object[0] ? job->object : NULL)}};
    int r = forgive(job, db);

    return r < 0 ? r : journal_write(db, &job->gateway->env, &entry);
}

static void on_done(struct store_job *store_job, int r)
{
    struct reset_job *job = CONTAINER_OF(store_job, struct reset_job, job);
    struct gateway *gateway = job->gateway;
    struct limit_reset_answer answer = {.scope = job->scope, .object = job->object};
    struct refusal refusal;

    if (r < 0) {
        refuse_storage(&refusal, r);
        answer.refusal = &refusal;
    } else {
        log_notice(gateway->env.log, "event=limit_reset limit=%s scope=%s object=%s uid=%u",
            limit_resettable_to_string(job->limit), answer.scope, answer.object,
            (unsigned)job->uid);
        if (job->limit == RESET_CONVERSION)
            warnings_end(&gateway->env, WARNING_CONVERSION);
    }
    job->callback(job->userdata, &answer);
    free(job);
}

static bool check(const struct gateway *gateway, const struct limit_reset *reset,
    char ret_number[static E164_SIZE], struct refusal *ret)
{
    const struct policy *policy = gateway->env.policy;

    if (reset->limit == RESET_ROLLBACK && (reset->to || reset->client))
        refuse(ret, ERROR_INVALID, reset->to ? "to" : "client",
            "`rollback` is reset for all numbers at once: leave out `to` and `client`");
    else if (reset->limit == RESET_STREAK && (!reset->to || reset->client))
        refuse(ret, ERROR_INVALID, reset->to ? "client" : "to",
            "Name the number whose wrong codes to forgive, as `to`, alone");
    else if (reset->limit == RESET_CONVERSION && !reset->to == !reset->client)
        refuse(ret, ERROR_INVALID, reset->to ? "client" : "to",
            "Name what to reset: `to`, a number of the block, or `client`, not both");
    else if (reset->client && !policy_find_client(policy, reset->client))
        refuse(ret, ERROR_INVALID, "client", "There is no section [client %s]", reset->client);
    else if (reset->to)
        return destination_read(policy, reset->to, ret_number, ret);
    return !ret->is_refused;
}

void gateway_reset_limit(struct gateway *gateway, const struct caller *caller,
    const struct limit_reset *reset, limit_reset_callback callback, void *userdata)
{
    struct reset_job *job;
    struct refusal refusal = {0};
    char number[E164_SIZE];

    if (!check(gateway, reset, number, &refusal)) {
        callback(userdata, &(struct limit_reset_answer){.refusal = &refusal});
        return;
    }
    job = calloc(1, sizeof(*job));
    if (!job) {
        refuse_no_memory(&refusal);
        callback(userdata, &(struct limit_reset_answer){.refusal = &refusal});
        return;
    }
    job->job.run = run;
    job->job.done = on_done;
    job->gateway = gateway;
    job->callback = callback;
    job->userdata = userdata;
    job->uid = caller->uid;
    job->limit = reset->limit;
    job->scope = scope_of(reset);
    job->has_number = reset->to != NULL;
    if (reset->to) {
        otp_number_index(gateway->env.keyring, number, job->number_index);
        otp_prefix_index(gateway->env.keyring, number, job->prefix_index);
        e164_mask(number, job->object);
        sodium_memzero(number, sizeof(number));
    } else if (reset->client) {
        snprintf(job->object, sizeof(job->object), "%s", reset->client);
    }
    store_submit(gateway->env.store, &job->job);
}
