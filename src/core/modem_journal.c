#include "core/modem_journal.h"

#include "core/journal.h"

/* The event of a state; false for one that a modem only passes through. */
static bool event_of_state(enum modem_state state, enum event_kind *ret)
{
    switch (state) {
    case MODEM_ABSENT:
        *ret = EVENT_MODEM_ABSENT;
        return true;
    case MODEM_LOCKED:
        *ret = EVENT_MODEM_LOCKED;
        return true;
    case MODEM_SEARCHING:
        *ret = EVENT_MODEM_SEARCHING;
        return true;
    case MODEM_READY:
        *ret = EVENT_MODEM_READY;
        return true;
    case MODEM_RECOVERING:
        *ret = EVENT_MODEM_RECOVERING;
        return true;
    case MODEM_DISABLED:
        *ret = EVENT_MODEM_DISABLED;
        return true;
    case MODEM_OPENING:
    case MODEM_PROBING:
    case MODEM_CONFIGURING:
    case MODEM_SENDING:
        return false;
    }
    return false;
}

void modem_journal_note(
    struct modem_journal *journal, const struct environment *env, const struct modem *modem)
{
    const struct modem_status *status = modem_status(modem);
    struct journal_entry entry = {
        .object = modem_name(modem), .facts = {FACT_TEXT("reason", status->reason)}};

    if (!event_of_state(status->state, &entry.kind) ||
        (journal->has_told && journal->told == entry.kind))
        return;
    journal->has_told = true;
    journal->told = entry.kind;
    journal_post(env, &entry);
}
