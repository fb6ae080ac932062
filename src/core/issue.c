/*
 * Making a verification: what the caller asked for is checked against the policy, the text is
 * sized, a place in the queue is kept; then, in one transaction, the key is looked up, the limits
 * are counted, and verification and text are stored. A refusal at any point leaves no trace.
 */
#include "core/composer.h"
#include "core/destination.h"
#include "core/ending.h"
#include "core/journal.h"
#include "core/operation.h"
#include "core/purpose_choice.h"
#include "core/reverse.h"
#include "core/verification_table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Of a context: the number that is to replace the one the code goes to. */
#define NEW_NUMBER "new_number"

struct issue_operation {
    struct operation operation;
    struct outgoing_text *text; /* owned until it is in the queue; NULL: the customer texts */
    enum sms_encoding encoding;
    bool resumes;
    /* a pending one that ends with the commit, if operation.replaces */
    struct verification replaced;
    char idempotency_key[SMSOTP_IDEMPOTENCY_KEY_MAX + 1]; /* empty: none */
    uint8_t body_digest[BODY_DIGEST_SIZE];
};

#define ISSUE_OF(o) CONTAINER_OF(o, struct issue_operation, operation)

static void issue_free(struct operation *operation)
{
    struct issue_operation *issue = ISSUE_OF(operation);

    operation_release_place(operation);
    outgoing_text_free(issue->text);
    free(issue);
}

/* Reads what a key was used for. 1: answered; 0: the key is new, or none was given. */
static int answer_repeated(struct issue_operation *issue, struct db *db)
{
    struct operation *operation = &issue->operation;
    struct idempotency_row row;
    int r;

    if (!issue->idempotency_key[0])
        return 0;
    r = idempotency_load(
        db, operation->client, issue->idempotency_key, &operation->now, &row);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    if (memcmp(row.body_digest, issue->body_digest, BODY_DIGEST_SIZE) != 0) {
        refuse(&operation->refusal, ERROR_IDEMPOTENCY_KEY_REUSED, "Idempotency-Key",
            "This key was used with another body; make a new key for each new request");
        return 1;
    }
    r = verification_load(db, row.verification_id, &operation->verification);
    if (r < 0)
        return r == -ENOENT ? 0 : r; /* retention has removed it: the key is free again */
    r = operation_load_message(operation, db);
    if (r < 0)
        return r;
    memcpy(operation->message.id, row.message_id, sizeof(row.message_id));
    operation->is_replay = true;
    operation->position = row.position;
    operation->eta_sec = row.eta_sec;
    return 1;
}

static bool is_for_the_same(const struct verification *a, const struct verification *b)
{
    return a->is_reverse == b->is_reverse && strcmp(a->purpose, b->purpose) == 0 &&
           memcmp(a->number_index, b->number_index, sizeof(a->number_index)) == 0 &&
           memcmp(a->context_digest, b->context_digest, sizeof(a->context_digest)) == 0;
}

/*
 * Looks what the reference has already. 1: answered with it, for it is pending or approved, and for
 * the same; 0: a new one is needed, in the place of what is pending for something else.
 */
static int answer_resumed(struct issue_operation *issue, struct db *db)
{
    struct operation *operation = &issue->operation;
    struct verification *v = &operation->verification, asked = *v;
    int r;

    if (!issue->resumes)
        return 0;
    r = verification_load_by_reference(db, operation->client, asked.reference, v);
    if (r == 0)
        r = operation_expire_if_due(operation, db);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    if ((v->status == VERIFICATION_PENDING || v->status == VERIFICATION_APPROVED) &&
        is_for_the_same(v, &asked)) {
        operation->is_resumed = true;
        operation->position = operation->eta_sec = -1;
        r = operation_load_message(operation, db);
        return r < 0 ? r : 1;
    }
    if (v->status == VERIFICATION_PENDING) {
        issue->replaced = *v;
        operation->replaces = issue->replaced.id;
    }
    *v = asked;
    return 0;
}

