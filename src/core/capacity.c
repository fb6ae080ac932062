#include "core/capacity.h"

#include "core/modem_choice.h"
#include "util/macros.h"

/* What is asked of the SIMs. */
struct demand {
    bool is_code;
    unsigned n_parts;            /* of the text, and of those before it */
    const uint8_t *number_index; /* of its number; NULL: any */
    struct moment now;
};

/* Parts that go before this text and have not been counted yet. */
static unsigned parts_before(const struct dispatcher *dispatcher, const struct outgoing_text *text)
{
    unsigned n = dispatcher->outbox->n_reserved;

    n -= MIN(n, 1U); /* its own place */
    LIST_FOREACH(link, &dispatcher->outbox->texts) {
        const struct outgoing_text *other = CONTAINER_OF(link, struct outgoing_text, link);

        if (!outbox_goes_before(text, other))
            n += outgoing_text_parts_left(other);
    }
    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        const struct slot *slot = dispatcher->slots[i];

        if (slot->text && !slot->handed_over)
            n += slot->n_parts - slot->part;
    }
    return n;
}

/* What a SIM may send to that number now; 0: nothing to this one. */
static unsigned room_of(struct slot *slot, const struct demand *demand)
{
    struct quota *quota = sim_account_quota(&slot->account, &demand->now);

    if (!modem_choice_is_up(slot) ||
        quota_wait(quota, demand->is_code, 1, demand->number_index, demand->now.wall) > 0)
        return 0;
    return quota_room(quota, demand->is_code, demand->now.wall);
}

/* Until one SIM alone has room for its own share and for what the others have none for. */
static usec_t wait_of(
    struct slot *slot, const struct demand *demand, unsigned room, unsigned n_lacking)
{
    if (!modem_choice_is_up(slot))
        return USEC_INFINITY;
    return quota_wait_in_turn(sim_account_quota(&slot->account, &demand->now), demand->is_code,
        room + n_lacking, demand->number_index, demand->now.wall);
}

static usec_t wait_for(const struct dispatcher *dispatcher, const struct demand *demand)
{
    usec_t wait = USEC_INFINITY;
    uint64_t room = 0;

    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        room += room_of(dispatcher->slots[i], demand);
    if (room >= demand->n_parts)
        return 0;
    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        wait = MIN(wait, wait_of(dispatcher->slots[i], demand,
                             room_of(dispatcher->slots[i], demand),
                             demand->n_parts - (unsigned)room));
    return wait;
}

/* Whether its parts are no more than any window of some SIM has. */
static bool fits_at_all(const struct dispatcher *dispatcher, const struct outgoing_text *text)
{
    struct moment now = moment_now(&dispatcher->env->timebase);

    for (unsigned i = 0; i < dispatcher->n_slots; i++)
        if (modem_choice_is_up(dispatcher->slots[i]) &&
            quota_wait(sim_account_quota(&dispatcher->slots[i]->account, &now),
                text->kind == TEXT_CODE, outgoing_text_parts_left(text), NULL, now.wall) !=
                USEC_INFINITY)
            return true;
    return false;
}

usec_t capacity_wait(const struct dispatcher *dispatcher, const struct outgoing_text *text)
{
    struct demand demand = {.is_code = true,
        .n_parts = 1,
        .now = moment_now(&dispatcher->env->timebase)};

    if (text && !fits_at_all(dispatcher, text))
        return USEC_INFINITY;
    if (text) {
        demand.is_code = text->kind == TEXT_CODE;
        demand.n_parts = outgoing_text_parts_left(text) + parts_before(dispatcher, text);
        demand.number_index = text->number_index;
    }
    return wait_for(dispatcher, &demand);
}

void dispatcher_quota(
    const struct dispatcher *dispatcher, unsigned index, struct quota_view *ret)
{
    struct moment now = moment_now(&dispatcher->env->timebase);
    struct quota *quota = sim_account_quota(&dispatcher->slots[index]->account, &now);

    *ret = (struct quota_view){.limits = quota->limits};
    for (enum quota_window window = QUOTA_MINUTE; window <= QUOTA_RECIPIENTS; window++)
        ret->used[window] = quota_used(quota, window, now.wall);
    ret->code_wait = quota_wait(quota, true, 1, NULL, now.wall);
    ret->plain_wait = quota_wait(quota, false, 1, NULL, now.wall);
}

usec_t dispatcher_quota_wait(const struct dispatcher *dispatcher, const struct outgoing_text *text)
{
    usec_t wait = capacity_wait(dispatcher, text);

    return wait > CAPACITY_PATIENCE_USEC ? wait : 0;
}
