#include "core/slot.h"

#include "core/composer.h"
#include "core/dispatcher_state.h"
#include "core/journal.h"
#include "core/modem_choice.h"
#include "core/send_policy.h"
#include "core/send_record.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* How long a text that one modem has refused is left to the others. */
#define ALTERNATIVE_USEC (10 * USEC_PER_SEC)

/* A hand-over that could not be committed is tried again, when the disk may have room. */
#define STORAGE_RETRY_USEC (2 * USEC_PER_SEC)

static void start_part(struct slot *slot);

static void clear(struct slot *slot)
{
    sodium_memzero(slot->parts, sizeof(slot->parts));
    slot->text = outgoing_text_free(slot->text);
    slot->n_parts = slot->part = 0;
    slot->handed_over = slot->has_ended = false;
}

/* Back to the queue, to be taken again after a pause. */
static void put_back(struct slot *slot, usec_t pause)
{
    struct dispatcher *dispatcher = slot->dispatcher;

    if (slot->part > slot->text->parts_sent)
        memcpy(slot->text->parts_sim, slot->sim, sizeof(slot->text->parts_sim));
    slot->text->parts_sent = slot->part;
    outbox_add(dispatcher->outbox, TAKE_PTR(slot->text),
        usec_add(loop_now(dispatcher->env->loop), pause));
}

/*
 * What becomes of the text: a refusal that may be the modem's own fault
 * sends the text to another one at once, if there is one, unless a part of it has left: a text that
 * comes from two numbers is put together by no telephone.
 */
static struct send_verdict judge(struct slot *slot)
{
    struct send_verdict verdict = send_policy_judge(&slot->result, slot->text->tries);

    if (verdict.blame != STANDING_BLAMES_NOBODY && slot->part == 0 &&
        modem_choice_has_other(slot)) {
        slot->text->refused_by |= slot->bit;
        slot->text->refused_until =
            usec_add(loop_now(slot->dispatcher->env->loop), ALTERNATIVE_USEC);
        verdict.status = MESSAGE_QUEUED;
        verdict.pause = 0;
    }
    return verdict;
}

/* What becomes of the modem's standing, and what is done about it. */
static void hold_against(struct slot *slot, const struct send_verdict *verdict)
{
    const struct environment *env = slot->dispatcher->env;
    struct journal_entry entry = {.kind = EVENT_MODEM_BARRED,
        .object = modem_name(slot->modem),
        .facts = {FACT_TEXT("error_class", verdict->error_class),
            FACT_TEXT("error", verdict->error_text)}};

    if (slot->result.outcome == MODEM_SEND_SENT)
        slot_redeem(slot, "a text has gone");
    switch (standing_refused(&slot->standing, slot->text->number_index, verdict->blame,
        verdict->error_text, loop_now(env->loop))) {
    case STANDING_AS_BEFORE:
        break;
    case STANDING_IS_FAULTY:
        modem_distrust(slot->modem, "texts to several numbers have failed");
        break;
    case STANDING_IS_BARRED:
        log_error(env->log,
            "modem=%s event=barred class=%s: %s: no text goes by it until its SIM may send; then "
            "`smsotpctl modem %s enable`",
            modem_name(slot->modem), verdict->error_class, verdict->error_text,
            modem_name(slot->modem));
        journal_post(env, &entry);
        break;
    }
}

void slot_redeem(struct slot *slot, const char *why)
{
    const struct environment *env = slot->dispatcher->env;

    if (!standing_redeem(&slot->standing))
        return;
    log_notice(env->log, "modem=%s event=unbarred: %s", modem_name(slot->modem), why);
    journal_post(env,
        &(struct journal_entry){.kind = EVENT_MODEM_UNBARRED,
            .object = modem_name(slot->modem),
            .facts = {FACT_TEXT("reason", why)}});
}

/* How long the customer has waited; for what an earlier run left, nobody knows. */
static void observe_send(const struct slot *slot)
{
    const struct environment *env = slot->dispatcher->env;

    if (slot->text->asked_boot > 0)
        statistics_observe_send(
            env->statistics, usec_sub(loop_now(env->loop), slot->text->asked_boot));
}

/* What the operator will not count, from the part that did not leave on; -1: it may have left. */
static int first_unsent(const struct slot *slot)
{
    switch (slot->result.outcome) {
    case MODEM_SEND_SENT:
        break;
    case MODEM_SEND_UNKNOWN:
        return (int)slot->part + 1;
    case MODEM_SEND_REFUSED:
    case MODEM_SEND_NOT_SENT:
        return (int)slot->part;
    }
    return -1;
}

