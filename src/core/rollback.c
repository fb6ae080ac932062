#include "core/rollback.h"

#include "core/ending.h"
#include "core/journal.h"
#include "core/limit_table.h"
#include "core/row.h"
#include "core/verification_table.h"
#include "store/epoch.h"
#include "store/meta.h"

/* The deadline, always true, has it read the index of the few that are pending. */
static const struct db_sql pending_sql = {
    "SELECT id FROM verifications WHERE status = 'pending' AND expires_wall > 0 LIMIT 1"};

/* What a number leaves when a code is asked for, and when one is wrong. */
static const struct db_sql known_sql = {
    "SELECT 1 FROM messages WHERE number_index = ?1 AND created_wall > ?2 AND created_wall <= ?3 "
    "UNION ALL SELECT 1 FROM verifications WHERE number_index = ?1 AND created_wall > ?2 "
    "AND created_wall <= ?3 AND reverse_mac IS NOT NULL "
    "UNION ALL SELECT 1 FROM guesses WHERE number_index = ?1 AND at_wall > ?2 AND at_wall <= ?3 "
    "LIMIT 1"};
static const struct db_sql raise_sql = {
    "INSERT INTO streaks (number_index, failures) "
    "SELECT number_index, ?2 FROM messages WHERE created_wall > ?1 "
    "UNION SELECT number_index, ?2 FROM verifications WHERE created_wall > ?1 AND reverse_mac IS "
    "NOT NULL UNION SELECT number_index, ?2 FROM guesses WHERE at_wall > ?1 "
    "UNION SELECT number_index, ?2 FROM streaks WHERE true "
    "ON CONFLICT (number_index) DO UPDATE SET failures = max(failures, excluded.failures)"};

static int read_pending(struct db *db, char ret_id[static ID_SIZE])
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &pending_sql);
    int r = db_step(s);

    if (r > 0)
        row_copy_text(s, 0, ret_id, ID_SIZE);
    return r;
}

static int void_one(struct db *db, const struct environment *env, const char *id)
{
    struct verification verification;
    int r = verification_load(db, id, &verification);

    return r < 0 ? r : verification_end(db, env, &verification, VERIFICATION_EXPIRED, NULL);
}

/* How far the limit looks back. */
static usec_t span_of(const struct limit *guesses)
{
    usec_t span = 0;

    for (unsigned i = 0; i < guesses->n_windows; i++)
        span = MAX(span, guesses->windows[i].span);
    return span;
}

static int note(struct db *db, const struct moment *now, usec_t span)
{
    struct db_statement *s;
    int r = meta_write_int(db, ROLLBACK_META_SINCE, (int64_t)now->wall);

    if (r < 0)
        return r;
    s = db_use(db, &raise_sql);
    db_bind_int(s, 1, (int64_t)moment_back(now, span));
    db_bind_int(s, 2, ROLLBACK_STREAK);
    return db_run(s);
}

int rollback_settle(struct db *db, const struct environment *env, const struct limit *guesses,
    struct rollback *ret)
{
    struct journal_entry detected = {.kind = EVENT_DAEMON_ROLLBACK_DETECTED};
    int64_t mark;
    struct rollback rollback = {
        .is_detected = meta_read_int(db, EPOCH_META_ROLLED_BACK, &mark) > 0};
    struct moment now = moment_now(&env->timebase);
    char id[ID_SIZE];
    int r = 0;

    while (rollback.is_detected && (r = read_pending(db, id)) > 0) {
        r = void_one(db, env, id);
        if (r < 0)
            return r;
        rollback.n_void++;
    }
    if (r >= 0 && rollback.is_detected)
        r = note(db, &now, span_of(guesses));
    if (r >= 0 && rollback.is_detected) {
        detected.facts[0] = (struct journal_fact)FACT_NUMBER("codes_void", rollback.n_void);
        r = journal_write(db, env, &detected);
        if (r >= 0)
            r = meta_delete(db, EPOCH_META_ROLLED_BACK);
    }
    if (r < 0)
        return r;
    *ret = rollback;
    return 0;
}

static int is_known(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    usec_t since_wall, usec_t until_wall)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &known_sql);

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    db_bind_int(s, 2, (int64_t)since_wall);
    db_bind_int(s, 3, (int64_t)until_wall);
    return db_step(s);
}

int rollback_budget_load(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    const struct limit *guesses, const struct moment *now, struct rollback_budget *ret)
{
    const struct limit_subject of = {.number_index = number_index};
    struct rollback_budget budget = {.span = span_of(guesses)};
    int64_t since_wall = 0;
    int r = meta_read_int(db, ROLLBACK_META_SINCE, &since_wall);
    usec_t age = r > 0 ? moment_age(now, (usec_t)since_wall) : budget.span;

    *ret = (struct rollback_budget){0};
    if (r <= 0 || age >= budget.span)
        return MIN(r, 0);
    budget.wait = budget.span - age;
    r = is_known(
        db, number_index, usec_sub((usec_t)since_wall, budget.span), (usec_t)since_wall);
    if (r < 0)
        return r;
    budget.max = r > 0 ? 0 : ROLLBACK_GUESSES;
    r = limit_count(db, COUNT_GUESSES_OF_NUMBER, &of, age, now, &budget.used);
    if (r >= 0)
        *ret = budget;
    return r;
}

bool rollback_budget_is_met(const struct rollback_budget *budget)
{
    return budget->wait > 0 && budget->used >= budget->max;
}

int rollback_lift(struct db *db)
{
    return meta_delete(db, ROLLBACK_META_SINCE);
}
