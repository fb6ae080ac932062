#include "core/quota_table.h"

#include "core/row.h"

/* A part that is tried again through another SIM counts there alone. */
static const struct db_sql insert_sql = {
    "INSERT INTO sim_parts (message_id, part, sim, at_wall, number_index) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (message_id, part) DO UPDATE SET sim = excluded.sim, at_wall = excluded.at_wall, "
    "number_index = excluded.number_index"};
static const struct db_sql remove_sql = {
    "DELETE FROM sim_parts WHERE message_id = ? AND part >= ?"};
static const struct db_sql heed_clock_sql = {
    "UPDATE sim_parts SET at_wall = ?1 WHERE sim = ?2 AND at_wall > ?1"};
static const struct db_sql load_sql = {
    "SELECT at_wall FROM sim_parts WHERE sim = ? AND at_wall > ? ORDER BY at_wall"};
static const struct db_sql load_recipients_sql = {
    "SELECT number_index, MAX(at_wall) FROM sim_parts WHERE sim = ? AND at_wall > ? "
    "AND number_index IS NOT NULL GROUP BY number_index"};
static const struct db_sql purge_sql = {
    "DELETE FROM sim_parts WHERE (message_id, part) IN "
    "(SELECT message_id, part FROM sim_parts WHERE at_wall <= ? LIMIT ?)"};

int quota_insert(struct db *db, const struct quota_entry *entry, usec_t now_wall)
{
    for (unsigned i = 0; i < entry->n_parts; i++) {
        struct db_statement *s = db_use(db, &insert_sql);
        int r;

        db_bind_text(s, 1, entry->message_id);
        db_bind_int(s, 2, entry->first_part + i);
        db_bind_text(s, 3, entry->sim);
        db_bind_int(s, 4, (int64_t)now_wall);
        if (entry->number_index)
            db_bind_blob(s, 5, entry->number_index, OTP_NUMBER_INDEX_SIZE);
        else
            db_bind_null(s, 5);
        r = db_run(s);
        if (r < 0)
            return r;
    }
    return 0;
}

int quota_remove(struct db *db, const char *message_id, unsigned first_part)
{
    struct db_statement *s = db_use(db, &remove_sql);

    db_bind_text(s, 1, message_id);
    db_bind_int(s, 2, first_part);
    return db_run(s);
}

/* When it was, by a clock that had always been as it is now. */
static usec_t wall_of(struct db_statement *s, int column, const struct moment *now)
{
    return usec_sub(now->wall, moment_age(now, (usec_t)db_column_int(s, column)));
}

static int load_recipients(
    struct db *db, const char *sim, const struct moment *now, struct quota *quota)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_recipients_sql);
    int r;

    db_bind_text(s, 1, sim);
    db_bind_int(s, 2, (int64_t)moment_back(now, QUOTA_MONTH_USEC));
    while ((r = db_step(s)) > 0) {
        uint8_t number_index[OTP_NUMBER_INDEX_SIZE];

        if (!row_copy_blob(s, 0, number_index, sizeof(number_index)))
            continue; /* a damaged row counts as a part all the same */
        r = quota_note_recipient(quota, number_index, wall_of(s, 1, now));
        if (r < 0)
            return r;
    }
    return r;
}

static int load_parts(
    struct db *db, const char *sim, const struct moment *now, struct quota *quota)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_sql);
    int r;

    db_bind_text(s, 1, sim);
    db_bind_int(s, 2, (int64_t)moment_back(now, QUOTA_MONTH_USEC));
    while ((r = db_step(s)) > 0) {
        r = quota_note_part(quota, wall_of(s, 0, now));
        if (r < 0)
            return r;
    }
    return r;
}

int quota_load(struct db *db, const char *sim, const struct moment *now, struct quota *quota)
{
    struct db_statement *s = db_use(db, &heed_clock_sql);
    int r;

    db_bind_int(s, 1, (int64_t)now->wall);
    db_bind_text(s, 2, sim);
    r = db_run(s);
    if (r >= 0)
        r = load_parts(db, sim, now, quota);
    if (r >= 0 && quota->limits.max[QUOTA_RECIPIENTS] > 0)
        r = load_recipients(db, sim, now, quota);
    return r;
}

int quota_purge(struct db *db, const struct moment *now, unsigned max, unsigned *ret_n)
{
    struct db_statement *s = db_use(db, &purge_sql);
    int r;

    db_bind_int(s, 1, (int64_t)moment_back(now, QUOTA_MONTH_USEC));
    db_bind_int(s, 2, max);
    r = db_run(s);
    if (r < 0)
        return r;
    *ret_n = (unsigned)db_changes(db);
    return 0;
}
