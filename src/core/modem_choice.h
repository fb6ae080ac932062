/*
 * Which modem is to have a text, and what the modems as a whole can do now. Reads, changes nothing.
 * On the loop's thread. (dispatcher.h declares what callers above ask.)
 */
#pragma once

#include "core/dispatcher_state.h"

/* Whether it can send, now or when it has done what it is at, and what its SIM may is known. */
bool modem_choice_is_up(const struct slot *slot);

/* How long until a barred SIM may be tried again; USEC_INFINITY: none is barred. */
usec_t modem_choice_trial_in(const struct dispatcher *dispatcher);

/* Whether any modem could take a text at once. */
bool modem_choice_any_free(const struct dispatcher *dispatcher);

/* How long until its SIM may send this text, whatever else it does; USEC_INFINITY: never. */
usec_t modem_choice_wait(
    struct slot *slot, const struct outgoing_text *text, const struct moment *now);

/*
 * How much each is meant for the number of a text, more is better; only where there is a choice is
 * the number opened.
 */
void modem_choice_affinities(const struct environment *env, struct slot *const *slots, unsigned n,
    const struct outgoing_text *text, unsigned *ret);

/*
 * Of the free modems that may have this text: the one that its number is meant for, then the one
 * with the fewest failures, the fastest, the least used. NULL: none; *retry_usec becomes how long
 * from now a free one may have it, where that is sooner than it said.
 */
struct slot *modem_choice_for(const struct dispatcher *dispatcher, const struct outgoing_text *text,
    const struct moment *now, usec_t *retry_usec);

/* Whether another modem is up that may have the text of this slot and has not refused it. */
bool modem_choice_has_other(const struct slot *slot);
