#include "core/operation.h"

#include "core/ending.h"
#include "core/destination.h"
#include "core/message_table.h"
#include "core/optout_table.h"
#include "core/reverse.h"
#include "core/verification_table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define OPERATION_OF(j) CONTAINER_OF(j, struct operation, job)

/* The numbers a caller is told, worked out from the row as of now. */
static struct verification_view view_of(const struct operation *operation)
{
    const struct verification *v = &operation->verification;
    const struct gateway *gateway = operation->gateway;
    struct moment now = moment_now(&gateway->env.timebase);
    usec_t pause = limit_pause(&gateway->env.policy->limits.number);
    usec_t since = moment_since(&v->last_send, &now);
    bool is_pending = v->status == VERIFICATION_PENDING;
    struct verification_view view = {
        .verification = v,
        .message = &operation->message,
        .attempts_left = is_pending ? v->attempts_max - MIN(v->attempts, v->attempts_max) : 0,
        .resends_left = is_pending ? v->sends_max - MIN(v->sends, v->sends_max) : 0,
        .position = -1,
        .eta_sec = -1,
    };

    if (is_pending && moment_until(&v->expires, &now) > 0)
        view.expires_in_sec = refusal_seconds(moment_until(&v->expires, &now));
    if (view.resends_left > 0 && since < pause)
        view.resend_after_sec = refusal_seconds(pause - since);
    if (operation->position >= 0) {
        view.position = operation->position;
        view.eta_sec = operation->eta_sec;
    } else if (operation->message.status == MESSAGE_QUEUED && operation->message.id[0]) {
        struct outlook outlook =
            dispatcher_outlook_of(gateway->dispatcher, operation->message.id);

        view.position = outlook.position;
        view.eta_sec = outlook.eta_sec;
    }
    reverse_describe(gateway, v, &view.reverse);
    return view;
}

/* The first answer again: everything as it was when the verification had just been made. */
static struct verification_view replayed_view(struct operation *operation)
{
    struct verification *v = &operation->verification;
    struct reverse_view reverse;

    reverse_describe(operation->gateway, v, &reverse);
    v->status = VERIFICATION_PENDING;
    v->expires = moment_add(&v->created, v->ttl);
    operation->message.status = MESSAGE_QUEUED;
    operation->message.error_class[0] = operation->message.error_text[0] = '\0';
    return (struct verification_view){
        .verification = v,
        .message = &operation->message,
        .expires_in_sec = refusal_seconds(v->ttl),
        .attempts_left = v->attempts_max,
        .resends_left = v->is_reverse ? 0 : v->sends_max - 1,
        .resend_after_sec = (unsigned)(limit_pause(&operation->gateway->env.policy->limits.number) /
                                       USEC_PER_SEC),
        .position = operation->position,
        .eta_sec = operation->eta_sec,
        .reverse = reverse,
    };
}

void operation_describe(const struct operation *operation, struct refusal *refusal)
{
    const struct verification *v = &operation->verification;

    memcpy(refusal->object, operation->id, sizeof(refusal->object));
    memcpy(refusal->number_masked, v->number_masked, sizeof(refusal->number_masked));
    memcpy(refusal->number_index, v->number_index, sizeof(refusal->number_index));
}

static void answer(struct operation *operation)
{
    struct verification_view view;
    struct verification_answer reply = {.result = operation->result,
        .attempts_left = operation->attempts_left,
        .is_replay = operation->is_replay,
        .is_resumed = operation->is_resumed};

    if (operation->refusal.is_refused) {
        operation_describe(operation, &operation->refusal);
        reply.refusal = &operation->refusal;
    } else {
        view = operation->is_replay ? replayed_view(operation) : view_of(operation);
        reply.view = &view;
    }
    operation->callback(operation->userdata, &reply);
}

/* On the store's thread. */
static int run(struct store_job *job, struct db *db)
{
    struct operation *operation = OPERATION_OF(job);
    int r;

    operation->now = moment_now(&operation->gateway->env.timebase);
    r = clock_guard_keep(&operation->gateway->clock_guard, db);
    return r < 0 ? r : operation->decide(operation, db);
}

/* What a limit refused may be a sign of an attack. */
static void notice_refusal(struct operation *operation)
{
    static const struct {
        const char *limit_name;
        enum gateway_warning warning;
    } rows[] = {{"failures", WARNING_FAILURES}, {"conversion", WARNING_CONVERSION}};
    const struct refusal *refusal = &operation->refusal;
    char detail[WARNING_DETAIL_SIZE];

    for (size_t i = 0; refusal->limit_name && i < ARRAY_SIZE(rows); i++) {
        if (strcmp(refusal->limit_name, rows[i].limit_name) != 0)
            continue;
        snprintf(detail, sizeof(detail), "Client %s, number %s: %s", operation->client,
            operation->verification.number_masked, refusal->detail);
        warnings_tell(&operation->gateway->env, rows[i].warning, detail,
            refusal->retry_after_sec * USEC_PER_SEC);
    }
}

static void on_done(struct store_job *job, int r)
{
    struct operation *operation = OPERATION_OF(job);

    if (r < 0) {
        log_error(operation->gateway->env.log, "verification=%s event=store_failed error=\"%s\"",
            operation->id[0] ? operation->id : "new", strerror(-r));
        refuse_storage(&operation->refusal, r);
    } else {
        notice_refusal(operation);
        if (operation->verification.id[0] &&
            operation->verification.status != VERIFICATION_PENDING)
            outbox_withdraw(&operation->gateway->outbox, operation->verification.id);
        if (operation->committed)
            operation->committed(operation);
    }
    if (operation->answer)
        operation->answer(operation);
    else
        answer(operation);
    operation->free(operation);
}

