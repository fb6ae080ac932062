#include "core/message_table.h"

#include "core/row.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SUBJECT "id, verification_id, client, number_masked, number_index"

/* Of any text that begins to wait; ?1 to ?12 are bound by use_insert(). */
#define WAITING_COLUMNS                                                                            \
    "id, client, number_index, number_masked, encoding, segments, priority, created_wall, "        \
    "deadline_wall, deadline_boot, boot_id, prefix_index, status, segments_sent, tries"
#define WAITING_VALUES "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'queued', 0, 0"
static const struct db_sql insert_sql = {
    "INSERT INTO messages (" WAITING_COLUMNS ", verification_id, generation) "
    "VALUES (" WAITING_VALUES ", ?13, ?14)"};
static const struct db_sql latest_sql = {
    "SELECT id, status, encoding, segments, error_class, error_text FROM messages "
    "WHERE verification_id = ? ORDER BY id DESC LIMIT 1"};
static const struct db_sql hand_over_sql = {
    "UPDATE messages SET status = 'sending', modem = ?, tries = tries + 1 "
    "WHERE id = ? AND status IN ('queued', 'sending') AND (verification_id IS NULL OR EXISTS "
    "(SELECT 1 FROM verifications v WHERE v.id = verification_id AND v.status = 'pending')) "
    "RETURNING " SUBJECT};
static const struct db_sql any_left_sql = {"SELECT 1 FROM messages WHERE verification_id = ? "
    "AND status IN ('sending', 'sent', 'delivered', 'unknown') LIMIT 1"};
static const struct db_sql withdraw_sql = {
    "UPDATE messages SET status = 'expired', finished_wall = ?, error_class = 'withdrawn', "
    "error_text = (SELECT v.status FROM verifications v WHERE v.id = verification_id) "
    "WHERE id = ? AND status IN ('queued', 'sending') AND EXISTS "
    "(SELECT 1 FROM verifications v WHERE v.id = verification_id AND v.status <> 'pending') "
    "RETURNING " SUBJECT};
static const struct db_sql outcome_sql = {
    "UPDATE messages SET status = ?1, message_reference = ?2, error_class = ?3, error_text = ?4, "
    "sent_wall = CASE WHEN ?1 = 'sent' THEN ?5 ELSE sent_wall END, "
    "finished_wall = CASE WHEN ?1 IN ('queued', 'sending') THEN NULL ELSE ?5 END, modem = ?6, "
    "number_sealed = CASE WHEN ?1 IN ('queued', 'sending') THEN number_sealed ELSE NULL END, "
    "body_sealed = CASE WHEN ?1 IN ('queued', 'sending') THEN body_sealed ELSE NULL END "
    "WHERE id = ?7 RETURNING " SUBJECT};
#define REPORTED "created_wall > ?1 AND modem = ?2 "
#define REPORTED_NUMBER "number_index IN (?4, ?5, ?6) "
/* A report that comes twice is not one of an older text: the newest, if it waits for one. */
static const struct db_sql match_sql = {
    "SELECT id FROM (SELECT id, status FROM messages WHERE " REPORTED "AND message_reference = ?3 "
    "AND " REPORTED_NUMBER "ORDER BY created_wall DESC LIMIT 1) AS newest WHERE status = 'sent'"};
static const struct db_sql match_any_number_sql = {
    "SELECT id FROM messages WHERE " REPORTED "AND message_reference = ?3 AND status = 'sent' "
    "AND NOT EXISTS (SELECT 1 FROM messages WHERE " REPORTED "AND message_reference = ?3 "
    "AND status <> 'sent') LIMIT 2"};
/* No report of a text that had one already, nor of another part of a long one. */
static const struct db_sql match_unknown_sql = {
    "SELECT id FROM messages WHERE " REPORTED "AND message_reference IS NULL "
    "AND status = 'unknown' AND segments = 1 AND " REPORTED_NUMBER
    "AND NOT EXISTS (SELECT 1 FROM messages WHERE " REPORTED "AND " REPORTED_NUMBER
    "AND (message_reference = ?3 OR segments > 1)) LIMIT 2"};
static const struct db_sql delivery_sql = {
    "UPDATE messages SET status = ?, error_class = ?, error_text = ?, finished_wall = ? "
    "WHERE id = ? RETURNING " SUBJECT};
static const struct db_sql settle_sql = {
    "UPDATE messages SET status = 'unknown', finished_wall = ?, error_class = 'interrupted', "
    "error_text = 'the gateway stopped while the modem had the text', number_sealed = NULL, "
    "body_sealed = NULL WHERE status = 'sending' "
    "RETURNING " SUBJECT};
