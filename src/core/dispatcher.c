#include "core/dispatcher.h"

#include "core/dispatcher_state.h"
#include "core/inbound_intake.h"
#include "core/modem_choice.h"
#include "core/outlook.h"
#include "core/send_record.h"
#include "core/slot.h"
#include "core/warnings.h"
#include "modem/modem_task.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void dispatcher_settled(struct dispatcher *dispatcher)
{
    if (!dispatcher->is_stopping || dispatcher->n_records > 0)
        return;
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        if (dispatcher->slots[i]->text)
            return;
    dispatcher->idle(dispatcher->userdata);
}

static void on_recorded(void *userdata)
{
    struct dispatcher *dispatcher = userdata;

    dispatcher->n_records--;
    dispatcher_settled(dispatcher);
}

static void on_sent_recorded(void *userdata)
{
    struct slot *slot = userdata;

    delivery_reports_send_settled(&slot->reports);
    on_recorded(slot->dispatcher);
}

static int record(struct dispatcher *dispatcher, const struct send_result *result,
    void (*done)(void *userdata), void *userdata)
{
    int r = send_record_submit(dispatcher->env, result, done, userdata);

    if (r < 0)
        log_error(dispatcher->env->log, "message=%s event=record_failed error=\"out of memory\"",
            result->message_id);
    else
        dispatcher->n_records++;
    return r;
}

void dispatcher_record_sent(struct slot *slot, const struct send_result *result)
{
    if (record(slot->dispatcher, result, on_sent_recorded, slot) < 0)
        delivery_reports_send_settled(&slot->reports);
}

static void record_unsent(struct dispatcher *dispatcher, const struct send_result *result)
{
    (void)record(dispatcher, result, on_recorded, dispatcher);
}

void dispatcher_fail_uncomposed(
    struct dispatcher *dispatcher, struct outgoing_text *text, int error)
{
    struct send_result result = send_result_for(text, NULL);

    result.status = MESSAGE_FAILED;
    result.undeliverable = true;
    snprintf(result.error_class, sizeof(result.error_class), "gateway");
    snprintf(result.error_text, sizeof(result.error_text), "%s",
        error == -EBADMSG ? "made under another master key"
                          : "the configuration has no text for it any more");
    log_error(dispatcher->env->log, "message=%s event=not_composed error=\"%s\": %s", text->id,
        strerror(-error), result.error_text);
    record_unsent(dispatcher, &result);
    outgoing_text_free(text);
}

void dispatcher_expire(struct dispatcher *dispatcher, struct outgoing_text *text)
{
    struct send_result result = send_result_for(text, NULL);

    result.status = MESSAGE_EXPIRED;
    log_notice(dispatcher->env->log, "message=%s event=expired: no modem could send it in time",
        text->id);
    record_unsent(dispatcher, &result);
    outgoing_text_free(text);
}

/*
 * A text that would arrive too late makes room for those that will not, and its caller is told now.
 */
static void fail_late(struct dispatcher *dispatcher, struct outgoing_text *text)
{
    struct send_result result = send_result_for(text, NULL);

    result.status = MESSAGE_FAILED;
    result.undeliverable = result.unless_left = true;
    snprintf(result.error_class, sizeof(result.error_class), "late");
    snprintf(result.error_text, sizeof(result.error_text),
        "it could not have been sent before it expires");
    log_warning(dispatcher->env->log, "message=%s event=late: %s", text->id, result.error_text);
    record_unsent(dispatcher, &result);
    outgoing_text_free(text);
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
        dispatcher_expire(sifting->dispatcher, text);
    else
        fail_late(sifting->dispatcher, text);
}

/* The choice of a text and of a modem for it. */
struct choosing {
    const struct dispatcher *dispatcher;
    struct moment now;
    struct slot *slot;
    usec_t retry_usec; /* from now: when a free modem may have one that it may not have yet */
};

static bool choose(void *userdata, const struct outgoing_text *text)
{
    struct choosing *choosing = userdata;

    choosing->slot =
        modem_choice_for(choosing->dispatcher, text, &choosing->now, &choosing->retry_usec);
    return choosing->slot != NULL;
}

/* The next text that a modem can have now, and that modem; NULL: there is none. */
static struct outgoing_text *take_next(struct choosing *choosing)
{
    const struct dispatcher *dispatcher = choosing->dispatcher;

    choosing->now = moment_now(&dispatcher->env->timebase);
    choosing->retry_usec = modem_choice_trial_in(dispatcher);
    if (!modem_choice_any_free(dispatcher))
        return NULL;
    return outbox_take(dispatcher->outbox, choosing->now.boot, choose, choosing);
}

/* When the next plain text is over that waits; those of codes end with their verification. */
static usec_t next_deadline(const struct dispatcher *dispatcher, const struct moment *now)
{
    usec_t next = USEC_INFINITY;

    LIST_FOREACH(link, &dispatcher->outbox->texts) {
        const struct outgoing_text *text = CONTAINER_OF(link, struct outgoing_text, link);

        if (text->kind == TEXT_PLAIN)
            next = MIN(next, moment_on_boottime(&text->deadline, now));
    }
    return next;
}

void dispatcher_pump(struct dispatcher *dispatcher)
{
    struct sifting sifting = {.dispatcher = dispatcher};
    struct choosing choosing = {.dispatcher = dispatcher,
        .now = moment_now(&dispatcher->env->timebase),
        .retry_usec = USEC_INFINITY};
    struct outgoing_text *text;

    lateness_begin(dispatcher, &sifting.lateness);
    if (!dispatcher->is_stopping)
        outbox_sift(dispatcher->outbox, is_late, drop_late, &sifting);
    while (!dispatcher->is_stopping && (text = take_next(&choosing)))
        slot_give(choosing.slot, text);
    timer_arm_at(&dispatcher->due,
        MIN(next_deadline(dispatcher, &choosing.now),
            MIN(outbox_next_due(dispatcher->outbox, choosing.now.boot),
                usec_add(choosing.now.boot, choosing.retry_usec))));
}

