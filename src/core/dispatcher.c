#include "core/dispatcher.h"

#include "core/composer.h"
#include "core/delivery_report.h"
#include "core/dispatcher_state.h"
#include "core/inbound_intake.h"
#include "core/journal.h"
#include "core/modem_choice.h"
#include "core/outlook.h"
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

static void tell_when_idle(struct dispatcher *dispatcher)
{
    if (!dispatcher->is_stopping || dispatcher->n_records > 0)
        return;
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        if (dispatcher->slots[i]->text)
            return;
    dispatcher->idle(dispatcher->userdata);
}

static void clear_slot(struct slot *slot)
{
    sodium_memzero(slot->parts, sizeof(slot->parts));
    slot->text = outgoing_text_free(slot->text);
    slot->n_parts = slot->part = 0;
    slot->handed_over = slot->has_ended = false;
}

static void on_recorded(void *userdata)
{
    struct dispatcher *dispatcher = userdata;

    dispatcher->n_records--;
    tell_when_idle(dispatcher);
}

static void record(struct dispatcher *dispatcher, const struct send_result *result)
{
    if (send_record_submit(dispatcher->env, result, on_recorded, dispatcher) < 0) {
        log_error(dispatcher->env->log, "message=%s event=record_failed error=\"out of memory\"",
            result->message_id);
        return;
    }
    dispatcher->n_records++;
}

static struct send_result result_for(const struct outgoing_text *text, const struct modem *modem)
{
    struct send_result result = {.reference = -1};

    memcpy(result.message_id, text->id, sizeof(result.message_id));
    memcpy(result.verification_id, text->verification_id, sizeof(result.verification_id));
    if (modem)
        snprintf(result.modem, sizeof(result.modem), "%s", modem_name(modem));
    return result;
}

/* A text that cannot even be composed ends here; the modem has not seen it. */
static void fail_uncomposed(struct dispatcher *dispatcher, struct outgoing_text *text, int error)
{
    struct send_result result = result_for(text, NULL);

    result.status = MESSAGE_FAILED;
    result.undeliverable = true;
    snprintf(result.error_class, sizeof(result.error_class), "gateway");
    snprintf(result.error_text, sizeof(result.error_text), "%s",
        error == -EBADMSG ? "made under another master key"
                          : "the configuration has no text for it any more");
    log_error(dispatcher->env->log, "message=%s event=not_composed error=\"%s\": %s", text->id,
        strerror(-error), result.error_text);
    record(dispatcher, &result);
    outgoing_text_free(text);
}

/* A text whose time is over is not sent: the expiry sweep ends its verification. */
static void expire(struct dispatcher *dispatcher, struct outgoing_text *text)
{
    struct send_result result = result_for(text, NULL);

    result.status = MESSAGE_EXPIRED;
    log_notice(dispatcher->env->log, "message=%s event=expired: no modem could send it in time",
        text->id);
    record(dispatcher, &result);
    outgoing_text_free(text);
}

/* A text that would arrive too late makes room for those that will not, and its caller is told now. */
static void fail_late(struct dispatcher *dispatcher, struct outgoing_text *text)
{
    struct send_result result = result_for(text, NULL);

    result.status = MESSAGE_FAILED;
    result.undeliverable = result.unless_left = true;
    snprintf(result.error_class, sizeof(result.error_class), "late");
    snprintf(result.error_text, sizeof(result.error_text),
        "too many texts wait: it could not have been sent before it expires");
    log_warning(dispatcher->env->log, "message=%s event=late: %s", text->id, result.error_text);
    record(dispatcher, &result);
    outgoing_text_free(text);
}

/* Gives a text to a modem; false: the text has ended otherwise, and the modem is still free. */
static bool give(struct slot *slot, struct outgoing_text *text)
{
    struct dispatcher *dispatcher = slot->dispatcher;
    struct moment now = moment_now(&dispatcher->env->timebase);
    int r;

    if (moment_passed(&text->deadline, &now)) {
        expire(dispatcher, text);
        return false;
    }
    if (text->parts_sent == 0)
        composer_settle(text, &now);
    r = composer_compose(dispatcher->env, text, &now, slot->parts, &slot->n_parts);
    if (r == 0 && text->parts_sent >= slot->n_parts)
        r = -ENOKEY; /* a reload made it another text */
    if (r < 0) {
        fail_uncomposed(dispatcher, text, r);
        return false;
    }
    slot->text = text;
    slot->part = text->parts_sent;
    slot->handed_over = slot->has_ended = false;
    start_part(slot);
    return slot->text != NULL;
}

struct sifting {
    struct dispatcher *dispatcher;
    struct lateness lateness;
};

static bool is_late(void *userdata, const struct outgoing_text *text)
{
    return lateness_judge(&((struct sifting *)userdata)->lateness, text);
}

static void drop_late(void *userdata, struct outgoing_text *text)
{
    struct sifting *sifting = userdata;

    if (moment_passed(&text->deadline, &sifting->lateness.now))
        expire(sifting->dispatcher, text);
    else
        fail_late(sifting->dispatcher, text);
}