static const struct db_sql queued_sql = {
    "SELECT m.id, m.verification_id, m.generation, m.segments, m.tries, m.deadline_wall, "
    "m.deadline_boot, m.boot_id, m.number_masked, m.number_index, v.purpose, v.locale, "
    "v.reference, v.number_sealed, v.key_id, v.code_length, v.context_digest, v.context "
    "FROM messages m JOIN verifications v ON v.id = m.verification_id "
    "WHERE m.status = 'queued' AND v.status = 'pending' ORDER BY m.id"};

/* A plain text has all in its own row. */
static const struct db_sql insert_plain_sql = {
    "INSERT INTO messages (" WAITING_COLUMNS ", generation, number_sealed, body_sealed, reference) "
    "VALUES (" WAITING_VALUES ", 0, ?13, ?14, ?15)"};
static const struct db_sql queued_plain_sql = {
    "SELECT id, segments, tries, deadline_wall, deadline_boot, boot_id, number_masked, "
    "number_index, number_sealed, body_sealed, reference FROM messages "
    "WHERE status = 'queued' AND verification_id IS NULL ORDER BY id"};
#define ROW                                                                                        \
    "SELECT id, status, encoding, segments, error_class, error_text, verification_id, client, "    \
    "number_masked, reference, created_wall, deadline_wall FROM messages "
static const struct db_sql load_sql = {ROW "WHERE id = ?"};
static const struct db_sql by_reference_sql = {
    ROW "WHERE reference = ? AND client = ? ORDER BY id DESC LIMIT 1"};
static const struct db_sql by_any_reference_sql = {
    ROW "WHERE reference = ? ORDER BY id DESC LIMIT 1"};
static const struct db_sql purge_plain_sql = {
    "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE created_wall < ?1 AND "
    "verification_id IS NULL AND finished_wall < ?1 ORDER BY created_wall LIMIT ?2)"};

int outgoing_text_new(
    struct outgoing_text **ret, const struct verification *v, const char *context_json)
{
    _cleanup_(outgoing_text_freep) struct outgoing_text *text = calloc(1, sizeof(*text));

    if (!text)
        return -ENOMEM;
    list_init(&text->link);
    id_make(ID_PREFIX_MESSAGE, v->last_send.wall, text->id);
    text->asked_boot = v->last_send.boot;
    memcpy(text->verification_id, v->id, sizeof(text->verification_id));
    memcpy(text->purpose, v->purpose, sizeof(text->purpose));
    memcpy(text->locale, v->locale, sizeof(text->locale));
    memcpy(text->reference, v->reference, sizeof(text->reference));
    memcpy(text->number_masked, v->number_masked, sizeof(text->number_masked));
    memcpy(text->number_sealed, v->number_sealed, sizeof(text->number_sealed));
    memcpy(text->number_index, v->number_index, sizeof(text->number_index));
    memcpy(text->prefix_index, v->prefix_index, sizeof(text->prefix_index));
    memcpy(text->context_digest, v->context_digest, sizeof(text->context_digest));
    text->key_id = v->key_id;
    text->generation = v->generation;
    text->code_length = v->code_length;
    text->deadline = v->expires;
    text->context_json = strdup(context_json);
    if (!text->context_json)
        return -ENOMEM;
    *ret = TAKE_PTR(text);
    return 0;
}

unsigned outgoing_text_parts_left(const struct outgoing_text *text)
{
    return text->segments - MIN(text->parts_sent, text->segments);
}

struct outgoing_text *outgoing_text_free(struct outgoing_text *text)
{
    if (!text)
        return NULL;
    free(text->context_json);
    free(text->body_sealed);
    free(text);
    return NULL;
}

static struct db_statement *use_insert(struct db *db, const struct db_sql *sql,
    const char *client, const struct outgoing_text *text, enum sms_encoding encoding,
    usec_t now_wall)
{
    struct db_statement *s = db_use(db, sql);

    db_bind_text(s, 1, text->id);
    db_bind_text(s, 2, client);
    db_bind_blob(s, 3, text->number_index, sizeof(text->number_index));
    db_bind_text(s, 4, text->number_masked);
    db_bind_text(s, 5, sms_encoding_to_string(encoding));
    db_bind_int(s, 6, text->segments);
    db_bind_int(s, 7, text->kind);
    db_bind_int(s, 8, (int64_t)now_wall);
    db_bind_int(s, 9, (int64_t)text->deadline.wall);
    db_bind_int(s, 10, (int64_t)text->deadline.boot);
    db_bind_blob(s, 11, text->deadline.boot_id, BOOT_ID_SIZE);
    db_bind_blob(s, 12, text->prefix_index, sizeof(text->prefix_index));
    return s;
}

