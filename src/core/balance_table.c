#include "core/balance_table.h"

static const struct db_sql store_sql = {
    "INSERT INTO sim_balances (sim, hundredths, at_wall) VALUES (?, ?, ?) "
    "ON CONFLICT (sim) DO UPDATE SET hundredths = excluded.hundredths, at_wall = excluded.at_wall"};
static const struct db_sql load_sql = {
    "SELECT hundredths, at_wall FROM sim_balances WHERE sim = ?"};

int balance_store(struct db *db, const char *sim, const struct balance_row *row)
{
    struct db_statement *s = db_use(db, &store_sql);

    db_bind_text(s, 1, sim);
    db_bind_int(s, 2, row->hundredths);
    db_bind_int(s, 3, (int64_t)row->at_wall);
    return db_run(s);
}

int balance_load(struct db *db, const char *sim, struct balance_row *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_sql);
    int r;

    db_bind_text(s, 1, sim);
    r = db_step(s);
    if (r > 0)
        *ret = (struct balance_row){
            .hundredths = db_column_int(s, 0), .at_wall = (usec_t)db_column_int(s, 1)};
    return r;
}
