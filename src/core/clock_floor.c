#include "core/clock_floor.h"

#include "core/rollback.h"
#include "util/macros.h"

#define MARK "clock_floor_seq" /* the newest entry of the journal that does not count */

/* The newest texts and entries of the journal, which stand in the order in which they were made. */
static const struct db_sql read_sql = {
    "SELECT MAX((SELECT COALESCE(MAX(created_wall), 0) FROM messages), "
    "(SELECT COALESCE(MAX(at_wall), 0) FROM (SELECT at_wall FROM journal WHERE seq > "
    "COALESCE((SELECT value FROM meta WHERE key = '" MARK "'), 0) ORDER BY seq DESC LIMIT 1000)))"};

static const struct db_sql void_sql = {
    "UPDATE verifications SET expires_wall = MIN(expires_wall, ?1), expires_boot = 0 "
    "WHERE status = 'pending'"};

/* Wrong codes of one number keep a microsecond each; one that found no room would stay ahead. */
static const struct db_sql lower_sql[] = {
    {"UPDATE verifications SET created_wall = MIN(created_wall, ?1), "
     "expires_wall = MIN(expires_wall, ?1) WHERE created_wall > ?1 OR expires_wall > ?1"},
    {"UPDATE messages SET created_wall = ?1 WHERE created_wall > ?1"},
    {"UPDATE idempotency SET created_wall = ?1 WHERE created_wall > ?1"},
    {"UPDATE conversion_resets SET at_wall = ?1 WHERE at_wall > ?1"},
    {"UPDATE sim_parts SET at_wall = ?1 WHERE at_wall > ?1"},
    {"UPDATE OR IGNORE guesses SET at_wall = ?1 + rank FROM "
     "(SELECT number_index AS number, at_wall AS ahead, "
     "row_number() OVER (PARTITION BY number_index ORDER BY at_wall) AS rank "
     "FROM guesses WHERE at_wall > ?1) WHERE number_index = number AND at_wall = ahead"},
    {"UPDATE meta SET value = ?1 WHERE key = '" ROLLBACK_META_SINCE "' AND value > ?1"},
    {"INSERT INTO meta (key, value) SELECT '" MARK "', COALESCE(MAX(seq), 0) FROM journal "
     "WHERE ?1 > 0 ON CONFLICT (key) DO UPDATE SET value = excluded.value"},
};

int clock_floor_read(struct db *db, usec_t *ret_wall)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &read_sql);
    int r = db_step(s);

    if (r > 0)
        *ret_wall = (usec_t)db_column_int(s, 0);
    return r < 0 ? r : 0;
}

static int run(struct db *db, const struct db_sql *sql, usec_t now_wall)
{
    struct db_statement *s = db_use(db, sql);

    db_bind_int(s, 1, (int64_t)now_wall);
    return db_run(s);
}

int clock_floor_lower(struct db *db, usec_t now_wall, unsigned *ret_n_void)
{
    int r = run(db, &void_sql, now_wall);

    if (r >= 0)
        *ret_n_void = (unsigned)db_changes(db);
    for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(lower_sql); i++)
        r = run(db, &lower_sql[i], now_wall);
    return r < 0 ? r : 0;
}
