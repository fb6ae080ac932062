#include "core/key_table.h"

#include "core/row.h"

#include <errno.h>

#define COLUMNS "id, public_key, lasting_sealed, created_wall, dropped_wall"

static const struct db_sql load_sql = {"SELECT " COLUMNS " FROM keys WHERE id = ?"};
static const struct db_sql load_all_sql = {
    "SELECT " COLUMNS " FROM keys ORDER BY created_wall DESC, id LIMIT ?"};
static const struct db_sql store_sql = {
    "INSERT INTO keys (id, public_key, lasting_sealed, created_wall) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET lasting_sealed = excluded.lasting_sealed, dropped_wall = NULL"};
static const struct db_sql drop_sql = {"UPDATE keys SET dropped_wall = ? WHERE id = ?"};
/* The deadline, always true, has it read the index of the few that are pending. */
static const struct db_sql orphans_sql = {
    "SELECT count(*) FROM verifications WHERE status = 'pending' AND expires_wall > 0 "
    "AND key_id NOT IN (?, ?)"};
static const struct db_sql needed_sql = {
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM verifications WHERE status = 'pending' "
    "AND expires_wall > 0 AND key_id = ?1) "
    "OR EXISTS (SELECT 1 FROM messages WHERE status IN ('queued', 'sending') AND created_wall < "
    "?2) OR EXISTS (SELECT 1 FROM inbound_parts WHERE sealed IS NOT NULL AND received_wall < ?2)"};

static int read_row(struct db_statement *s, struct key_row *ret)
{
    *ret = (struct key_row){.id = (uint32_t)db_column_int(s, 0),
        .created_wall = (usec_t)db_column_int(s, 3),
        .dropped_wall = (usec_t)db_column_int(s, 4)};
    ret->has_lasting = row_copy_blob(s, 2, ret->lasting_sealed, sizeof(ret->lasting_sealed));
    return row_copy_blob(s, 1, ret->public_key, sizeof(ret->public_key)) ? 0 : -EUCLEAN;
}

int key_load(struct db *db, uint32_t id, struct key_row *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_sql);
    int r;

    db_bind_int(s, 1, id);
    r = db_step(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    return read_row(s, ret);
}

int key_store(struct db *db, const struct key_row *row)
{
    struct db_statement *s = db_use(db, &store_sql);

    db_bind_int(s, 1, row->id);
    db_bind_blob(s, 2, row->public_key, sizeof(row->public_key));
    db_bind_blob(s, 3, row->lasting_sealed, sizeof(row->lasting_sealed));
    db_bind_int(s, 4, (int64_t)row->created_wall);
    return db_run(s);
}

int key_set_dropped(struct db *db, uint32_t id, usec_t now_wall)
{
    struct db_statement *s = db_use(db, &drop_sql);

    db_bind_int(s, 1, (int64_t)now_wall);
    db_bind_int(s, 2, id);
    return db_run(s);
}

int key_load_all(struct db *db, struct key_row *ret_rows, unsigned max, unsigned *ret_n)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_all_sql);
    unsigned n = 0;
    int r;

    db_bind_int(s, 1, max);
    while ((r = db_step(s)) > 0 && n < max) {
        r = read_row(s, &ret_rows[n++]);
        if (r < 0)
            return r;
    }
    if (r < 0)
        return r;
    *ret_n = n;
    return 0;
}

int key_count_orphans(struct db *db, uint32_t current, uint32_t previous, unsigned *ret_n)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &orphans_sql);
    int r;

    db_bind_int(s, 1, current);
    db_bind_int(s, 2, previous);
    r = db_step(s);
    if (r <= 0)
        return r < 0 ? r : -EIO;
    *ret_n = (unsigned)db_column_int(s, 0);
    return 0;
}

int key_is_needed(struct db *db, uint32_t id, usec_t since_wall)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &needed_sql);

    db_bind_int(s, 1, id);
    db_bind_int(s, 2, (int64_t)since_wall);
    return db_step(s);
}