void dispatcher_pump(struct dispatcher *dispatcher)
{
    struct sifting sifting = {.dispatcher = dispatcher};
    usec_t now = loop_now(dispatcher->env->loop);
    uint64_t passed = 0; /* modems for which nothing waits */
    struct slot *slot;

    lateness_begin(dispatcher, &sifting.lateness);
    if (!dispatcher->is_stopping)
        outbox_sift(dispatcher->outbox, is_late, drop_late, &sifting);
    while (!dispatcher->is_stopping && (slot = modem_choice_free(dispatcher, passed))) {
        struct outgoing_text *text = outbox_take(dispatcher->outbox, now, slot->bit);

        while (text && !give(slot, text))
            text = outbox_take(dispatcher->outbox, now, slot->bit);
        if (!text)
            passed |= slot->bit;
    }
    timer_arm_at(&dispatcher->due, outbox_next_due(dispatcher->outbox, now));
}

static void on_due(void *userdata)
{
    dispatcher_pump(userdata);
}

/* Back to the queue, to be taken again after a pause. */
static void put_back(struct slot *slot, usec_t pause)
{
    struct dispatcher *dispatcher = slot->dispatcher;

    slot->text->parts_sent = slot->part;
    outbox_add(dispatcher->outbox, TAKE_PTR(slot->text),
        usec_add(loop_now(dispatcher->env->loop), pause));
}

/*
 * What becomes of the text, and of the modem's standing: a refusal that may be the modem's own fault
 * sends the text to another one at once, if there is one.
 */
static struct send_verdict judge(struct slot *slot)
{
    struct send_verdict verdict = send_policy_judge(&slot->result, slot->text->tries);

    if (slot->result.outcome == MODEM_SEND_SENT)
        slot->n_refusals = 0;
    if (!verdict.other_modem)
        return verdict;
    slot->n_refusals++;
    if (modem_choice_has_other(slot)) {
        slot->text->refused_by |= slot->bit;
        slot->text->refused_until =
            usec_add(loop_now(slot->dispatcher->env->loop), ALTERNATIVE_USEC);
        verdict.status = MESSAGE_QUEUED;
        verdict.pause = 0;
    }
    return verdict;
}

/* How long the customer has waited; for what an earlier run left, nobody knows. */
static void observe_send(const struct slot *slot)
{
    const struct environment *env = slot->dispatcher->env;

    if (slot->text->asked_boot > 0)
        statistics_observe_send(
            env->statistics, usec_sub(loop_now(env->loop), slot->text->asked_boot));
}

/* Acts on how a part ended, once the database knows what it has to know about the hand-over. */
static void settle(struct slot *slot)
{
    struct dispatcher *dispatcher = slot->dispatcher;
    const struct send_verdict verdict = judge(slot);
    struct send_result result = result_for(slot->text, slot->modem);

    if (slot->result.outcome == MODEM_SEND_SENT && ++slot->part < slot->n_parts) {
        slot->has_ended = false;
        start_part(slot);
        return;
    }
    result.status = verdict.status;
    result.undeliverable = verdict.undeliverable;
    if (slot->result.outcome == MODEM_SEND_SENT) {
        result.reference = slot->result.reference;
        observe_send(slot);
    }
    if (verdict.error_class)
        snprintf(result.error_class, sizeof(result.error_class), "%s", verdict.error_class);
    if (verdict.error_text)
        snprintf(result.error_text, sizeof(result.error_text), "%s", verdict.error_text);
    log_write(dispatcher->env->log,
        verdict.status == MESSAGE_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
        "message=%s modem=%s status=%s took_ms=%" PRIu64 "%s%s%s%s", result.message_id,
        result.modem, message_status_to_string(result.status),
        slot->result.took_usec / USEC_PER_MSEC, verdict.error_class ? " class=" : "",
        result.error_class, verdict.error_text ? ": " : "", result.error_text);
    /* With a part gone the row stays `sending`: after a restart no part goes a second time. */
    if (result.status != MESSAGE_QUEUED || (slot->handed_over && slot->part == 0))
        record(dispatcher, &result);
    /* A modem that failed, or a disk, is no try of the text's. */
    slot->text->tries += slot->result.outcome == MODEM_SEND_REFUSED;
    if (verdict.status == MESSAGE_QUEUED)
        put_back(slot, verdict.pause);
    clear_slot(slot);
    dispatcher_pump(dispatcher);
    tell_when_idle(dispatcher);
}

/* On the store's thread. */
static int run_hand_over(struct store_job *job, struct db *db)
{
    struct slot *slot = CONTAINER_OF(job, struct slot, hand_over);
    const struct environment *env = slot->dispatcher->env;
    const char *modem = modem_name(slot->modem);
    struct message_subject subject;
    struct journal_entry entry;
    int r = message_hand_over(db, slot->text->id, modem, &subject);

    slot->is_withdrawn = r == -ENOENT;
    if (slot->is_withdrawn)
        r = message_withdraw(db, slot->text->id, moment_now(&env->timebase).wall, &subject);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    entry = journal_entry_of_message(
        slot->is_withdrawn ? EVENT_MESSAGE_EXPIRED : EVENT_MESSAGE_SENDING, &subject, NULL);
    if (slot->is_withdrawn)
        entry.facts[1] = (struct journal_fact)FACT_TEXT("error_class", "withdrawn");
    else
        entry.facts[1] = (struct journal_fact)FACT_TEXT("modem", modem);
    return journal_write(db, env, &entry);
}

