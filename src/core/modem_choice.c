#include "core/modem_choice.h"

#include "core/capacity.h"
#include "util/macros.h"

#include <string.h>

bool modem_choice_is_up(const struct slot *slot)
{
    enum modem_state state = modem_status(slot->modem)->state;

    return slot->account.is_known && (state == MODEM_READY || state == MODEM_SENDING);
}

static bool is_free(const struct slot *slot)
{
    return !slot->text && !slot->hand_over_pending && modem_choice_is_up(slot) &&
           modem_status(slot->modem)->state == MODEM_READY && !modem_status(slot->modem)->is_held;
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
    return quota_wait(&slot->account.quota, text->kind == TEXT_CODE,
        outgoing_text_parts_left(text), text->number_index, now->wall);
}

/* A text of which a part has left goes on by the SIM that part went by. */
static bool may_carry(const struct slot *slot, const struct outgoing_text *text)
{
    return text->parts_sent == 0 || strcmp(text->parts_sim, slot->account.sim) == 0;
}

/* How long until a free modem may have this text; USEC_INFINITY: not as things are. */
static usec_t wait_for(struct slot *slot, const struct outgoing_text *text, const struct moment *now)
{
    usec_t takes = outgoing_text_parts_left(text) * modem_status(slot->modem)->send_mean_usec;
    usec_t wait = quota_wait_for(slot, text, now);

    if (!may_carry(slot, text))
        return USEC_INFINITY;
    if (text->refused_by & slot->bit)
        wait = MAX(wait, usec_sub(text->refused_until, now->boot));
    return usec_add(wait, takes) <= moment_until(&text->deadline, now) ? wait : USEC_INFINITY;
}

static bool is_better(const struct slot *a, const struct slot *b)
{
    if (a->n_refusals != b->n_refusals)
        return a->n_refusals < b->n_refusals;
    return modem_status(a->modem)->sent < modem_status(b->modem)->sent;
}

struct slot *modem_choice_for(const struct dispatcher *dispatcher, const struct outgoing_text *text,
    const struct moment *now, usec_t *retry_usec)
{
    struct slot *best = NULL;

    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        struct slot *slot = dispatcher->slots[i];
        usec_t wait = is_free(slot) ? wait_for(slot, text, now) : USEC_INFINITY;

        if (wait > 0)
            *retry_usec = MIN(*retry_usec, wait);
        else if (!best || is_better(slot, best))
            best = slot;
    }
    return best;
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

bool dispatcher_is_ready(const struct dispatcher *dispatcher, enum gateway_error *ret_reason)
{
    enum gateway_error reason = ERROR_NO_MODEM;

    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        enum modem_state state = modem_status(dispatcher->slots[i]->modem)->state;

        if (modem_choice_is_up(dispatcher->slots[i])) {
            *ret_reason = ERROR_QUOTA_EXHAUSTED;
            return capacity_wait(dispatcher, NULL) <= CAPACITY_PATIENCE_USEC;
        }
        if (state == MODEM_SEARCHING)
            reason = ERROR_NO_NETWORK;
        else if (state == MODEM_LOCKED && reason == ERROR_NO_MODEM)
            reason = ERROR_SIM_LOCKED;
    }
    *ret_reason = reason;
    return false;
}
