#include "core/idempotency_table.h"

#include "core/row.h"
#include "smsotp/limits.h"

#include <errno.h>

static const struct db_sql load_sql = {
    "SELECT body_digest, verification_id, message_id, position, eta FROM idempotency "
    "WHERE client = ? AND key = ? AND created_wall > ?"};
static const struct db_sql insert_sql = {
    "INSERT INTO idempotency (client, key, body_digest, verification_id, message_id, position, "
    "eta, created_wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (client, key) DO UPDATE SET "
    "body_digest = excluded.body_digest, verification_id = excluded.verification_id, "
    "message_id = excluded.message_id, position = excluded.position, eta = excluded.eta, "
    "created_wall = excluded.created_wall"};
static const struct db_sql purge_sql = {
    "DELETE FROM idempotency WHERE (client, key) IN "
    "(SELECT client, key FROM idempotency WHERE created_wall <= ? LIMIT ?)"};

static int64_t oldest_remembered(const struct moment *now)
{
    return (int64_t)moment_back(now, SMSOTP_IDEMPOTENCY_SEC * USEC_PER_SEC);
}

int idempotency_load(struct db *db, const char *client, const char *key,
    const struct moment *now, struct idempotency_row *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_sql);
    struct idempotency_row row = {0};
    int r;

    db_bind_text(s, 1, client);
    db_bind_text(s, 2, key);
    db_bind_int(s, 3, oldest_remembered(now));
    r = db_step(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    if (!row_copy_blob(s, 0, row.body_digest, sizeof(row.body_digest)))
        return -EUCLEAN;
    row_copy_text(s, 1, row.verification_id, sizeof(row.verification_id));
    row_copy_text(s, 2, row.message_id, sizeof(row.message_id));
    row.position = (int)db_column_int(s, 3);
    row.eta_sec = (int)db_column_int(s, 4);
    *ret = row;
    return 0;
}

int idempotency_insert(struct db *db, const char *client, const char *key, usec_t now_wall,
    const struct idempotency_row *row)
{
    struct db_statement *s = db_use(db, &insert_sql);

    db_bind_text(s, 1, client);
    db_bind_text(s, 2, key);
    db_bind_blob(s, 3, row->body_digest, sizeof(row->body_digest));
    db_bind_text(s, 4, row->verification_id);
    db_bind_text(s, 5, row->message_id);
    db_bind_int(s, 6, row->position);
    db_bind_int(s, 7, row->eta_sec);
    db_bind_int(s, 8, (int64_t)now_wall);
    return db_run(s);
}

int idempotency_purge(struct db *db, const struct moment *now, unsigned max, unsigned *ret_n)
{
    struct db_statement *s = db_use(db, &purge_sql);
    int r;

    db_bind_int(s, 1, oldest_remembered(now));
    db_bind_int(s, 2, max);
    r = db_run(s);
    if (r < 0)
        return r;
    *ret_n = (unsigned)db_changes(db);
    return 0;
}