static void on_handed_over(struct store_job *job, int r)
{
    struct slot *slot = CONTAINER_OF(job, struct slot, hand_over);
    struct dispatcher *dispatcher = slot->dispatcher;
    bool is_withdrawn = r >= 0 && slot->is_withdrawn;

    slot->hand_over_pending = false;
    slot->handed_over = slot->handed_over || (r >= 0 && !is_withdrawn);
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
    clear_slot(slot);
    modem_send_abort(slot->modem);
    dispatcher_pump(dispatcher);
    tell_when_idle(dispatcher);
}

static void on_prompt(void *userdata, struct modem *modem)
{
    struct slot *slot = userdata;

    if (slot->handed_over) {
        modem_send_proceed(modem); /* a further part of a text that was handed over */
        return;
    }
    slot->hand_over_pending = true;
    store_submit(slot->dispatcher->env->store, &slot->hand_over);
}

static void on_send_done(
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

static void on_state(void *userdata, struct modem *modem)
{
    struct slot *slot = userdata;

    modem_journal_note(&slot->journal, slot->dispatcher->env, modem);
    if (modem_status(modem)->state == MODEM_READY)
        dispatcher_pump(slot->dispatcher);
}

static void on_inbound(void *userdata, struct modem *modem, uint32_t token, const uint8_t *pdu,
    size_t n_octets)
{
    struct slot *slot = userdata;

    inbound_intake(slot->dispatcher->env, slot->dispatcher->outbox, modem, token, pdu, n_octets);
}

static void on_report(void *userdata, struct modem *modem, uint32_t token, const uint8_t *pdu,
    size_t n_octets)
{
    struct slot *slot = userdata;

    delivery_report_take(slot->dispatcher->env, modem, token, pdu, n_octets);
}

static const struct modem_ops modem_ops = {.state = on_state,
    .send_prompt = on_prompt,
    .send_done = on_send_done,
    .inbound = on_inbound,
    .report = on_report};

static void start_part(struct slot *slot)
{
    const struct sms_pdu *part = &slot->parts[slot->part];
    int r = modem_send(slot->modem, part->hex, part->tpdu_octets);

    if (r < 0) {
        /* It was ready a moment ago: as if it had been unplugged before the prompt. */
        slot->result = (struct modem_send_result){
            .outcome = MODEM_SEND_NOT_SENT, .cms_error = -1, .cme_error = -1};
        slot->has_ended = true;
        settle(slot);
    }
}

int dispatcher_new(struct dispatcher **ret, const struct environment *env, struct outbox *outbox,
    void (*idle)(void *userdata), void *userdata)
{
    struct dispatcher *dispatcher = calloc(1, sizeof(*dispatcher));

    if (!dispatcher)
        return -ENOMEM;
    dispatcher->env = env;
    dispatcher->outbox = outbox;
    dispatcher->idle = idle;
    dispatcher->userdata = userdata;
    timer_init(&dispatcher->due, env->loop, on_due, dispatcher);
    *ret = dispatcher;
    return 0;
}

struct dispatcher *dispatcher_free(struct dispatcher *dispatcher)
{
    if (!dispatcher)
        return NULL;
    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        modem_free(dispatcher->slots[i]->modem);
        clear_slot(dispatcher->slots[i]);
        free(dispatcher->slots[i]);
    }
    timer_fini(&dispatcher->due);
    free(dispatcher);
    return NULL;
}

int dispatcher_add_modem(struct dispatcher *dispatcher, const struct modem_config *config)
{
    struct slot *slot;
    int r;

    if (dispatcher->n_slots == SMSOTP_MODEMS_MAX)
        return -ENOSPC;
    slot = calloc(1, sizeof(*slot));
    if (!slot)
        return -ENOMEM;
    slot->dispatcher = dispatcher;
    slot->bit = UINT64_C(1) << dispatcher->n_slots;
    slot->hand_over.run = run_hand_over;
    slot->hand_over.done = on_handed_over;
    r = modem_new(&slot->modem, dispatcher->env->loop, dispatcher->env->log, config, &modem_ops,
        slot);
    if (r < 0) {
        free(slot);
        return r;
    }
    dispatcher->slots[dispatcher->n_slots++] = slot;
    return 0;
}

void dispatcher_start(struct dispatcher *dispatcher)
{
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        modem_start(dispatcher->slots[i]->modem);
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    dispatcher->is_stopping = true;
    tell_when_idle(dispatcher);
}

const struct modem *dispatcher_modem(const struct dispatcher *dispatcher, unsigned index)
{
    return index < dispatcher->n_slots ? dispatcher->slots[index]->modem : NULL;
}