static int note_new(const struct issue_operation *issue, struct db *db)
{
    const struct operation *operation = &issue->operation;
    const struct environment *env = &operation->gateway->env;
    const struct verification *v = &operation->verification;
    struct journal_entry created =
        journal_entry_of(EVENT_VERIFICATION_CREATED, v, &operation->uid);
    struct journal_entry queued = journal_entry_of(EVENT_MESSAGE_QUEUED, v, &operation->uid);
    int r;

    created.facts[0] = (struct journal_fact)FACT_TEXT("purpose", v->purpose);
    created.facts[1] = (struct journal_fact)FACT_TEXT("reference", v->reference);
    created.facts[2] = (struct journal_fact)FACT_TEXT("method", v->is_reverse ? "inbound" : NULL);
    r = journal_write(db, env, &created);
    if (r < 0 || !issue->text)
        return r;
    queued.object = issue->text->id;
    queued.facts[0] = (struct journal_fact)FACT_TEXT("verification", v->id);
    return journal_write(db, env, &queued);
}

static int store_new(struct issue_operation *issue, struct db *db)
{
    struct operation *operation = &issue->operation;
    usec_t now_wall = operation->now.wall;
    struct idempotency_row row = {
        .position = operation->position, .eta_sec = operation->eta_sec};
    int r = 0;

    if (operation->replaces)
        r = verification_end(db, &operation->gateway->env, &issue->replaced, VERIFICATION_CANCELED,
            &operation->uid);
    if (r >= 0)
        r = verification_insert(
            db, &operation->verification, issue->text ? issue->text->context_json : NULL);
    if (r < 0)
        return r;
    if (issue->text)
        r = message_insert(db, operation->client, issue->text, issue->encoding, now_wall);
    if (r >= 0)
        r = note_new(issue, db);
    if (r < 0 || !issue->idempotency_key[0])
        return r;
    memcpy(row.body_digest, issue->body_digest, BODY_DIGEST_SIZE);
    memcpy(row.verification_id, operation->verification.id, ID_SIZE);
    if (issue->text)
        memcpy(row.message_id, issue->text->id, ID_SIZE);
    return idempotency_insert(db, operation->client, issue->idempotency_key, now_wall, &row);
}

static int decide(struct operation *operation, struct db *db)
{
    struct issue_operation *issue = ISSUE_OF(operation);
    int r;

    r = answer_repeated(issue, db);
    if (r == 0)
        r = answer_resumed(issue, db);
    if (r != 0)
        return r < 0 ? r : 0;
    if (issue->text && operation_lacks_place(operation))
        return 0;
    r = operation_meets_limit(operation, db, issue->text ? LIMIT_KIND_ISSUE : LIMIT_KIND_REVERSE);
    if (r != 0)
        return r < 0 ? r : 0;
    return store_new(issue, db);
}

static void committed(struct operation *operation)
{
    struct issue_operation *issue = ISSUE_OF(operation);
    struct gateway *gateway = operation->gateway;
    const struct verification *v = &operation->verification;

    if (operation->refusal.is_refused || operation->is_replay || operation->is_resumed)
        return;
    if (operation->replaces)
        outbox_withdraw(&gateway->outbox, operation->replaces);
    log_info(gateway->env.log, "verification=%s message=%s event=issued purpose=%s client=%s to=%s",
        v->id, issue->text ? issue->text->id : "none", v->purpose, v->client, v->number_masked);
    expiry_expect(gateway->expiry, &v->expires);
    if (issue->text)
        outbox_add(&gateway->outbox, TAKE_PTR(issue->text), 0);
}

/* The queue moves on once the answer, which still counts this text as waiting, is on its way. */
static void answered(struct operation *operation)
{
    struct gateway *gateway = operation->gateway;

    issue_free(operation);
    dispatcher_pump(gateway->dispatcher);
}

/* A change of number is authorised by the number in force now, not by the one that is to come. */
static bool check_new_number(const struct policy *policy, const char *number,
    const struct otp_context *context, struct refusal *ret)
{
    const char *value = otp_context_get(context, NEW_NUMBER);
    _cleanup_(e164_wipep) char new_number[E164_SIZE];
    bool is_read = !value || destination_read(policy, value, new_number, ret);

    if (!is_read)
        refuse(ret, ERROR_INVALID, "context",
            "`" NEW_NUMBER "` of `context` must be a phone number, written as `to` may be");
    else if (value && strcmp(new_number, number) == 0)
        refuse(ret, ERROR_INVALID, "to",
            "A change of number is authorised by the number in force now: `to` must not be the "
            "`" NEW_NUMBER "` of `context`");
    return !ret->is_refused;
}

