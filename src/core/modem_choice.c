#include "core/modem_choice.h"

bool modem_choice_is_up(const struct slot *slot)
{
    enum modem_state state = modem_status(slot->modem)->state;

    return state == MODEM_READY || state == MODEM_SENDING;
}

static bool is_free(const struct slot *slot)
{
    return !slot->text && !slot->hand_over_pending &&
           modem_status(slot->modem)->state == MODEM_READY;
}

struct slot *modem_choice_free(const struct dispatcher *dispatcher, uint64_t passed)
{
    struct slot *best = NULL;

    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        struct slot *slot = dispatcher->slots[i];

        if ((passed & slot->bit) || !is_free(slot))
            continue;
        if (!best || slot->n_refusals < best->n_refusals ||
            (slot->n_refusals == best->n_refusals &&
                modem_status(slot->modem)->sent < modem_status(best->modem)->sent))
            best = slot;
    }
    return best;
}

bool modem_choice_has_other(const struct slot *slot)
{
    const struct dispatcher *dispatcher = slot->dispatcher;

    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        if (dispatcher->slots[i] != slot && modem_choice_is_up(dispatcher->slots[i]) &&
            !(slot->text->refused_by & dispatcher->slots[i]->bit))
            return true;
    return false;
}

bool dispatcher_is_ready(const struct dispatcher *dispatcher, enum gateway_error *ret_reason)
{
    enum gateway_error reason = ERROR_NO_MODEM;

    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        enum modem_state state = modem_status(dispatcher->slots[i]->modem)->state;

        if (modem_choice_is_up(dispatcher->slots[i]))
            return true;
        if (state == MODEM_SEARCHING)
            reason = ERROR_NO_NETWORK;
        else if (state == MODEM_LOCKED && reason == ERROR_NO_MODEM)
            reason = ERROR_SIM_LOCKED;
    }
    *ret_reason = reason;
    return false;
}
