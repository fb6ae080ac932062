#include "core/modem_choice.h"

#include "core/capacity.h"
#include "util/macros.h"

#include <sodium.h>
#include <string.h>

/* How long it is not to be given a text. */
static usec_t barred_for(const struct slot *slot)
{
    return standing_wait(&slot->standing, loop_now(slot->dispatcher->env->loop));
}

bool modem_choice_is_up(const struct slot *slot)
{
    enum modem_state state = modem_status(slot->modem)->state;

    return slot->account.is_known && (state == MODEM_READY || state == MODEM_SENDING) &&
           barred_for(slot) == 0;
}

static bool is_free(const struct slot *slot)
{
    return !slot->text && !slot->hand_over_pending && modem_choice_is_up(slot) &&
           modem_status(slot->modem)->state == MODEM_READY && !modem_status(slot->modem)->is_held;
}

usec_t modem_choice_trial_in(const struct dispatcher *dispatcher)
{
    usec_t wait = USEC_INFINITY;

    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        if (barred_for(dispatcher->slots[i]) > 0)
            wait = MIN(wait, barred_for(dispatcher->slots[i]));
    return wait;
}

bool modem_choice_any_free(const struct dispatcher *dispatcher)
{
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        if (is_free(dispatcher->slots[i]))
            return true;
    return false;
}

static usec_t quota_wait_for(
    struct slot *slot, const struct outgoing_text *text, const struct moment *now)
{
    return quota_wait(sim_account_quota(&slot->account, now), text->kind == TEXT_CODE,
        outgoing_text_parts_left(text), text->number_index, now->wall);
}

/* A text of which a part has left goes on by the SIM that part went by. */
static bool may_carry(const struct slot *slot, const struct outgoing_text *text)
{
    return text->parts_sent == 0 || strcmp(text->parts_sim, slot->account.sim) == 0;
}

usec_t modem_choice_wait(
    struct slot *slot, const struct outgoing_text *text, const struct moment *now)
{
    usec_t wait = quota_wait_for(slot, text, now);

    if (!may_carry(slot, text))
        return USEC_INFINITY;
    if (text->refused_by & slot->bit)
        wait = MAX(wait, usec_sub(text->refused_until, now->boot));
    return wait;
}

/* How long until a free modem may have this text; USEC_INFINITY: not as things are. */
static usec_t wait_for(
    struct slot *slot, const struct outgoing_text *text, const struct moment *now)
{
    usec_t takes = outgoing_text_parts_left(text) * modem_status(slot->modem)->send_mean_usec;
    usec_t wait = modem_choice_wait(slot, text, now);

    return usec_add(wait, takes) <= moment_until(&text->deadline, now) ? wait : USEC_INFINITY;
}

void modem_choice_affinities(const struct environment *env, struct slot *const *slots, unsigned n,
    const struct outgoing_text *text, unsigned *ret)
{
    const struct modem_policy *policies[SMSOTP_MODEMS_MAX];
    bool any_prefixes = false;
    char number[E164_SIZE];

    for (unsigned i = 0; i < n; i++) {
        policies[i] = policy_find_modem(env->policy, modem_name(slots[i]->modem));
        any_prefixes |= policies[i] && policies[i]->n_prefixes > 0;
        ret[i] = 0;
    }
    if (n < 2 || !any_prefixes ||
        otp_number_open(env->keyring, text->kind == TEXT_CODE ? text->verification_id : text->id,
            text->number_sealed, number) < 0)
        return;
    for (unsigned i = 0; i < n; i++)
        if (policies[i])
            ret[i] = modem_policy_affinity(policies[i], number);
    sodium_memzero(number, sizeof(number));
}

/* A quarter more than the fastest is nothing that a customer would notice. */
static bool is_slow(const struct slot *one, usec_t fastest)
{
    return modem_status(one->modem)->send_mean_usec > fastest + fastest / 4;
}

/*
 * Who has failed less of late; who will be done sooner, by the times that were measured; and of
 * those alike, whose SIM has been used less.
 */
