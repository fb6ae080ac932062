/*
 * Where a text stands among those that wait, and when it will have been sent, by the times that the
 * modems took of late. Reads the dispatcher and its queue, changes nothing. On the loop's thread.
 * (dispatcher.h declares what callers above ask.)
 */
#pragma once

#include "core/dispatcher_state.h"
#include "core/forecast.h"

/* What is needed to tell the texts that will not be in time, in the order of the queue. */
struct lateness {
    const struct dispatcher *dispatcher;
    struct forecast forecast;
    struct moment now;
};

/*
 * Begins with the modems that are up, as busy as they are. One whose times are not known yet is
 * taken to need none, so that no text is given up by a guess.
 */
void lateness_begin(const struct dispatcher *dispatcher, struct lateness *ret);

/* Whether the next text of the queue will have gone only after its deadline, or never. */
bool lateness_judge(struct lateness *lateness, const struct outgoing_text *text);
