#include "core/pin_table.h"

#include <string.h>

static const struct db_sql load_sql = {
    "SELECT COALESCE(SUM(unanswered), 0), COALESCE(MAX(is_refused), 0) FROM sim_pins "
    "WHERE sim_digest IN (?1, ?2)"};
static const struct db_sql load_of_device_sql = {
    "SELECT COALESCE(SUM(unanswered), 0), COALESCE(MAX(is_refused), 0) FROM sim_pins "
    "WHERE ?1 = ?2 AND device_digest = ?2"};
static const struct db_sql sending_sql = {
    "INSERT INTO sim_pins (sim_digest, device_digest, unanswered, is_refused) "
    "VALUES (?1, ?2, 1, 0) ON CONFLICT (sim_digest) DO UPDATE SET "
    "device_digest = excluded.device_digest, unanswered = unanswered + 1"};
static const struct db_sql refused_sql = {
    "INSERT INTO sim_pins (sim_digest, device_digest, unanswered, is_refused) "
    "VALUES (?1, ?2, 0, 1) ON CONFLICT (sim_digest) DO UPDATE SET "
    "device_digest = excluded.device_digest, unanswered = 0, is_refused = 1"};
static const struct db_sql unsent_sql = {
    "UPDATE sim_pins SET unanswered = unanswered - 1 WHERE sim_digest = ?1 AND device_digest = ?2 "
    "AND unanswered > 0"};
static const struct db_sql taken_sql = {"DELETE FROM sim_pins WHERE sim_digest IN (?1, ?2)"};

static struct db_statement *use(
    struct db *db, const struct db_sql *sql, const struct pin_key *key)
{
    struct db_statement *s = db_use(db, sql);

    db_bind_blob(s, 1, key->sim, sizeof(key->sim));
    db_bind_blob(s, 2, key->device, sizeof(key->device));
    return s;
}

int pin_load(struct db *db, const struct pin_key *key, struct pin_row *ret)
{
    bool is_known = memcmp(key->sim, key->device, sizeof(key->sim)) != 0;
    _cleanup_(db_resetp) struct db_statement *s =
        use(db, is_known ? &load_sql : &load_of_device_sql, key);
    int r = db_step(s);

    if (r > 0)
        *ret = (struct pin_row){
            .unanswered = (unsigned)db_column_int(s, 0), .is_refused = db_column_int(s, 1) != 0};
    return r < 0 ? r : 0;
}

int pin_note_sending(struct db *db, const struct pin_key *key)
{
    return db_run(use(db, &sending_sql, key));
}

int pin_note_refused(struct db *db, const struct pin_key *key)
{
    return db_run(use(db, &refused_sql, key));
}

int pin_note_unsent(struct db *db, const struct pin_key *key)
{
    return db_run(use(db, &unsent_sql, key));
}

int pin_note_taken(struct db *db, const struct pin_key *key)
{
    return db_run(use(db, &taken_sql, key));
}