static void on_due(void *userdata)
{
    dispatcher_pump(userdata);
}

static void note_other_sim(struct slot *slot)
{
    slot_redeem(slot, "it has another SIM");
    balance_open(&slot->balance, slot->account.sim);
}

/* Whether a question to the network keeps no text waiting. */
static bool is_idle(void *userdata)
{
    const struct slot *slot = userdata;

    return !slot->text && !slot->dispatcher->is_stopping &&
           outbox_count(slot->dispatcher->outbox) == 0;
}

static void on_enough(void *userdata)
{
    slot_redeem(userdata, "its balance is enough");
}

/* What the owner should see: one SIM that has little, and how many more. */
static void on_balance(void *userdata)
{
    const struct dispatcher *dispatcher = ((struct slot *)userdata)->dispatcher;
    char amount[BALANCE_AMOUNT_SIZE], low[BALANCE_AMOUNT_SIZE], others[40] = "";
    char detail[WARNING_DETAIL_SIZE];
    const struct slot *first = NULL;
    unsigned n = 0;

    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        if (!dispatcher->slots[i]->balance.view.is_low)
            continue;
        first = first ? first : dispatcher->slots[i];
        n++;
    }
    if (n == 0) {
        warnings_end(dispatcher->env, WARNING_BALANCE);
        return;
    }
    balance_format(first->balance.view.hundredths, amount);
    balance_format(first->balance.view.low, low);
    if (n > 1)
        snprintf(others, sizeof(others), ", and %u more have little", n - 1);
    snprintf(detail, sizeof(detail),
        "The SIM of modem %s has %s left, less than %s%s: top it up, or texts will fail",
        modem_name(first->modem), amount, low, others);
    warnings_tell(dispatcher->env, WARNING_BALANCE, detail, USEC_INFINITY);
}

static void on_state(void *userdata, struct modem *modem)
{
    struct slot *slot = userdata;
    enum modem_state state = modem_status(modem)->state;
    bool is_up = state == MODEM_READY || state == MODEM_SENDING;

    modem_journal_note(&slot->journal, slot->dispatcher->env, modem);
    if (is_up && !slot->was_up && sim_account_open(&slot->account))
        note_other_sim(slot);
    slot->was_up = is_up;
    if (state == MODEM_READY)
        dispatcher_pump(slot->dispatcher);
    if (is_up)
        balance_heed(&slot->balance);
}

static void on_account_known(void *userdata)
{
    dispatcher_pump(userdata);
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

    (void)modem;
    delivery_report_take(&slot->reports, token, pdu, n_octets);
}

static void on_pin_begin(void *userdata, struct modem *modem, const struct modem_pin_try *attempt)
{
    struct slot *slot = userdata;

    pin_record_begin(&slot->pin_record, slot->dispatcher->env, modem, attempt);
}

static void on_pin_end(void *userdata, struct modem *modem, bool accepted)
{
    struct slot *slot = userdata;

    pin_record_end(&slot->pin_record, slot->dispatcher->env, modem, accepted);
}

static const struct modem_ops modem_ops = {.state = on_state,
    .send_prompt = slot_on_prompt,
    .send_done = slot_on_send_done,
    .inbound = on_inbound,
    .report = on_report,
    .pin_begin = on_pin_begin,
    .pin_end = on_pin_end};

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
        slot_free(dispatcher->slots[i]);
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
    r = slot_new(&slot, dispatcher, config, &modem_ops);
    if (r < 0)
        return r;
    delivery_reports_init(&slot->reports, dispatcher->env, slot->modem);
    sim_account_init(
        &slot->account, dispatcher->env, slot->modem, on_account_known, dispatcher);
    balance_init(
        &slot->balance, dispatcher->env, slot->modem, is_idle, on_enough, on_balance, slot);
    dispatcher->slots[dispatcher->n_slots++] = slot;
    return 0;
}

void dispatcher_heed_policy(struct dispatcher *dispatcher)
{
    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        sim_account_reload(&dispatcher->slots[i]->account);
        balance_heed(&dispatcher->slots[i]->balance);
    }
}

void dispatcher_start(struct dispatcher *dispatcher)
{
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        modem_start(dispatcher->slots[i]->modem);
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    dispatcher->is_stopping = true;
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        modem_task_stop(dispatcher->slots[i]->modem);
    dispatcher_settled(dispatcher);
}

struct modem *dispatcher_find_modem(const struct dispatcher *dispatcher, const char *name)
{
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        if (strcmp(modem_name(dispatcher->slots[i]->modem), name) == 0)
            return dispatcher->slots[i]->modem;
    return NULL;
}

void dispatcher_redeem(struct dispatcher *dispatcher, const struct modem *modem, const char *why)
{
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        if (dispatcher->slots[i]->modem == modem)
            slot_redeem(dispatcher->slots[i], why);
    dispatcher_pump(dispatcher);
}

const char *dispatcher_barred(const struct dispatcher *dispatcher, unsigned index)
{
    const struct standing *standing = &dispatcher->slots[index]->standing;

    return standing->is_barred ? standing->barred_text : NULL;
}

const struct balance_view *dispatcher_balance(
    const struct dispatcher *dispatcher, unsigned index)
{
    return balance_look(&dispatcher->slots[index]->balance);
}

const struct modem *dispatcher_modem(const struct dispatcher *dispatcher, unsigned index)
{
    return index < dispatcher->n_slots ? dispatcher->slots[index]->modem : NULL;
}
