#include "core/forecast.h"

void forecast_add_modem(struct forecast *forecast, usec_t busy, usec_t takes)
{
    forecast->modems[forecast->n_modems].free_in = busy;
    forecast->modems[forecast->n_modems].takes = takes;
    forecast->n_modems++;
}

usec_t forecast_next(struct forecast *forecast, unsigned n_parts, usec_t latest)
{
    unsigned first = 0;
    usec_t gone;

    if (forecast->n_modems == 0)
        return USEC_INFINITY;
    for (unsigned i = 1; i < forecast->n_modems; i++)
        if (forecast->modems[i].free_in < forecast->modems[first].free_in)
            first = i;
    gone = usec_add(forecast->modems[first].free_in, n_parts * forecast->modems[first].takes);
    if (gone <= latest)
        forecast->modems[first].free_in = gone;
    return gone;
}
