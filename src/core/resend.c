/*
 * Sending a text again. The same code, so that late and out-of-order texts stay useful, or a new
 * one where the purpose says so; a fresh lifetime, but never beyond ten minutes after the
 * verification was made (NIST SP 800-63B-4 §3.1.3.2); no counter is reset.
 */
#include "core/journal.h"
#include "core/operation.h"
#include "core/verification_table.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

struct resend_operation {
    struct operation operation;
    struct outgoing_text *text; /* owned until it is in the queue */
};

#define RESEND_OF(o) CONTAINER_OF(o, struct resend_operation, operation)

static void resend_free(struct operation *operation)
{
    struct gateway *gateway = operation->gateway;

    operation_release_place(operation);
    outgoing_text_free(RESEND_OF(operation)->text);
    free(RESEND_OF(operation));
    dispatcher_pump(gateway->dispatcher);
}

/* Whether its state lets a verification have another text; a refusal otherwise. */
static bool may_resend(struct operation *operation)
{
    const struct verification *v = &operation->verification;
    const struct message *message = &operation->message;

    if (v->status != VERIFICATION_PENDING)
        refuse(&operation->refusal, ERROR_FINISHED, NULL,
            "The verification is %s; ask for a new one", verification_status_to_string(v->status));
    else if (message->id[0] &&
             (message->status == MESSAGE_QUEUED || message->status == MESSAGE_SENDING))
        refuse(&operation->refusal, ERROR_TEXT_WAITING, NULL,
            "The text is still %s and will be sent; there is nothing to send again",
            message_status_to_string(message->status));
    else if (v->sends >= v->sends_max)
        refuse(&operation->refusal, ERROR_NO_RESENDS_LEFT, NULL,
            "All %u texts have been sent; ask for a new verification", v->sends_max);
    return !operation->refusal.is_refused;
}

/* The block of its number is not stored with a verification, but the number still is. */
static int find_prefix(struct operation *operation)
{
    const struct otp_keyring *keyring = operation->gateway->env.keyring;
    struct verification *v = &operation->verification;
    char number[E164_SIZE];
    int r = otp_number_open(keyring, v->id, v->number_sealed, number);

    if (r < 0)
        return r;
    otp_prefix_index(keyring, number, v->prefix_index);
    sodium_memzero(number, sizeof(number));
    return 0;
}

/* 1: a limit refuses; 0: none does. A resend that only has to wait says so in its own code. */
static int meets_limit(struct operation *operation, struct db *db)
{
    struct refusal *refusal = &operation->refusal;
    int r = find_prefix(operation);

    if (r < 0)
        return r;
    r = operation_meets_limit(operation, db, LIMIT_KIND_TEXT);
    /* A number that has asked for no texts is refused without a limit. */
    if (r > 0 && refusal->limit_name && strcmp(refusal->limit_name, "number") == 0 &&
        refusal->limit_window.max == 1)
        refusal->error = ERROR_RESEND_TOO_SOON;
    return r;
}

static void renew(struct resend_operation *resend)
{
    struct verification *v = &resend->operation.verification;
    const struct moment *now = &resend->operation.now;
    struct moment latest = moment_add(&v->created, SMSOTP_TTL_MAX_SEC * USEC_PER_SEC);
    usec_t last_wall;

    /*
     * After a reboot the age is known by wall time alone, which nobody should lengthen a life by.
     */
    if (memcmp(v->created.boot_id, now->boot_id, BOOT_ID_SIZE) == 0) {
        usec_t lifetime = MIN(v->ttl, moment_until(&latest, now));

        if (lifetime > moment_until(&v->expires, now))
            v->expires = moment_add(now, lifetime);
    }
    /* Identifiers tell which text is the newest: they grow even where the wall clock goes back. */
    last_wall = v->last_send.wall + USEC_PER_MSEC;
    v->last_send = *now;
    v->last_send.wall = MAX(now->wall, last_wall);
    v->sends++;
    v->generation += v->resend_new;
}

static int note_resent(const struct resend_operation *resend, struct db *db)
{
    const struct operation *operation = &resend->operation;
    const struct verification *v = &operation->verification;
    struct journal_entry resent = journal_entry_of(EVENT_VERIFICATION_RESENT, v, &operation->uid);
    struct journal_entry queued = journal_entry_of(EVENT_MESSAGE_QUEUED, v, &operation->uid);
    int r;

    resent.facts[0] = (struct journal_fact)FACT_NUMBER("sends", v->sends);
    r = journal_write(db, &operation->gateway->env, &resent);
    if (r < 0)
        return r;
    queued.object = resend->text->id;
    queued.facts[0] = (struct journal_fact)FACT_TEXT("verification", v->id);
    return journal_write(db, &operation->gateway->env, &queued);
}

static int store_resent(struct resend_operation *resend, struct db *db)
{
    struct operation *operation = &resend->operation;
    struct verification *v = &operation->verification;
    _cleanup_free_ char *context_json = NULL;
    int r;

    r = verification_load_context(db, v->id, &context_json);
    if (r < 0)
        return r;
    renew(resend);
    r = verification_set_resent(db, v);
    if (r < 0)
        return r;
    r = outgoing_text_new(&resend->text, v, context_json);
    if (r < 0)
        return r;
    resend->text->segments = operation->message.segments;
    memcpy(operation->message.id, resend->text->id, ID_SIZE);
    operation->message.status = MESSAGE_QUEUED;
    operation->message.error_class[0] = operation->message.error_text[0] = '\0';
    r = message_insert(
        db, v->client, resend->text, operation->message.encoding, operation->now.wall);
    return r < 0 ? r : note_resent(resend, db);
}

static int decide(struct operation *operation, struct db *db)
{
    struct resend_operation *resend = RESEND_OF(operation);
    int r;

    r = operation_load(operation, db);
    if (r <= 0)
        return r;
    r = operation_load_message(operation, db);
    if (r < 0)
        return r;
    if (operation_is_by_text(operation) || !may_resend(operation) ||
        operation_lacks_place(operation))
        return 0;
    r = meets_limit(operation, db);
    if (r != 0)
        return r < 0 ? r : 0;
    return store_resent(resend, db);
}

static void committed(struct operation *operation)
{
    struct gateway *gateway = operation->gateway;
    struct outgoing_text *text = TAKE_PTR(RESEND_OF(operation)->text);

    if (!text)
        return;
    if (operation->refusal.is_refused) {
        outgoing_text_free(text);
        return;
    }
    log_info(gateway->env.log, "verification=%s message=%s event=resent sends=%u",
        operation->verification.id, text->id, operation->verification.sends);
    expiry_expect(gateway->expiry, &operation->verification.expires);
    outbox_add(&gateway->outbox, text, 0);
}

void gateway_resend(struct gateway *gateway, const struct caller *caller, const char *id,
    verification_callback callback, void *userdata)
{
    struct resend_operation *resend = calloc(1, sizeof(*resend));

    if (!resend) {
        operation_answer_no_memory(callback, userdata);
        return;
    }
    operation_init(&resend->operation, gateway, caller, callback, userdata);
    resend->operation.decide = decide;
    resend->operation.committed = committed;
    resend->operation.free = resend_free;
    snprintf(resend->operation.id, sizeof(resend->operation.id), "%s", id);
    operation_reserve_place(&resend->operation);
    operation_submit(&resend->operation);
}
