#include "core/rollback.h"

#include "core/ending.h"
#include "core/journal.h"
#include "core/limit_table.h"
#include "core/row.h"
#include "core/verification_table.h"

static const struct db_sql mark_sql = {"SELECT 1 FROM meta WHERE key = 'rolled_back'"};
static const struct db_sql settle_sql = {"DELETE FROM meta WHERE key = 'rolled_back'"};
/* The deadline, always true, has it read the index of the few that are pending. */
static const struct db_sql pending_sql = {
    "SELECT id FROM verifications WHERE status = 'pending' AND expires_wall > 0 LIMIT 1"};

static int read_pending(struct db *db, char ret_id[static ID_SIZE])
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &pending_sql);
    int r = db_step(s);

    if (r > 0)
        row_copy_text(s, 0, ret_id, ID_SIZE);
    return r;
}

/* NIST SP 800-63B-4 §3.2.2 allows 100 in a row; who allows thousands does not count on this limit. */
#define MOST_MAX 1000

/* The most that any window allows fills them all. */
static unsigned most(const struct limit *limit)
{
    unsigned max = 0;

    for (unsigned i = 0; i < limit->n_windows; i++)
        max = MAX(max, limit->windows[i].max);
    return MIN(max, MOST_MAX);
}

static int void_one(
    struct db *db, const struct environment *env, const char *id, const struct limit *guesses)
{
    usec_t now_wall = moment_now(&env->timebase).wall;
    struct verification verification;
    int r = verification_load(db, id, &verification);

    for (unsigned i = 0; r >= 0 && i < most(guesses); i++)
        r = guess_insert(db, verification.number_index, verification.client, now_wall);
    return r < 0 ? r : verification_end(db, env, &verification, VERIFICATION_EXPIRED, NULL);
}

int rollback_settle(struct db *db, const struct environment *env, const struct limit *guesses,
    struct rollback *ret)
{
    struct journal_entry detected = {.kind = EVENT_DAEMON_ROLLBACK_DETECTED};
    struct db_statement *s = db_use(db, &mark_sql);
    struct rollback rollback = {.is_detected = db_step(s) > 0};
    char id[ID_SIZE];
    int r = 0;

    db_reset(s);
    while (rollback.is_detected && (r = read_pending(db, id)) > 0) {
        r = void_one(db, env, id, guesses);
        if (r < 0)
            return r;
        rollback.n_void++;
    }
    if (r >= 0 && rollback.is_detected) {
        detected.facts[0] = (struct journal_fact)FACT_NUMBER("codes_void", rollback.n_void);
        r = journal_write(db, env, &detected);
        if (r >= 0)
            r = db_run(db_use(db, &settle_sql));
    }
    if (r < 0)
        return r;
    *ret = rollback;
    return 0;
}
