#include "core/streak_table.h"

static const struct db_sql load_sql = {"SELECT failures FROM streaks WHERE number_index = ?"};
static const struct db_sql add_sql = {
    "INSERT INTO streaks (number_index, failures) VALUES (?, 1) "
    "ON CONFLICT (number_index) DO UPDATE SET failures = failures + 1"};
static const struct db_sql end_sql = {"DELETE FROM streaks WHERE number_index = ?"};

int streak_load(
    struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], unsigned *ret_n)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_sql);
    int r;

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    r = db_step(s);
    if (r >= 0)
        *ret_n = r > 0 ? (unsigned)db_column_int(s, 0) : 0;
    return r < 0 ? r : 0;
}

int streak_add(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE])
{
    struct db_statement *s = db_use(db, &add_sql);

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    return db_run(s);
}

int streak_end(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE])
{
    struct db_statement *s = db_use(db, &end_sql);

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    return db_run(s);
}