static bool check_text(const struct policy *policy, const struct purpose *purpose,
    const struct issue_request *request, struct sms_sizing *ret_sizing, struct refusal *ret)
{
    int r = composer_size(policy, purpose, request->locale ? request->locale : policy->locale,
        request->reference, request->context, ret_sizing);

    if (r >= 0)
        return true;
    if (r == -EMSGSIZE || r == -ENOBUFS)
        refuse(ret, ERROR_INVALID, "context",
            "With these values the text is too long to be sent: it may take %u segments; shorten "
            "them (`POST /v1/render` shows the text), or the owner sets `segments`",
            purpose->segments);
    else
        refuse(ret, ERROR_INVALID, "context", "The text cannot be made from these values");
    return false;
}

/* Whom a refusal is about, where the number is one. */
static void describe_number(const struct environment *env, const char *to, struct refusal *refusal)
{
    if (!e164_is_valid(to))
        return;
    e164_mask(to, refusal->number_masked);
    otp_number_index(env->keyring, to, refusal->number_index);
}

static void fill_verification(struct issue_operation *issue, const struct purpose *purpose,
    const struct issue_request *request)
{
    const struct environment *env = &issue->operation.gateway->env;
    struct verification *v = &issue->operation.verification;

    v->created = moment_now(&env->timebase);
    v->expires = moment_add(&v->created, purpose->ttl);
    v->last_send = v->created;
    id_make(ID_PREFIX_VERIFICATION, v->created.wall, v->id);
    memcpy(v->client, issue->operation.client, sizeof(v->client));
    memcpy(v->purpose, purpose->name, sizeof(v->purpose));
    snprintf(v->locale, sizeof(v->locale), "%s",
        purpose_template_for(purpose, request->locale ? request->locale : env->policy->locale)
            ->locale);
    if (request->reference)
        snprintf(v->reference, sizeof(v->reference), "%s", request->reference);
    otp_number_index(env->keyring, request->to, v->number_index);
    otp_prefix_index(env->keyring, request->to, v->prefix_index);
    e164_mask(request->to, v->number_masked);
    otp_number_seal(env->keyring, v->id, request->to, v->number_sealed);
    v->key_id = otp_keyring_id(env->keyring);
    v->code_length = purpose->length;
    v->status = VERIFICATION_PENDING;
    v->attempts_max = purpose->attempts;
    v->sends = 1;
    v->sends_max = 1 + purpose->resends;
    v->resend_new = purpose->resend_new;
    v->ttl = purpose->ttl;
}

/* The context as it is stored and shown: another number in it only masked. */
static int stored_context(const struct policy *policy, const struct otp_context *context,
    char *ret_json, size_t size)
{
    _cleanup_(otp_context_wipep) struct otp_context shown = *context;
    struct refusal ignored;
    _cleanup_(e164_wipep) char number[E164_SIZE];

    for (unsigned i = 0; i < shown.n_entries; i++)
        if (strcmp(shown.entries[i].key, NEW_NUMBER) == 0 &&
            destination_read(policy, context->entries[i].value, number, &ignored))
            e164_mask(number, shown.entries[i].value);
    return otp_context_to_json(&shown, ret_json, size);
}

static int fill_text(struct issue_operation *issue, const struct issue_request *request,
    const struct sms_sizing *sizing)
{
    struct verification *v = &issue->operation.verification;
    char json[OTP_CONTEXT_MAX_JSON];
    int r;

    r = stored_context(issue->operation.gateway->env.policy, request->context, json, sizeof(json));
    if (r < 0)
        return r;
    r = outgoing_text_new(&issue->text, v, json);
    if (r < 0)
        return r;
    issue->text->segments = sizing->parts;
    issue->encoding = sizing->encoding;
    memcpy(issue->operation.message.id, issue->text->id, ID_SIZE);
    issue->operation.message.status = MESSAGE_QUEUED;
    issue->operation.message.encoding = sizing->encoding;
    issue->operation.message.segments = sizing->parts;
    return 0;
}

