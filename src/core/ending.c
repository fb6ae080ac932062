#include "core/ending.h"

#include "core/journal.h"
#include "core/verification_table.h"

#include <string.h>

/* The end of a text that waited for a modem. */
static int note_withdrawn(struct db *db, const struct environment *env,
    const struct verification *verification, const char *message_id)
{
    struct journal_entry entry = journal_entry_of(EVENT_MESSAGE_EXPIRED, verification, NULL);

    entry.object = message_id;
    entry.facts[0] = (struct journal_fact)FACT_TEXT("verification", verification->id);
    entry.facts[1] = (struct journal_fact)FACT_TEXT("error_class", "withdrawn");
    return journal_write(db, env, &entry);
}

int verification_end(struct db *db, const struct environment *env,
    struct verification *verification, enum verification_status status, const uid_t *actor)
{
    struct journal_entry entry =
        journal_entry_of(event_kind_of_verification(status), verification, actor);
    struct moment now = moment_now(&env->timebase);
    char withdrawn[ID_SIZE] = "";
    int r = verification_finish(
        db, verification->id, status, verification->attempts, now.wall, withdrawn);

    if (r < 0)
        return r;
    verification->status = status;
    if (status == VERIFICATION_APPROVED)
        statistics_observe_approval(env->statistics, moment_since(&verification->created, &now));
    entry.facts[0] = (struct journal_fact)FACT_NUMBER("attempts", verification->attempts);
    r = journal_write(db, env, &entry);
    return r < 0 || !withdrawn[0] ? r : note_withdrawn(db, env, verification, withdrawn);
}
