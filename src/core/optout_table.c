#include "core/optout_table.h"

#include "core/row.h"

#include <errno.h>

static const struct db_sql exists_sql = {"SELECT 1 FROM optouts WHERE number_index = ?"};
static const struct db_sql insert_sql = {
    "INSERT INTO optouts (number_index, number_masked, is_by_reply, at_wall) VALUES (?, ?, ?, ?)"};
static const struct db_sql delete_sql = {"DELETE FROM optouts WHERE number_index = ?"};
static const struct db_sql load_sql = {
    "SELECT number_masked, is_by_reply, at_wall FROM optouts ORDER BY at_wall DESC LIMIT ?"};
static const struct db_sql count_sql = {"SELECT count(*) FROM optouts"};

int optout_exists(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE])
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &exists_sql);

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    return db_step(s);
}

int optout_insert(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    const struct optout *optout)
{
    int r = optout_exists(db, number_index);
    struct db_statement *s;

    if (r != 0)
        return MIN(r, 0);
    s = db_use(db, &insert_sql);
    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    db_bind_text(s, 2, optout->number_masked);
    db_bind_int(s, 3, optout->is_by_reply);
    db_bind_int(s, 4, (int64_t)optout->at_wall);
    r = db_run(s);
    return r < 0 ? r : 1;
}

int optout_delete(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE])
{
    struct db_statement *s = db_use(db, &delete_sql);
    int r;

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    r = db_run(s);
    return r < 0 ? r : db_changes(db) > 0;
}

int optout_load(
    struct db *db, struct optout *ret_rows, unsigned max, unsigned *ret_n, unsigned *ret_total)
{
    struct db_statement *s = db_use(db, &load_sql);
    unsigned n = 0;
    int r;

    db_bind_int(s, 1, max);
    while ((r = db_step(s)) > 0 && n < max) {
        struct optout *row = &ret_rows[n++];

        row_copy_text(s, 0, row->number_masked, sizeof(row->number_masked));
        row->is_by_reply = db_column_int(s, 1) != 0;
        row->at_wall = (usec_t)db_column_int(s, 2);
    }
    db_reset(s);
    if (r < 0)
        return r;
    s = db_use(db, &count_sql);
    r = db_step(s);
    if (r > 0)
        *ret_total = (unsigned)db_column_int(s, 0);
    db_reset(s);
    *ret_n = n;
    return MIN(r, 0);
}
