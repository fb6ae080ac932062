#include "core/attempt_table.h"

#include "core/row.h"

#include <errno.h>

static const struct db_sql load_sql = {
    "SELECT code_mac, result, attempts_left FROM attempts "
    "WHERE verification_id = ? AND attempt_id = ?"};
static const struct db_sql insert_sql = {
    "INSERT INTO attempts (verification_id, attempt_id, code_mac, result, attempts_left) "
    "VALUES (?, ?, ?, ?, ?)"};

int attempt_load(
    struct db *db, const char *verification_id, const char *attempt_id, struct attempt_row *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_sql);
    struct attempt_row row = {0};
    int r;

    db_bind_text(s, 1, verification_id);
    db_bind_text(s, 2, attempt_id);
    r = db_step(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    if (!row_copy_blob(s, 0, row.code_mac, sizeof(row.code_mac)) ||
        check_result_from_string(&row.result, db_column_text(s, 1)) < 0)
        return -EUCLEAN;
    row.attempts_left = (unsigned)db_column_int(s, 2);
    *ret = row;
    return 0;
}

int attempt_insert(struct db *db, const char *verification_id, const char *attempt_id,
    const struct attempt_row *row)
{
    struct db_statement *s = db_use(db, &insert_sql);

    db_bind_text(s, 1, verification_id);
    db_bind_text(s, 2, attempt_id);
    db_bind_blob(s, 3, row->code_mac, sizeof(row->code_mac));
    db_bind_text(s, 4, check_result_to_string(row->result));
    db_bind_int(s, 5, row->attempts_left);
    return db_run(s);
}