int message_insert(struct db *db, const char *client, const struct outgoing_text *text,
    enum sms_encoding encoding, usec_t now_wall)
{
    struct db_statement *s = use_insert(db, &insert_sql, client, text, encoding, now_wall);

    db_bind_text(s, 13, text->verification_id);
    db_bind_int(s, 14, text->generation);
    return db_run(s);
}

int message_insert_plain(struct db *db, const char *client, const struct outgoing_text *text,
    enum sms_encoding encoding, usec_t now_wall)
{
    struct db_statement *s = use_insert(db, &insert_plain_sql, client, text, encoding, now_wall);

    db_bind_blob(s, 13, text->number_sealed, sizeof(text->number_sealed));
    db_bind_blob(s, 14, text->body_sealed, text->n_body_sealed);
    db_bind_text(s, 15, text->reference[0] ? text->reference : NULL);
    return db_run(s);
}

static int read_row(struct db_statement *s, struct message_row *ret)
{
    struct message_row row = {0};
    int r = db_step(s);

    if (r > 0) {
        row_copy_text(s, 0, row.message.id, sizeof(row.message.id));
        if (message_status_from_string(&row.message.status, db_column_text(s, 1)) < 0 ||
            sms_encoding_from_string(&row.message.encoding, db_column_text(s, 2)) < 0)
            r = -EUCLEAN;
        row.message.segments = (unsigned)db_column_int(s, 3);
        row_copy_text(s, 4, row.message.error_class, sizeof(row.message.error_class));
        row_copy_text(s, 5, row.message.error_text, sizeof(row.message.error_text));
        row_copy_text(s, 6, row.verification_id, sizeof(row.verification_id));
        row_copy_text(s, 7, row.client, sizeof(row.client));
        row_copy_text(s, 8, row.number_masked, sizeof(row.number_masked));
        row_copy_text(s, 9, row.reference, sizeof(row.reference));
        row.created_wall = (usec_t)db_column_int(s, 10);
        row.expires_wall = (usec_t)db_column_int(s, 11);
    }
    db_reset(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    *ret = row;
    return 0;
}

int message_load(struct db *db, const char *id, struct message_row *ret)
{
    struct db_statement *s = db_use(db, &load_sql);

    db_bind_text(s, 1, id);
    return read_row(s, ret);
}

int message_load_by_reference(
    struct db *db, const char *client, const char *reference, struct message_row *ret)
{
    struct db_statement *s = db_use(db, client ? &by_reference_sql : &by_any_reference_sql);

    db_bind_text(s, 1, reference);
    if (client)
        db_bind_text(s, 2, client);
    return read_row(s, ret);
}

int message_purge_plain(struct db *db, usec_t finished_before_wall, unsigned max, unsigned *ret_n)
{
    struct db_statement *s = db_use(db, &purge_plain_sql);
    int r;

    db_bind_int(s, 1, (int64_t)finished_before_wall);
    db_bind_int(s, 2, max);
    r = db_run(s);
    if (r < 0)
        return r;
    *ret_n = (unsigned)db_changes(db);
    return 0;
}

int message_load_latest(struct db *db, const char *verification_id, struct message *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &latest_sql);
    struct message message = {0};
    int r;

    db_bind_text(s, 1, verification_id);
    r = db_step(s);
    if (r < 0)
        return r;
    if (r > 0) {
        row_copy_text(s, 0, message.id, sizeof(message.id));
        if (message_status_from_string(&message.status, db_column_text(s, 1)) < 0 ||
            sms_encoding_from_string(&message.encoding, db_column_text(s, 2)) < 0)
            return -EUCLEAN;
        message.segments = (unsigned)db_column_int(s, 3);
        row_copy_text(s, 4, message.error_class, sizeof(message.error_class));
        row_copy_text(s, 5, message.error_text, sizeof(message.error_text));
    }
    *ret = message;
    return 0;
}

static void read_subject(struct db_statement *s, struct message_subject *ret)
{
    *ret = (struct message_subject){0};
    row_copy_text(s, 0, ret->id, sizeof(ret->id));
    row_copy_text(s, 1, ret->verification_id, sizeof(ret->verification_id));
    row_copy_text(s, 2, ret->client, sizeof(ret->client));
    row_copy_text(s, 3, ret->number_masked, sizeof(ret->number_masked));
    (void)row_copy_blob(s, 4, ret->number_index, sizeof(ret->number_index));
}

