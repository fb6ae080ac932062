/*
 * A modem's states in the journal: those that last, each when it is another than the one told last.
 * So a modem that is looked for again and again and not found is told of once. On the loop's
 * thread.
 */
#pragma once

#include "core/environment.h"
#include "core/status.h"
#include "modem/modem.h"

/* What has been told of one modem; all zero at first. */
struct modem_journal {
    bool has_told;
    enum event_kind told;
};

/* Tells the journal of the state that the modem has come to. */
void modem_journal_note(
    struct modem_journal *journal, const struct environment *env, const struct modem *modem);
