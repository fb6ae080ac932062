#include "core/plain_message.h"

#include "core/destination.h"
#include "core/journal.h"
#include "core/operation.h"
#include "core/rendering.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct message_operation {
    struct operation operation; /* its `verification` holds whose number it is, for the limits */
    message_callback callback;
    struct outgoing_text *text; /* owned until it is in the queue; NULL: only asked for */
    struct message_row row;
    char reference[SMSOTP_REFERENCE_MAX + 1];
    char idempotency_key[SMSOTP_IDEMPOTENCY_KEY_MAX + 1]; /* empty: none */
    uint8_t body_digest[BODY_DIGEST_SIZE];
};

#define MESSAGE_OF(o) CONTAINER_OF(o, struct message_operation, operation)

static void answer(struct operation *operation)
{
    struct message_operation *message = MESSAGE_OF(operation);
    struct message_answer reply = {.view = {.row = &message->row,
                                       .position = operation->position,
                                       .eta_sec = operation->eta_sec},
        .is_replay = operation->is_replay};

    if (operation->refusal.is_refused) {
        reply = (struct message_answer){.refusal = &operation->refusal};
    } else if (operation->position < 0 && message->row.message.status == MESSAGE_QUEUED) {
        struct outlook outlook =
            dispatcher_outlook_of(operation->gateway->dispatcher, message->row.message.id);

        reply.view.position = outlook.position;
        reply.view.eta_sec = outlook.eta_sec;
    }
    message->callback(operation->userdata, &reply);
}

/*
 * Also lets the queue move on, once the answer, which counts this text as waiting, is on its way.
 */
static void message_free(struct operation *operation)
{
    struct gateway *gateway = operation->gateway;

    operation_release_place(operation);
    outgoing_text_free(MESSAGE_OF(operation)->text);
    free(MESSAGE_OF(operation));
    dispatcher_pump(gateway->dispatcher);
}

static void refuse_at_once(
    const struct refusal *refusal, message_callback callback, void *userdata)
{
    callback(userdata, &(struct message_answer){.refusal = refusal});
}

static struct message_operation *begin(struct gateway *gateway, const struct caller *caller,
    message_callback callback, void *userdata)
{
    struct message_operation *message = calloc(1, sizeof(*message));
    struct refusal refusal;

    if (!message) {
        refuse_no_memory(&refusal);
        refuse_at_once(&refusal, callback, userdata);
        return NULL;
    }
    operation_init(&message->operation, gateway, caller, NULL, userdata);
    message->operation.answer = answer;
    message->operation.free = message_free;
    message->callback = callback;
    return message;
}

/* Reads what a key was used for. 1: answered; 0: the key is new, or none was given. */
static int answer_repeated(struct message_operation *message, struct db *db)
{
    struct operation *operation = &message->operation;
    struct idempotency_row used;
    int r;

    if (!message->idempotency_key[0])
        return 0;
    r = idempotency_load(
        db, operation->client, message->idempotency_key, &operation->now, &used);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    if (memcmp(used.body_digest, message->body_digest, BODY_DIGEST_SIZE) != 0) {
        refuse(&operation->refusal, ERROR_IDEMPOTENCY_KEY_REUSED, "Idempotency-Key",
            "This key was used with another body; make a new key for each new request");
        return 1;
    }
    r = message_load(db, used.message_id, &message->row);
    if (r < 0)
        return r == -ENOENT ? 0 : r; /* retention has removed it: the key is free again */
    message->row.message.status = MESSAGE_QUEUED;
    message->row.message.error_class[0] = message->row.message.error_text[0] = '\0';
    operation->is_replay = true;
    operation->position = used.position;
    operation->eta_sec = used.eta_sec;
    return 1;
}

static int store_new(struct message_operation *message, struct db *db)
{
    struct operation *operation = &message->operation;
    const struct outgoing_text *text = message->text;
    struct message_subject subject = {0};
    struct journal_entry entry;
    struct idempotency_row used = {
        .position = operation->position, .eta_sec = operation->eta_sec};
    int r = message_insert_plain(
        db, operation->client, text, message->row.message.encoding, operation->now.wall);

    if (r < 0)
        return r;
    memcpy(subject.id, text->id, sizeof(subject.id));
    memcpy(subject.client, operation->client, sizeof(subject.client));
    memcpy(subject.number_masked, text->number_masked, sizeof(subject.number_masked));
    memcpy(subject.number_index, text->number_index, sizeof(subject.number_index));
    entry = journal_entry_of_message(EVENT_MESSAGE_QUEUED, &subject, &operation->uid);
    r = journal_write(db, &operation->gateway->env, &entry);
    if (r < 0 || !message->idempotency_key[0])
        return r;
    memcpy(used.body_digest, message->body_digest, BODY_DIGEST_SIZE);
    memcpy(used.message_id, text->id, ID_SIZE);
    return idempotency_insert(
        db, operation->client, message->idempotency_key, operation->now.wall, &used);
}

