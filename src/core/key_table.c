#include "core/key_table.h"

#include "core/row.h"

#include <errno.h>

static const struct db_sql insert_sql = {
    "INSERT INTO keys (id, public_key, created_wall) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"};
static const struct db_sql load_sql = {
    "SELECT id, public_key, created_wall FROM keys ORDER BY created_wall DESC, id LIMIT ?"};

int key_insert(struct db *db, const struct key_row *row)
{
    struct db_statement *s = db_use(db, &insert_sql);

    db_bind_int(s, 1, row->id);
    db_bind_blob(s, 2, row->public_key, sizeof(row->public_key));
    db_bind_int(s, 3, (int64_t)row->created_wall);
    return db_run(s);
}

int key_load_all(struct db *db, struct key_row *ret_rows, unsigned max, unsigned *ret_n)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_sql);
    unsigned n = 0;
    int r;

    db_bind_int(s, 1, max);
    while ((r = db_step(s)) > 0 && n < max) {
        struct key_row *row = &ret_rows[n++];

        row->id = (uint32_t)db_column_int(s, 0);
        row->created_wall = (usec_t)db_column_int(s, 2);
        if (!row_copy_blob(s, 1, row->public_key, sizeof(row->public_key)))
            return -EUCLEAN;
    }
    if (r < 0)
        return r;
    *ret_n = n;
    return 0;
}
