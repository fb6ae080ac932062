#include "core/forecast.h"

#include "util/macros.h"

#include <stdbool.h>

void forecast_add_modem(struct forecast *forecast, usec_t busy, usec_t takes)
{
    forecast->modems[forecast->n_modems].free_in = busy;
    forecast->modems[forecast->n_modems].takes = takes;
    forecast->n_modems++;
}

/* When a modem may begin with a text, and how much that is meant to be by this one. */
struct chance {
    usec_t begins, takes;
    unsigned affinity;
};

static struct chance chance_of(
    const struct forecast *forecast, const struct forecast_text *text, unsigned i)
{
    usec_t wait = text->waits ? text->waits[i] : 0;

    return (struct chance){.begins = MAX(forecast->modems[i].free_in, wait),
        .takes = forecast->modems[i].takes,
        .affinity = text->affinities ? text->affinities[i] : 0};
}

static bool is_better(const struct chance *a, const struct chance *b)
{
    if (a->begins != b->begins)
        return a->begins < b->begins;
    if (a->affinity != b->affinity)
        return a->affinity > b->affinity;
    return a->takes < b->takes;
}

usec_t forecast_next(struct forecast *forecast, const struct forecast_text *text)
{
    usec_t soonest = USEC_INFINITY, best_gone = USEC_INFINITY;
    struct chance best = {.begins = USEC_INFINITY};
    unsigned chosen = 0;

    for (unsigned i = 0; i < forecast->n_modems; i++) {
        struct chance chance = chance_of(forecast, text, i);
        usec_t gone = usec_add(chance.begins, text->n_parts * chance.takes);

        soonest = MIN(soonest, gone);
        if (gone > text->latest || !is_better(&chance, &best))
            continue;
        best = chance;
        best_gone = gone;
        chosen = i;
    }
    if (best_gone == USEC_INFINITY)
        return soonest;
    /* While one waits for its modem, others go by that. */
    forecast->modems[chosen].free_in =
        usec_add(forecast->modems[chosen].free_in, text->n_parts * best.takes);
    return best_gone;
}
