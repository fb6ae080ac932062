/*
 * Which modem is to have the next text, and what the modems as a whole can do now. Reads, changes
 * nothing. On the loop's thread. (dispatcher.h declares what callers above ask.)
 */
#pragma once

#include "core/dispatcher_state.h"

/* Of the free modems not in `passed` (bits): the one refused least, then the least used; or NULL. */
struct slot *modem_choice_free(const struct dispatcher *dispatcher, uint64_t passed);

/* Whether it can send, now or when it has done what it is at. */
bool modem_choice_is_up(const struct slot *slot);

/* Whether another modem is up that has not refused the text of this slot. */
bool modem_choice_has_other(const struct slot *slot);