/* The reason in words, with the number where only that tells what it was. */
static void describe(
    const struct slot *slot, const struct send_verdict *verdict, struct send_result *result)
{
    bool is_cms = slot->result.cms_error >= 0;

    if (!verdict->is_unlisted)
        snprintf(result->error_text, sizeof(result->error_text), "%s", verdict->error_text);
    else
        snprintf(result->error_text, sizeof(result->error_text), "%s (%s ERROR: %d)",
            verdict->error_text, is_cms ? "+CMS" : "+CME",
            is_cms ? slot->result.cms_error : slot->result.cme_error);
}

/* The references of the parts that have left since the text was taken up. */
static void name_parts(const struct slot *slot, struct send_result *result)
{
    result->first_part = slot->text->parts_sent;
    result->n_parts = slot->part - result->first_part;
    memcpy(result->references, slot->references + result->first_part, result->n_parts);
}

/* Acts on how a part ended, once the database knows what it has to know about the hand-over. */
static void settle(struct slot *slot)
{
    struct dispatcher *dispatcher = slot->dispatcher;
    const struct send_verdict verdict = judge(slot);
    struct send_result result = send_result_for(slot->text, slot->modem);

    if (slot->result.outcome == MODEM_SEND_SENT)
        slot->references[slot->part++] = slot->result.reference;
    if (slot->result.outcome == MODEM_SEND_SENT && slot->part < slot->n_parts) {
        slot->has_ended = false;
        start_part(slot);
        return;
    }
    result.status = verdict.status;
    result.undeliverable = verdict.undeliverable;
    result.first_unsent = slot->handed_over ? first_unsent(slot) : -1;
    /* With a part gone the row stays `sending`: after a restart no part goes a second time. */
    if (result.status == MESSAGE_QUEUED && slot->part > 0)
        result.status = MESSAGE_SENDING;
    if (slot->result.outcome == MODEM_SEND_SENT)
        observe_send(slot);
    if (slot->n_parts > 1)
        name_parts(slot, &result);
    else if (slot->result.outcome == MODEM_SEND_SENT)
        result.reference = slot->result.reference;
    if (verdict.error_class)
        snprintf(result.error_class, sizeof(result.error_class), "%s", verdict.error_class);
    if (verdict.error_text)
        describe(slot, &verdict, &result);
    log_write(dispatcher->env->log,
        verdict.status == MESSAGE_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
        "message=%s modem=%s status=%s took_ms=%" PRIu64 "%s%s%s%s", result.message_id,
        result.modem, message_status_to_string(result.status),
        slot->result.took_usec / USEC_PER_MSEC, verdict.error_class ? " class=" : "",
        result.error_class, verdict.error_text ? ": " : "", result.error_text);
    if (verdict.status != MESSAGE_QUEUED || slot->handed_over)
        dispatcher_record_sent(slot, &result);
    else
        delivery_reports_send_settled(&slot->reports);
    if (result.first_unsent >= 0)
        sim_account_reload(&slot->account); /* behind the record */
    hold_against(slot, &verdict);
    /* A modem that failed, or a disk, is no try of the text's. */
    slot->text->tries += slot->result.outcome == MODEM_SEND_REFUSED;
    if (verdict.status == MESSAGE_QUEUED)
        put_back(slot, verdict.pause);
    clear(slot);
    dispatcher_pump(dispatcher);
    dispatcher_settled(dispatcher);
}

/* On the store's thread. */
static int withdraw(const struct slot *slot, struct db *db, usec_t now_wall)
{
    struct message_subject subject;
    struct journal_entry entry;
    int r = message_withdraw(db, slot->text->id, now_wall, &subject);

    if (r < 0)
        return r == -ENOENT ? 0 : r;
    entry = journal_entry_of_message(EVENT_MESSAGE_EXPIRED, &subject, NULL);
    entry.facts[1] = (struct journal_fact)FACT_TEXT("error_class", "withdrawn");
    return journal_write(db, slot->dispatcher->env, &entry);
}

static int run_hand_over(struct store_job *job, struct db *db)
{
    struct slot *slot = CONTAINER_OF(job, struct slot, hand_over);
    usec_t now_wall = moment_now(&slot->dispatcher->env->timebase).wall;
    struct quota_entry parts = {.message_id = slot->text->id,
        .sim = slot->sim,
        .first_part = slot->part,
        .n_parts = slot->n_parts - slot->part,
        .number_index = slot->counts_number ? slot->text->number_index : NULL};
    struct message_subject subject;
    struct journal_entry entry;
    int r = message_hand_over(db, slot->text->id, modem_name(slot->modem), &subject);

    slot->is_withdrawn = r == -ENOENT;
    if (slot->is_withdrawn)
        return withdraw(slot, db, now_wall);
    if (r >= 0)
        r = quota_insert(db, &parts, now_wall);
    if (r < 0)
        return r;
    entry = journal_entry_of_message(EVENT_MESSAGE_SENDING, &subject, NULL);
    entry.facts[1] = (struct journal_fact)FACT_TEXT("modem", modem_name(slot->modem));
    return journal_write(db, slot->dispatcher->env, &entry);
}