static int decide_send(struct operation *operation, struct db *db)
{
    struct message_operation *message = MESSAGE_OF(operation);
    int r = answer_repeated(message, db);

    if (r != 0)
        return MIN(r, 0);
    if (operation_lacks_place(operation))
        return 0;
    r = operation_meets_limit(operation, db, LIMIT_KIND_PLAIN);
    if (r != 0)
        return MIN(r, 0);
    return store_new(message, db);
}

static void committed(struct operation *operation)
{
    struct message_operation *message = MESSAGE_OF(operation);
    struct gateway *gateway = operation->gateway;

    if (operation->refusal.is_refused || operation->is_replay)
        return;
    log_info(gateway->env.log, "message=%s event=accepted client=%s to=%s parts=%u",
        message->text->id, operation->client, message->text->number_masked,
        message->text->segments);
    outbox_add(&gateway->outbox, TAKE_PTR(message->text), 0);
}

/* How it would travel; false: not as one text of few parts. */
static bool check_text(const struct policy *policy, const char *text, struct sms_sizing *ret,
    struct refusal *ret_refusal)
{
    struct rendering rendering;
    int r = rendering_of_text(policy, text, &rendering);

    if (r >= 0)
        *ret = rendering.sizing;
    rendering_wipe(&rendering);
    if (r >= 0 && ret->parts <= SMSOTP_MESSAGE_PARTS_MAX)
        return true;
    refuse(ret_refusal, ERROR_INVALID, "text",
        "`text` must fit into %u parts: 612 letters of the GSM alphabet, or 268 of others",
        SMSOTP_MESSAGE_PARTS_MAX);
    return false;
}

static void fill_row(struct message_operation *message, const struct sms_sizing *sizing)
{
    const struct outgoing_text *text = message->text;
    struct message_row *row = &message->row;

    memcpy(row->message.id, text->id, sizeof(row->message.id));
    row->message.status = MESSAGE_QUEUED;
    row->message.encoding = sizing->encoding;
    row->message.segments = sizing->parts;
    memcpy(row->client, message->operation.client, sizeof(row->client));
    memcpy(row->number_masked, text->number_masked, sizeof(row->number_masked));
    memcpy(row->reference, text->reference, sizeof(row->reference));
    row->expires_wall = text->deadline.wall;
}

static int fill(struct message_operation *message, const struct send_request *request,
    const struct sms_sizing *sizing)
{
    const struct environment *env = &message->operation.gateway->env;
    struct verification *v = &message->operation.verification;
    struct moment now = moment_now(&env->timebase);
    struct outgoing_text *text = message->text = calloc(1, sizeof(*text));
    size_t n = strlen(request->text);

    if (!text)
        return -ENOMEM;
    list_init(&text->link);
    text->kind = TEXT_PLAIN;
    text->segments = sizing->parts;
    text->deadline = moment_add(&now, request->validity);
    text->n_body_sealed = OTP_SEALED_TEXT_SIZE(n);
    text->body_sealed = malloc(text->n_body_sealed);
    if (!text->body_sealed)
        return -ENOMEM;
    id_make(ID_PREFIX_MESSAGE, now.wall, text->id);
    snprintf(text->reference, sizeof(text->reference), "%s",
        request->reference ? request->reference : "");
    e164_mask(request->to, text->number_masked);
    otp_number_index(env->keyring, request->to, text->number_index);
    otp_prefix_index(env->keyring, request->to, text->prefix_index);
    otp_number_seal(env->keyring, text->id, request->to, text->number_sealed);
    otp_text_seal(env->keyring, text->id, request->text, n, text->body_sealed);
    memcpy(v->number_index, text->number_index, sizeof(v->number_index));
    memcpy(v->prefix_index, text->prefix_index, sizeof(v->prefix_index));
    memcpy(v->number_masked, text->number_masked, sizeof(v->number_masked));
    memcpy(v->client, message->operation.client, sizeof(v->client));
    fill_row(message, sizing);
    message->row.created_wall = now.wall;
    return 0;
}

