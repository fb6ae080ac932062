#include "core/part_table.h"

#include "core/row.h"

#include <errno.h>
#include <stdio.h>

static const struct db_sql insert_sql = {
    "INSERT INTO message_parts (message_id, part, message_reference) VALUES (?, ?, ?) "
    "ON CONFLICT (message_id, part) DO UPDATE SET message_reference = excluded.message_reference"};
static const struct db_sql match_sql = {
    "SELECT message_id, part FROM (SELECT p.message_id, p.part, p.status, m.status AS whole "
    "FROM message_parts p JOIN messages m ON m.id = p.message_id "
    "WHERE m.created_wall > ?1 AND m.modem = ?2 AND p.message_reference = ?3 "
    "AND m.number_index IN (?4, ?5, ?6) ORDER BY m.created_wall DESC, p.part LIMIT 1) AS newest "
    "WHERE status IS NULL AND whole IN ('queued', 'sending', 'sent', 'unknown')"};
static const struct db_sql set_sql = {
    "UPDATE message_parts SET status = ?, error_text = ? WHERE message_id = ? AND part = ?"};
/* One that failed decides; else the first that is not delivered, whose status is NULL. */
static const struct db_sql worst_sql = {
    "SELECT p.status, p.error_text, m.status FROM message_parts p "
    "JOIN messages m ON m.id = p.message_id WHERE p.message_id = ? "
    "ORDER BY CASE WHEN p.status = 'delivered' THEN 2 WHEN p.status IS NULL THEN 1 ELSE 0 END, "
    "p.part LIMIT 1"};
static const struct db_sql purge_sql = {"DELETE FROM message_parts WHERE NOT EXISTS "
                                        "(SELECT 1 FROM messages m WHERE m.id = message_id)"};

int part_insert(struct db *db, const char *message_id, unsigned part, uint8_t reference)
{
    struct db_statement *s = db_use(db, &insert_sql);

    db_bind_text(s, 1, message_id);
    db_bind_int(s, 2, part);
    db_bind_int(s, 3, reference);
    return db_run(s);
}

static int find(struct db *db, const struct message_match *match, usec_t now_wall,
    char ret_id[static ID_SIZE], int64_t *ret_part)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &match_sql);
    int r;

    message_match_bind(s, match, now_wall, true);
    r = db_step(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    row_copy_text(s, 0, ret_id, ID_SIZE);
    *ret_part = db_column_int(s, 1);
    return 0;
}

/* 1: the reports that have come settle a text that is sent, or a failure one that may be. */
static int judge(struct db *db, const char *message_id, struct message_outcome *ret,
    char *ret_text, size_t n_text)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &worst_sql);
    enum message_status now;
    int r;

    db_bind_text(s, 1, message_id);
    r = db_step(s);
    if (r <= 0 || !db_column_text(s, 0))
        return MIN(r, 0);
    *ret = (struct message_outcome){.reference = -1};
    if (message_status_from_string(&ret->status, db_column_text(s, 0)) < 0 ||
        message_status_from_string(&now, db_column_text(s, 2)) < 0)
        return -EUCLEAN;
    if (ret->status != MESSAGE_DELIVERED) {
        row_copy_text(s, 1, ret_text, n_text);
        ret->error_class = "report";
        ret->error_text = ret_text;
    }
    return now == MESSAGE_SENT || (now == MESSAGE_UNKNOWN && ret->status != MESSAGE_DELIVERED);
}

int part_settle(struct db *db, const char *message_id, usec_t now_wall,
    enum message_status *ret_status, struct message_subject *ret)
{
    struct message_outcome outcome;
    char text[96] = "";
    int r = judge(db, message_id, &outcome, text, sizeof(text));

    if (r <= 0)
        return r;
    r = message_set_reported(db, message_id, &outcome, now_wall, ret);
    if (r < 0)
        return r;
    *ret_status = outcome.status;
    return 1;
}

int part_set_delivery(struct db *db, const struct message_match *match,
    const struct message_outcome *outcome, usec_t now_wall, struct message_subject *ret)
{
    struct message_subject subject = {.id = ""};
    enum message_status status;
    struct db_statement *s;
    char id[ID_SIZE];
    int64_t part;
    int r = find(db, match, now_wall, id, &part);

    if (r < 0)
        return r;
    s = db_use(db, &set_sql);
    db_bind_text(s, 1, message_status_to_string(outcome->status));
    db_bind_text(s, 2, outcome->error_text);
    db_bind_text(s, 3, id);
    db_bind_int(s, 4, part);
    r = db_run(s);
    if (r >= 0)
        r = part_settle(db, id, now_wall, &status, &subject);
    if (r < 0)
        return r;
    *ret = subject;
    return 0;
}

int part_purge(struct db *db)
{
    return db_run(db_use(db, &purge_sql));
}