void operation_init(struct operation *operation, struct gateway *gateway,
    const struct caller *caller, verification_callback callback, void *userdata)
{
    operation->job.run = run;
    operation->job.done = on_done;
    operation->gateway = gateway;
    operation->callback = callback;
    operation->userdata = userdata;
    operation->position = operation->eta_sec = -1;
    operation->uid = caller->uid;
    operation->is_admin = caller->is_admin;
    memcpy(operation->client, caller->name, sizeof(operation->client));
    limits_for(&gateway->env.policy->limits, !caller->is_admin, gateway->env.policy->n_clients,
        &operation->limits);
}

void operation_submit(struct operation *operation)
{
    store_submit(operation->gateway->env.store, &operation->job);
}

void operation_answer_refusal(
    const struct refusal *refusal, verification_callback callback, void *userdata)
{
    callback(userdata, &(struct verification_answer){.refusal = refusal});
}

static void refuse_quota(usec_t wait, struct refusal *ret)
{
    refuse(ret, ERROR_QUOTA_EXHAUSTED, NULL, "%s; nothing was sent or counted",
        gateway_reason_text(ERROR_QUOTA_EXHAUSTED));
    ret->retry_after_sec = refusal_seconds(MIN(wait, QUOTA_MONTH_USEC));
}

bool operation_has_way(const struct gateway *gateway, struct refusal *ret)
{
    enum gateway_error reason;

    if (!gateway_has_way(gateway, &reason)) {
        refuse(ret, reason, NULL, "%s; nothing was sent or counted", gateway_reason_text(reason));
        if (reason == ERROR_QUOTA_EXHAUSTED)
            refuse_quota(dispatcher_quota_wait(gateway->dispatcher, NULL), ret);
    } else if (outbox_count(&gateway->outbox) >= gateway->outbox.max) {
        refuse(ret, ERROR_QUEUE_FULL, NULL,
            "%u texts wait for a modem; nothing was sent or counted", gateway->outbox.max);
        ret->retry_after_sec = 10;
    }
    return !ret->is_refused;
}

void operation_reserve_place(struct operation *operation)
{
    operation->has_place = operation_has_way(operation->gateway, &operation->no_place) &&
                           outbox_reserve(&operation->gateway->outbox) == 0;
}

void operation_refuse_quota(struct operation *operation, usec_t wait)
{
    refuse_quota(wait, &operation->no_place);
}

void operation_release_place(struct operation *operation)
{
    if (operation->has_place)
        outbox_release(&operation->gateway->outbox);
    operation->has_place = false;
}

bool operation_lacks_place(struct operation *operation)
{
    if (!operation->has_place)
        operation->refusal = operation->no_place;
    return !operation->has_place;
}

void operation_answer_no_memory(verification_callback callback, void *userdata)
{
    struct refusal refusal;

    refuse_no_memory(&refusal);
    operation_answer_refusal(&refusal, callback, userdata);
}

int operation_expire_if_due(struct operation *operation, struct db *db)
{
    struct verification *v = &operation->verification;

    if (v->status != VERIFICATION_PENDING)
        return 0;
    if (!moment_passed(&v->expires, &operation->now) &&
        otp_keyring_has(operation->gateway->env.keyring, v->key_id))
        return 0;
    return verification_end(db, &operation->gateway->env, v, VERIFICATION_EXPIRED, NULL);
}

int operation_load(struct operation *operation, struct db *db)
{
    int r = verification_load(db, operation->id, &operation->verification);

    if (r == -ENOENT || (r == 0 && !operation->is_admin &&
                            strcmp(operation->verification.client, operation->client) != 0)) {
        refuse(&operation->refusal, ERROR_NOT_FOUND, NULL, "There is no verification %s",
            operation->id);
        return 0;
    }
    if (r < 0)
        return r;
    r = operation_expire_if_due(operation, db);
    return r < 0 ? r : 1;
}

int operation_meets_limit(struct operation *operation, struct db *db, enum limit_kind kind)
{
    const struct verification *v = &operation->verification;
    struct limit_request request = {.kind = kind,
        .limits = &operation->limits,
        .of = {.number_index = v->number_index,
            .prefix_index = v->prefix_index,
            .client = kind == LIMIT_KIND_CHECK ? operation->client : v->client,
            .purpose = v->purpose},
        .now = &operation->now,
        .key_id = otp_keyring_id(operation->gateway->env.keyring),
        .is_client = !operation->is_admin,
        .replaces = operation->replaces};
    bool sends = kind & (LIMIT_KIND_ISSUE | LIMIT_KIND_TEXT | LIMIT_KIND_PLAIN);
    int r = sends ? optout_exists(db, v->number_index) : 0;

    if (r > 0)
        destination_refuse_opted_out(&operation->refusal);
    if (r != 0)
        return r;
    return limit_rules_apply(db, &request, &operation->refusal);
}

bool operation_is_by_text(struct operation *operation)
{
    const struct verification *v = &operation->verification;

    if (!v->is_reverse || v->status != VERIFICATION_PENDING)
        return false;
    refuse(&operation->refusal, ERROR_BY_TEXT, NULL,
        "This verification waits for a text from the customer; follow it with GET or by events");
    return true;
}

int operation_load_message(struct operation *operation, struct db *db)
{
    return message_load_latest(db, operation->verification.id, &operation->message);
}
