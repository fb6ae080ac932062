#include "core/journal_table.h"

#include "core/row.h"

#include <errno.h>
#include <string.h>

#define COLUMNS                                                                                    \
    "seq, at_wall, kind, object, client, actor_uid, number_masked, number_index, detail, key_id, " \
    "hash"

static const struct db_sql insert_sql = {
    "INSERT INTO journal (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
static const struct db_sql load_sql = {"SELECT " COLUMNS " FROM journal WHERE seq = ?"};
static const struct db_sql last_seq_sql = {"SELECT MAX(seq) FROM journal"};
static const struct db_sql first_seq_sql = {"SELECT MIN(seq) FROM journal"};
static const struct db_sql time_sql = {
    "SELECT seq, at_wall FROM journal WHERE seq >= ? ORDER BY seq LIMIT 1"};
static const struct db_sql each_sql = {
    "SELECT " COLUMNS " FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"};
static const struct db_sql hours_sql = {
    "SELECT kind, at_wall / 3600000000, COUNT(*) FROM journal WHERE seq >= ? GROUP BY 1, 2"};
static const struct db_sql delete_sql = {"DELETE FROM journal WHERE seq <= ?"};
static const struct db_sql end_load_sql = {
    "SELECT seq, hash, key_id, mac FROM journal_ends WHERE name = ?"};
static const struct db_sql end_store_sql = {
    "INSERT INTO journal_ends (name, seq, hash, key_id, mac) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, "
    "key_id = excluded.key_id, mac = excluded.mac"};

static const char *text_or_null(const char *text)
{
    return text[0] ? text : NULL;
}

int journal_insert(struct db *db, const struct journal_row *row)
{
    struct db_statement *s = db_use(db, &insert_sql);

    db_bind_int(s, 1, (int64_t)row->seq);
    db_bind_int(s, 2, (int64_t)row->at_wall);
    db_bind_text(s, 3, row->kind);
    db_bind_text(s, 4, text_or_null(row->object));
    db_bind_text(s, 5, text_or_null(row->client));
    if (row->has_actor)
        db_bind_int(s, 6, row->actor_uid);
    if (row->number_masked[0]) {
        db_bind_text(s, 7, row->number_masked);
        db_bind_blob(s, 8, row->number_index, sizeof(row->number_index));
    }
    db_bind_text(s, 9, text_or_null(row->detail));
    db_bind_int(s, 10, row->key_id);
    db_bind_blob(s, 11, row->hash, sizeof(row->hash));
    return db_run(s);
}

static void read_row(struct db_statement *s, struct journal_row *ret)
{
    *ret = (struct journal_row){.seq = (uint64_t)db_column_int(s, 0),
        .at_wall = (usec_t)db_column_int(s, 1),
        .has_actor = !db_column_is_null(s, 5),
        .actor_uid = (uid_t)db_column_int(s, 5),
        .key_id = (uint32_t)db_column_int(s, 9)};
    row_copy_text(s, 2, ret->kind, sizeof(ret->kind));
    row_copy_text(s, 3, ret->object, sizeof(ret->object));
    row_copy_text(s, 4, ret->client, sizeof(ret->client));
    row_copy_text(s, 6, ret->number_masked, sizeof(ret->number_masked));
    row_copy_text(s, 8, ret->detail, sizeof(ret->detail));
    (void)row_copy_blob(s, 7, ret->number_index, sizeof(ret->number_index));
    (void)row_copy_blob(s, 10, ret->hash, sizeof(ret->hash));
}

int journal_load(struct db *db, uint64_t seq, struct journal_row *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_sql);
    int r;

    db_bind_int(s, 1, (int64_t)seq);
    r = db_step(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    read_row(s, ret);
    return 0;
}

int journal_last_seq(struct db *db, uint64_t *ret_seq)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &last_seq_sql);
    int r = db_step(s);

    if (r < 0)
        return r;
    *ret_seq = (uint64_t)db_column_int(s, 0);
    return 0;
}