/* Runs an UPDATE of one row that answers whose it is; -ENOENT when it touched none. */
static int update_one(struct db_statement *s, struct message_subject *ret)
{
    struct message_subject subject;
    int r = db_step(s);

    if (r > 0)
        read_subject(s, &subject);
    db_reset(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    *ret = subject;
    return 0;
}

int message_hand_over(
    struct db *db, const char *id, const char *modem, struct message_subject *ret)
{
    struct db_statement *s = db_use(db, &hand_over_sql);

    db_bind_text(s, 1, modem);
    db_bind_text(s, 2, id);
    return update_one(s, ret);
}

int message_any_left(struct db *db, const char *verification_id)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &any_left_sql);

    db_bind_text(s, 1, verification_id);
    return db_step(s);
}

int message_withdraw(
    struct db *db, const char *id, usec_t now_wall, struct message_subject *ret)
{
    struct db_statement *s = db_use(db, &withdraw_sql);

    db_bind_int(s, 1, (int64_t)now_wall);
    db_bind_text(s, 2, id);
    return update_one(s, ret);
}

int message_set_outcome(struct db *db, const char *id, const struct message_outcome *outcome,
    usec_t now_wall, struct message_subject *ret)
{
    struct db_statement *s = db_use(db, &outcome_sql);

    db_bind_text(s, 1, message_status_to_string(outcome->status));
    if (outcome->reference >= 0)
        db_bind_int(s, 2, outcome->reference);
    else
        db_bind_null(s, 2);
    db_bind_text(s, 3, outcome->error_class);
    db_bind_text(s, 4, outcome->error_text);
    db_bind_int(s, 5, (int64_t)now_wall);
    db_bind_text(s, 6, outcome->modem);
    db_bind_text(s, 7, id);
    return update_one(s, ret);
}

void message_match_bind(
    struct db_statement *s, const struct message_match *match, usec_t now_wall, bool by_number)
{
    db_bind_int(s, 1, (int64_t)usec_sub(now_wall, MESSAGE_REPORT_AGE_MAX));
    db_bind_text(s, 2, match->modem);
    db_bind_int(s, 3, match->reference);
    for (unsigned i = 0; by_number && i < SENDER_NUMBERS_MAX; i++)
        if (i < match->n_numbers)
            db_bind_blob(s, 4 + (int)i, match->number_indexes[i], OTP_NUMBER_INDEX_SIZE);
        else
            db_bind_null(s, 4 + (int)i);
}

/*
 * The text that a query finds; -ENOENT where it finds none, or several of which only one is meant.
 */
static int find_reported(struct db *db, const struct db_sql *sql,
    const struct message_match *match, usec_t now_wall, char ret_id[static ID_SIZE])
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, sql);
    char id[ID_SIZE];
    int r;

    message_match_bind(s, match, now_wall, sql != &match_any_number_sql);
    r = db_step(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    row_copy_text(s, 0, id, ID_SIZE);
    r = db_step(s);
    if (r != 0)
        return r < 0 ? r : -ENOENT;
    memcpy(ret_id, id, ID_SIZE);
    return 0;
}

int message_set_delivery(struct db *db, const struct message_match *match,
    const struct message_outcome *outcome, usec_t now_wall, struct message_subject *ret)
{
    char id[ID_SIZE];
    int r = find_reported(db, &match_sql, match, now_wall, id);

    if (r == -ENOENT && !match->is_exact)
        r = find_reported(db, &match_any_number_sql, match, now_wall, id);
    if (r == -ENOENT)
        r = find_reported(db, &match_unknown_sql, match, now_wall, id);
    return r < 0 ? r : message_set_reported(db, id, outcome, now_wall, ret);
}

int message_set_reported(struct db *db, const char *id, const struct message_outcome *outcome,
    usec_t now_wall, struct message_subject *ret)
{
    struct db_statement *s = db_use(db, &delivery_sql);

    db_bind_text(s, 1, message_status_to_string(outcome->status));
    db_bind_text(s, 2, outcome->error_class);
    db_bind_text(s, 3, outcome->error_text);
    db_bind_int(s, 4, (int64_t)now_wall);
    db_bind_text(s, 5, id);
    return update_one(s, ret);
}