/* Its place in the queue, of which plain texts may take half, so that there is always room for
 * codes. */
static void foresee(struct message_operation *message)
{
    struct operation *operation = &message->operation;
    struct gateway *gateway = operation->gateway;
    struct outlook outlook = dispatcher_outlook_of_new(gateway->dispatcher, message->text);
    usec_t wait = dispatcher_quota_wait(gateway->dispatcher, message->text);

    operation->position = outlook.position;
    operation->eta_sec = outlook.eta_sec;
    if (!operation->has_place)
        return;
    if (wait > 0) {
        operation_release_place(operation);
        operation_refuse_quota(operation, wait);
    } else if (outlook.is_late || outbox_count(&gateway->outbox) > gateway->outbox.max / 2) {
        operation_release_place(operation);
        refuse(&operation->no_place, ERROR_QUEUE_FULL, NULL,
            "%d texts wait for a modem; nothing was sent or counted", outlook.position);
        operation->no_place.retry_after_sec = 10;
    }
}

static void submit_new(struct message_operation *message, const struct send_request *request,
    const struct sms_sizing *sizing)
{
    struct operation *operation = &message->operation;

    operation->decide = decide_send;
    operation->committed = committed;
    if (request->idempotency_key) {
        snprintf(message->idempotency_key, sizeof(message->idempotency_key), "%s",
            request->idempotency_key);
        memcpy(message->body_digest, request->body_digest, BODY_DIGEST_SIZE);
    }
    operation_reserve_place(operation);
    if (fill(message, request, sizing) < 0) {
        refuse_no_memory(&operation->refusal);
    } else {
        foresee(message);
        if (operation->has_place || request->idempotency_key) {
            operation_submit(operation);
            return;
        }
        operation->refusal = operation->no_place;
    }
    answer(operation);
    message_free(operation);
}

void gateway_send(struct gateway *gateway, const struct caller *caller,
    const struct send_request *asked, message_callback callback, void *userdata)
{
    struct send_request request = *asked;
    struct message_operation *message;
    struct refusal refusal = {0};
    struct sms_sizing sizing;
    _cleanup_(e164_wipep) char number[E164_SIZE];

    request.to = number;
    if (!caller_may_send(caller))
        refuse(&refusal, ERROR_FORBIDDEN, NULL,
            "The caller `%s` may not send texts; the owner sets `messages` in its [client] section",
            caller->name);
    if (refusal.is_refused || !destination_accept(gateway, asked->to, number, &refusal) ||
        !check_text(gateway->env.policy, asked->text, &sizing, &refusal)) {
        refuse_at_once(&refusal, callback, userdata);
        return;
    }
    message = begin(gateway, caller, callback, userdata);
    if (message)
        submit_new(message, &request, &sizing);
}

/* One that is not there and one that is somebody else's are alike. */
static int decide_get(struct operation *operation, struct db *db)
{
    struct message_operation *message = MESSAGE_OF(operation);
    int r = operation->id[0]
                ? message_load(db, operation->id, &message->row)
                : message_load_by_reference(db, operation->is_admin ? NULL : operation->client,
                      message->reference, &message->row);

    if (r == 0 && !operation->is_admin && strcmp(message->row.client, operation->client) != 0)
        r = -ENOENT;
    if (r != -ENOENT)
        return r;
    if (operation->id[0])
        refuse(&operation->refusal, ERROR_NOT_FOUND, NULL, "There is no text %s", operation->id);
    else
        refuse(&operation->refusal, ERROR_NOT_FOUND, "reference", "No text has this reference");
    return 0;
}

static void submit_get(struct gateway *gateway, const struct caller *caller, const char *id,
    const char *reference, message_callback callback, void *userdata)
{
    struct message_operation *message = begin(gateway, caller, callback, userdata);

    if (!message)
        return;
    message->operation.decide = decide_get;
    snprintf(message->operation.id, sizeof(message->operation.id), "%s", id);
    snprintf(message->reference, sizeof(message->reference), "%s", reference);
    operation_submit(&message->operation);
}

void gateway_get_message(struct gateway *gateway, const struct caller *caller, const char *id,
    message_callback callback, void *userdata)
{
    submit_get(gateway, caller, id, "", callback, userdata);
}

void gateway_get_message_by_reference(struct gateway *gateway, const struct caller *caller,
    const char *reference, message_callback callback, void *userdata)
{
    submit_get(gateway, caller, "", reference, callback, userdata);
}