int journal_first_seq(struct db *db, int64_t *ret_seq)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &first_seq_sql);
    int r = db_step(s);

    if (r < 0 || db_column_is_null(s, 0))
        return MIN(r, 0);
    *ret_seq = db_column_int(s, 0);
    return 1;
}

/* Whether there is a row from `seq` on, which it is, and of when. */
static int load_time(struct db *db, int64_t seq, int64_t *ret_seq, usec_t *ret_at_wall)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &time_sql);
    int r;

    db_bind_int(s, 1, seq);
    r = db_step(s);
    if (r <= 0)
        return r;
    *ret_seq = db_column_int(s, 0);
    *ret_at_wall = (usec_t)db_column_int(s, 1);
    return 1;
}

int journal_seq_since(struct db *db, usec_t since_wall, uint64_t *ret_seq)
{
    int64_t first = 1, behind;
    uint64_t last;
    int r = journal_last_seq(db, &last);

    if (r >= 0)
        r = journal_first_seq(db, &first);
    if (r < 0)
        return r;
    first = MAX(first, 1);
    behind = (int64_t)last + 1;
    while (first < behind) {
        int64_t middle = first + (behind - first) / 2, seq;
        usec_t at_wall;

        r = load_time(db, middle, &seq, &at_wall);
        if (r < 0)
            return r;
        if (r == 0 || at_wall >= since_wall)
            behind = middle;
        else
            first = seq + 1;
    }
    *ret_seq = (uint64_t)first;
    return 0;
}

int journal_each(struct db *db, uint64_t after, unsigned max,
    int (*each)(void *userdata, const struct journal_row *row), void *userdata)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &each_sql);
    struct journal_row row;
    int r;

    db_bind_int(s, 1, (int64_t)after);
    db_bind_int(s, 2, max);
    while ((r = db_step(s)) > 0) {
        read_row(s, &row);
        r = each(userdata, &row);
        if (r != 0)
            return MIN(r, 0);
    }
    return r;
}

int journal_count_by_hour(struct db *db, uint64_t from,
    void (*each)(void *userdata, const char *kind, usec_t hour_wall, unsigned n), void *userdata)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &hours_sql);
    struct journal_row row;
    int r;

    db_bind_int(s, 1, (int64_t)from);
    while ((r = db_step(s)) > 0) {
        row_copy_text(s, 0, row.kind, sizeof(row.kind));
        each(userdata, row.kind, (usec_t)db_column_int(s, 1) * USEC_PER_HOUR,
            (unsigned)db_column_int(s, 2));
    }
    return r;
}

int journal_delete_through(struct db *db, uint64_t seq)
{
    struct db_statement *s = db_use(db, &delete_sql);

    db_bind_int(s, 1, (int64_t)seq);
    return db_run(s);
}

int journal_end_load(struct db *db, const char *name, struct journal_end *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &end_load_sql);
    struct journal_end end = {0};
    int r;

    db_bind_text(s, 1, name);
    r = db_step(s);
    if (r < 0)
        return r;
    if (r > 0) {
        end.seq = (uint64_t)db_column_int(s, 0);
        end.key_id = (uint32_t)db_column_int(s, 2);
        (void)row_copy_blob(s, 1, end.hash, sizeof(end.hash));
        (void)row_copy_blob(s, 3, end.mac, sizeof(end.mac));
    }
    *ret = end;
    return 0;
}

int journal_end_store(struct db *db, const char *name, const struct journal_end *end)
{
    struct db_statement *s = db_use(db, &end_store_sql);

    db_bind_text(s, 1, name);
    db_bind_int(s, 2, (int64_t)end->seq);
    db_bind_blob(s, 3, end->hash, sizeof(end->hash));
    db_bind_int(s, 4, end->key_id);
    db_bind_blob(s, 5, end->mac, sizeof(end->mac));
    return db_run(s);
}