int message_settle_interrupted(struct db *db, usec_t now_wall,
    int (*each)(void *userdata, const struct message_subject *subject), void *userdata)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &settle_sql);
    struct message_subject subject;
    int r;

    db_bind_int(s, 1, (int64_t)now_wall);
    while ((r = db_step(s)) > 0) {
        read_subject(s, &subject);
        r = each(userdata, &subject);
        if (r < 0)
            return r;
    }
    return r;
}

static int read_queued(struct db_statement *s, struct outgoing_text **ret)
{
    _cleanup_(outgoing_text_freep) struct outgoing_text *text = calloc(1, sizeof(*text));
    const char *context_json = db_column_text(s, 17);

    if (!text)
        return -ENOMEM;
    list_init(&text->link);
    row_copy_text(s, 0, text->id, sizeof(text->id));
    row_copy_text(s, 1, text->verification_id, sizeof(text->verification_id));
    text->generation = (uint32_t)db_column_int(s, 2);
    text->segments = (unsigned)db_column_int(s, 3);
    text->tries = (unsigned)db_column_int(s, 4);
    text->deadline.wall = (usec_t)db_column_int(s, 5);
    text->deadline.boot = (usec_t)db_column_int(s, 6);
    row_copy_text(s, 8, text->number_masked, sizeof(text->number_masked));
    row_copy_text(s, 10, text->purpose, sizeof(text->purpose));
    row_copy_text(s, 11, text->locale, sizeof(text->locale));
    row_copy_text(s, 12, text->reference, sizeof(text->reference));
    text->key_id = (uint32_t)db_column_int(s, 14);
    text->code_length = (unsigned)db_column_int(s, 15);
    if (!row_copy_blob(s, 7, text->deadline.boot_id, BOOT_ID_SIZE) ||
        !row_copy_blob(s, 9, text->number_index, sizeof(text->number_index)) ||
        !row_copy_blob(s, 13, text->number_sealed, sizeof(text->number_sealed)) ||
        !row_copy_blob(s, 16, text->context_digest, sizeof(text->context_digest)) || !context_json)
        return -EUCLEAN;
    text->context_json = strdup(context_json);
    if (!text->context_json)
        return -ENOMEM;
    *ret = TAKE_PTR(text);
    return 0;
}

static int read_queued_plain(struct db_statement *s, struct outgoing_text **ret)
{
    _cleanup_(outgoing_text_freep) struct outgoing_text *text = calloc(1, sizeof(*text));
    const void *body;

    if (!text)
        return -ENOMEM;
    list_init(&text->link);
    text->kind = TEXT_PLAIN;
    row_copy_text(s, 0, text->id, sizeof(text->id));
    text->segments = (unsigned)db_column_int(s, 1);
    text->tries = (unsigned)db_column_int(s, 2);
    text->deadline.wall = (usec_t)db_column_int(s, 3);
    text->deadline.boot = (usec_t)db_column_int(s, 4);
    row_copy_text(s, 6, text->number_masked, sizeof(text->number_masked));
    row_copy_text(s, 10, text->reference, sizeof(text->reference));
    body = db_column_blob(s, 9, &text->n_body_sealed);
    if (!row_copy_blob(s, 5, text->deadline.boot_id, BOOT_ID_SIZE) ||
        !row_copy_blob(s, 7, text->number_index, sizeof(text->number_index)) ||
        !row_copy_blob(s, 8, text->number_sealed, sizeof(text->number_sealed)) || !body)
        return -EUCLEAN;
    text->body_sealed = malloc(text->n_body_sealed);
    if (!text->body_sealed)
        return -ENOMEM;
    memcpy(text->body_sealed, body, text->n_body_sealed);
    *ret = TAKE_PTR(text);
    return 0;
}

static int load_queued(struct db *db, const struct db_sql *sql,
    int (*read)(struct db_statement *s, struct outgoing_text **ret),
    void (*each)(void *userdata, struct outgoing_text *text), void *userdata)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, sql);
    int r;

    while ((r = db_step(s)) > 0) {
        struct outgoing_text *text;

        r = read(s, &text);
        if (r == -EUCLEAN)
            continue; /* one damaged row must not keep the others from being sent */
        if (r < 0)
            return r;
        each(userdata, text);
    }
    return r;
}

int message_load_queued(
    struct db *db, void (*each)(void *userdata, struct outgoing_text *text), void *userdata)
{
    int r = load_queued(db, &queued_sql, read_queued, each, userdata);

    return r < 0 ? r : load_queued(db, &queued_plain_sql, read_queued_plain, each, userdata);
}