static void on_handed_over(struct store_job *job, int r)
{
    struct slot *slot = CONTAINER_OF(job, struct slot, hand_over);
    struct dispatcher *dispatcher = slot->dispatcher;
    bool is_withdrawn = r >= 0 && slot->is_withdrawn;

    slot->hand_over_pending = false;
    if (r >= 0 && !is_withdrawn) {
        slot->handed_over = true;
        sim_account_note(
            &slot->account, slot->n_parts - slot->part, slot->text->number_index);
    }
    if (slot->has_ended && !is_withdrawn) {
        settle(slot);
        return;
    }
    if (r >= 0 && !is_withdrawn) {
        modem_send_proceed(slot->modem);
        return;
    }
    if (r < 0) { /* the text waits for the disk */
        log_error(dispatcher->env->log, "message=%s event=hand_over_failed error=\"%s\"",
            slot->text->id, strerror(-r));
        put_back(slot, STORAGE_RETRY_USEC);
    }
    clear(slot);
    delivery_reports_send_settled(&slot->reports);
    modem_send_abort(slot->modem);
    dispatcher_pump(dispatcher);
    dispatcher_settled(dispatcher);
}

void slot_on_prompt(void *userdata, struct modem *modem)
{
    struct slot *slot = userdata;

    if (slot->handed_over) {
        modem_send_proceed(modem); /* a further part of a text that was handed over */
        return;
    }
    slot->hand_over_pending = true;
    memcpy(slot->sim, slot->account.sim, sizeof(slot->sim));
    slot->counts_number = slot->account.quota.limits.max[QUOTA_RECIPIENTS] > 0;
    store_submit(slot->dispatcher->env->store, &slot->hand_over);
}

void slot_on_send_done(
    void *userdata, struct modem *modem, const struct modem_send_result *result)
{
    struct slot *slot = userdata;

    (void)modem;
    if (!slot->text) {
        dispatcher_pump(slot->dispatcher); /* the end of a send that was aborted */
        return;
    }
    slot->result = *result;
    slot->has_ended = true;
    if (!slot->hand_over_pending)
        settle(slot);
}

static void start_part(struct slot *slot)
{
    const struct sms_pdu *part = &slot->parts[slot->part];
    int r;

    modem_keep_link(slot->modem,
        slot->part + 1 < slot->n_parts || slot->dispatcher->outbox->n_texts > 0);
    r = modem_send(slot->modem, part->hex, part->tpdu_octets);
    if (r < 0) {
        /* It was ready a moment ago: as if it had been unplugged before the prompt. */
        slot->result = (struct modem_send_result){
            .outcome = MODEM_SEND_NOT_SENT, .cms_error = -1, .cme_error = -1};
        slot->has_ended = true;
        settle(slot);
    }
}

void slot_give(struct slot *slot, struct outgoing_text *text)
{
    struct dispatcher *dispatcher = slot->dispatcher;
    struct moment now = moment_now(&dispatcher->env->timebase);
    int r;

    if (moment_passed(&text->deadline, &now)) {
        dispatcher_expire(dispatcher, text);
        return;
    }
    if (text->parts_sent == 0)
        composer_settle(text, &now);
    r = composer_compose(dispatcher->env, text, &now, slot->parts, &slot->n_parts);
    if (r == 0 && text->parts_sent >= slot->n_parts)
        r = -ENOKEY; /* a reload made it another text */
    if (r < 0) {
        dispatcher_fail_uncomposed(dispatcher, text, r);
        return;
    }
    slot->text = text;
    delivery_reports_send_begins(&slot->reports);
    slot->part = text->parts_sent;
    slot->handed_over = slot->has_ended = false;
    start_part(slot);
}

int slot_new(struct slot **ret, struct dispatcher *dispatcher, const struct modem_config *config,
    const struct modem_ops *ops)
{
    struct slot *slot = calloc(1, sizeof(*slot));
    int r;

    if (!slot)
        return -ENOMEM;
    slot->dispatcher = dispatcher;
    slot->bit = UINT64_C(1) << dispatcher->n_slots;
    slot->hand_over.run = run_hand_over;
    slot->hand_over.done = on_handed_over;
    r = modem_new(
        &slot->modem, dispatcher->env->loop, dispatcher->env->log, config, ops, slot);
    if (r < 0) {
        free(slot);
        return r;
    }
    *ret = slot;
    return 0;
}

struct slot *slot_free(struct slot *slot)
{
    if (!slot)
        return NULL;
    balance_fini(&slot->balance);
    sim_account_fini(&slot->account);
    delivery_reports_fini(&slot->reports);
    modem_free(slot->modem);
    clear(slot);
    free(slot);
    return NULL;
}