static bool is_better(const struct slot *a, const struct slot *b, usec_t fastest)
{
    const struct modem_status *a_status = modem_status(a->modem);
    const struct modem_status *b_status = modem_status(b->modem);
    bool any_slow = is_slow(a, fastest) || is_slow(b, fastest);

    if (a->standing.n_failures != b->standing.n_failures)
        return a->standing.n_failures < b->standing.n_failures;
    if (any_slow && a_status->send_mean_usec != b_status->send_mean_usec)
        return a_status->send_mean_usec < b_status->send_mean_usec;
    return a_status->sent < b_status->sent;
}

/* The shortest mean of those that have one; a modem that was not measured yet is to be. */
static usec_t fastest_of(struct slot *const *slots, unsigned n)
{
    usec_t fastest = USEC_INFINITY / 2;

    for (unsigned i = 0; i < n; i++) {
        usec_t mean = modem_status(slots[i]->modem)->send_mean_usec;

        if (mean > 0)
            fastest = MIN(fastest, mean);
    }
    return fastest;
}

struct slot *modem_choice_for(const struct dispatcher *dispatcher, const struct outgoing_text *text,
    const struct moment *now, usec_t *retry_usec)
{
    unsigned affinities[SMSOTP_MODEMS_MAX], n = 0, best = 0;
    struct slot *free_ones[SMSOTP_MODEMS_MAX];
    usec_t fastest;

    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        struct slot *slot = dispatcher->slots[i];
        usec_t wait = is_free(slot) ? wait_for(slot, text, now) : USEC_INFINITY;

        if (wait > 0)
            *retry_usec = MIN(*retry_usec, wait);
        else
            free_ones[n++] = slot;
    }
    if (n == 0)
        return NULL;
    modem_choice_affinities(dispatcher->env, free_ones, n, text, affinities);
    fastest = fastest_of(free_ones, n);
    for (unsigned i = 1; i < n; i++)
        if (affinities[i] == affinities[best] ? is_better(free_ones[i], free_ones[best], fastest)
                                              : affinities[i] > affinities[best])
            best = i;
    return free_ones[best];
}

bool modem_choice_has_other(const struct slot *slot)
{
    const struct dispatcher *dispatcher = slot->dispatcher;
    struct moment now = moment_now(&dispatcher->env->timebase);

    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        struct slot *other = dispatcher->slots[i];

        if (other != slot && modem_choice_is_up(other) && !(slot->text->refused_by & other->bit) &&
            quota_wait_for(other, slot->text, &now) == 0)
            return true;
    }
    return false;
}

/* Why it cannot send. */
static enum gateway_error obstacle(const struct slot *slot)
{
    switch (modem_status(slot->modem)->state) {
    case MODEM_SEARCHING:
        return modem_status(slot->modem)->roaming_refused ? ERROR_ROAMING_REFUSED
                                                          : ERROR_NO_NETWORK;
    case MODEM_LOCKED:
        return ERROR_SIM_LOCKED;
    case MODEM_READY:
    case MODEM_SENDING:
        return barred_for(slot) > 0 ? ERROR_SIM_BARRED : ERROR_NO_MODEM;
    case MODEM_ABSENT:
    case MODEM_OPENING:
    case MODEM_PROBING:
    case MODEM_CONFIGURING:
    case MODEM_RECOVERING:
    case MODEM_DISABLED:
        break;
    }
    return ERROR_NO_MODEM;
}

/* Of two reasons the one that is nearer to an end, or tells more. */
static enum gateway_error worth_more(enum gateway_error a, enum gateway_error b)
{
    static const enum gateway_error order[] = {
        ERROR_NO_NETWORK, ERROR_ROAMING_REFUSED, ERROR_SIM_BARRED, ERROR_SIM_LOCKED};

    for (size_t i = 0; i < ARRAY_SIZE(order); i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return a;
}

bool dispatcher_is_ready(const struct dispatcher *dispatcher, enum gateway_error *ret_reason)
{
    enum gateway_error reason = ERROR_NO_MODEM;

    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        if (modem_choice_is_up(dispatcher->slots[i])) {
            *ret_reason = ERROR_QUOTA_EXHAUSTED;
            return capacity_wait(dispatcher, NULL) <= CAPACITY_PATIENCE_USEC;
        }
        reason = worth_more(reason, obstacle(dispatcher->slots[i]));
    }
    *ret_reason = reason;
    return false;
}
