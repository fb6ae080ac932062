#include "modem/signal_history.h"

#include <stddef.h>

void signal_history_note(struct signal_history *history, usec_t now_wall, int dbm)
{
    unsigned last = (history->next + SIGNAL_HISTORY_SAMPLES - 1) % SIGNAL_HISTORY_SAMPLES;
    struct signal_sample *sample = &history->samples[last];

    if (history->n == 0 || sample->at_wall / USEC_PER_MINUTE != now_wall / USEC_PER_MINUTE) {
        sample = &history->samples[history->next];
        history->next = (history->next + 1) % SIGNAL_HISTORY_SAMPLES;
        if (history->n < SIGNAL_HISTORY_SAMPLES)
            history->n++;
    }
    *sample = (struct signal_sample){.at_wall = now_wall, .dbm = dbm};
}

const struct signal_sample *signal_history_get(const struct signal_history *history, unsigned place)
{
    unsigned oldest =
        (history->next + SIGNAL_HISTORY_SAMPLES - history->n) % SIGNAL_HISTORY_SAMPLES;

    return place < history->n ? &history->samples[(oldest + place) % SIGNAL_HISTORY_SAMPLES] : NULL;
}