/* A text that could not be sent before its code expires is not accepted. */
static void foresee(struct issue_operation *issue)
{
    struct operation *operation = &issue->operation;
    const struct dispatcher *dispatcher = operation->gateway->dispatcher;
    struct outlook outlook = dispatcher_outlook_of_new(dispatcher, issue->text);
    usec_t wait = dispatcher_quota_wait(dispatcher, issue->text);

    operation->position = outlook.position;
    operation->eta_sec = outlook.eta_sec;
    if (!operation->has_place || (wait == 0 && !outlook.is_late))
        return;
    if (wait > 0) {
        operation_release_place(operation);
        operation_refuse_quota(operation, wait);
        return;
    }
    operation_release_place(operation);
    refuse(&operation->no_place, ERROR_QUEUE_FULL, NULL,
        "%d texts wait for a modem, which takes about %d s: the code would expire before it is "
        "sent; nothing was sent or counted", outlook.position, outlook.eta_sec);
    operation->no_place.retry_after_sec =
        refusal_seconds(usec_sub((usec_t)outlook.eta_sec * USEC_PER_SEC,
            operation->verification.ttl));
}

/* Everything that can be prepared off the store's thread. */
static int prepare(struct issue_operation *issue, const struct purpose *purpose,
    const struct issue_request *request, const struct sms_sizing *sizing)
{
    struct operation *operation = &issue->operation;
    int r;

    operation->decide = decide;
    operation->committed = committed;
    operation->free = answered;
    issue->resumes = request->resumes;
    if (request->idempotency_key) {
        snprintf(issue->idempotency_key, sizeof(issue->idempotency_key), "%s",
            request->idempotency_key);
        memcpy(issue->body_digest, request->body_digest, BODY_DIGEST_SIZE);
    }
    fill_verification(issue, purpose, request);
    r = otp_context_digest(request->context, operation->verification.context_digest);
    if (r == 0 && request->is_reverse)
        return reverse_begin(operation->gateway->env.keyring, &operation->verification);
    if (r == 0)
        r = fill_text(issue, request, sizing);
    if (r == 0)
        foresee(issue);
    return r;
}

void gateway_issue(struct gateway *gateway, const struct caller *caller,
    const struct issue_request *asked, verification_callback callback, void *userdata)
{
    const struct policy *policy = gateway->env.policy;
    struct refusal refusal = {0};
    const struct purpose *purpose;
    struct issue_operation *issue;
    struct sms_sizing sizing;
    _cleanup_(e164_wipep) char number[E164_SIZE] = "";
    struct issue_request request = *asked;

    request.to = number;
    if (!destination_accept(gateway, asked->to, number, &refusal) ||
        !check_new_number(policy, number, asked->context, &refusal) ||
        !purpose_choice_make(
            policy, caller, request.purpose, request.context, &purpose, &refusal) ||
        !(request.is_reverse ? reverse_check(gateway, purpose, &refusal)
                             : check_text(policy, purpose, &request, &sizing, &refusal))) {
        describe_number(&gateway->env, number, &refusal);
        operation_answer_refusal(&refusal, callback, userdata);
        return;
    }
    issue = calloc(1, sizeof(*issue));
    if (!issue) {
        operation_answer_no_memory(callback, userdata);
        return;
    }
    operation_init(&issue->operation, gateway, caller, callback, userdata);
    if (!request.is_reverse)
        operation_reserve_place(&issue->operation);
    if (prepare(issue, purpose, &request, &sizing) < 0) {
        issue_free(&issue->operation);
        operation_answer_no_memory(callback, userdata);
        return;
    }
    /* A repeated request is answered even where a new one could not be. */
    if (issue->text && !issue->operation.has_place && !request.idempotency_key &&
        !request.resumes) {
        operation_describe(&issue->operation, &issue->operation.no_place);
        operation_answer_refusal(&issue->operation.no_place, callback, userdata);
        issue_free(&issue->operation);
        return;
    }
    operation_submit(&issue->operation);
}
