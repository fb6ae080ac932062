#include "core/verification_table.h"

#include "core/part_table.h"
#include "core/row.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS                                                                                    \
    "id, client, purpose, locale, reference, number_index, number_masked, number_sealed, key_id, " \
    "generation, code_length, context_digest, status, attempts, attempts_max, sends, sends_max, "  \
    "ttl_usec, boot_id, created_wall, created_boot, expires_wall, expires_boot, last_send_wall, "  \
    "last_send_boot, resend_new, reverse_mac"

static const struct db_sql insert_sql = {
    "INSERT INTO verifications (" COLUMNS ", context) VALUES "
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
/* And what a new one has not. */
#define LOADED COLUMNS ", finished_wall, receipt_key_id, receipt_signature"

static const struct db_sql load_sql = {"SELECT " LOADED " FROM verifications WHERE id = ?"};
static const struct db_sql load_by_reference_sql = {
    "SELECT " LOADED " FROM verifications WHERE reference = ? AND client = ? "
    "ORDER BY id DESC LIMIT 1"};
static const struct db_sql load_by_any_reference_sql = {
    "SELECT " LOADED " FROM verifications WHERE reference = ? ORDER BY id DESC LIMIT 1"};
static const struct db_sql load_by_reverse_mac_sql = {
    "SELECT " LOADED " FROM verifications WHERE reverse_mac = ? ORDER BY id DESC LIMIT 1"};
static const struct db_sql load_context_sql = {"SELECT context FROM verifications WHERE id = ?"};
static const struct db_sql set_attempts_sql = {
    "UPDATE verifications SET attempts = ? WHERE id = ? AND status = 'pending'"};
static const struct db_sql finish_sql = {
    "UPDATE verifications SET status = ?, attempts = ?, finished_wall = ?, number_sealed = NULL, "
    "context = NULL WHERE id = ? AND status = 'pending'"};
static const struct db_sql finish_messages_sql = {
    "UPDATE messages SET status = 'expired', finished_wall = ?, error_class = 'withdrawn', "
    "error_text = ? WHERE verification_id = ? AND status = 'queued' RETURNING id"};
static const struct db_sql set_resent_sql = {
    "UPDATE verifications SET generation = ?, sends = ?, expires_wall = ?, expires_boot = ?, "
    "last_send_wall = ?, last_send_boot = ? WHERE id = ? AND status = 'pending'"};
static const struct db_sql set_receipt_sql = {
    "UPDATE verifications SET receipt_key_id = ?, receipt_signature = ? "
    "WHERE id = ? AND status = 'approved'"};
static const struct db_sql overdue_sql = {
    "SELECT id FROM verifications WHERE status = 'pending' AND expires_wall <= ? "
    "ORDER BY expires_wall LIMIT ?"};
static const struct db_sql pending_of_sql = {
    "SELECT id FROM verifications WHERE status = 'pending' AND number_index = ? "
    "ORDER BY created_wall DESC LIMIT ?"};
static const struct db_sql next_deadline_sql = {
    "SELECT MIN(expires_wall) FROM verifications WHERE status = 'pending' AND expires_wall > ?"};
static const struct db_sql old_sql = {
    "SELECT id FROM verifications WHERE id < ? AND status <> 'pending' AND finished_wall < ? "
    "ORDER BY id LIMIT ?"};
static const struct db_sql delete_sql = {"DELETE FROM verifications WHERE id = ?"};
static const struct db_sql delete_messages_sql = {"DELETE FROM messages WHERE verification_id = ?"};
static const struct db_sql delete_attempts_sql = {"DELETE FROM attempts WHERE verification_id = ?"};

int verification_insert(
    struct db *db, const struct verification *v, const char *context_json)
{
    struct db_statement *s = db_use(db, &insert_sql);
    int i = 1;

    db_bind_text(s, i++, v->id);
    db_bind_text(s, i++, v->client);
    db_bind_text(s, i++, v->purpose);
    db_bind_text(s, i++, v->locale);
    db_bind_text(s, i++, v->reference[0] ? v->reference : NULL);
    db_bind_blob(s, i++, v->number_index, sizeof(v->number_index));
    db_bind_text(s, i++, v->number_masked);
    db_bind_blob(s, i++, v->number_sealed, sizeof(v->number_sealed));
    db_bind_int(s, i++, v->key_id);
    db_bind_int(s, i++, v->generation);
    db_bind_int(s, i++, v->code_length);
    db_bind_blob(s, i++, v->context_digest, sizeof(v->context_digest));
    db_bind_text(s, i++, verification_status_to_string(v->status));
    db_bind_int(s, i++, v->attempts);
    db_bind_int(s, i++, v->attempts_max);
    db_bind_int(s, i++, v->sends);
    db_bind_int(s, i++, v->sends_max);
    db_bind_int(s, i++, (int64_t)v->ttl);
    db_bind_blob(s, i++, v->created.boot_id, BOOT_ID_SIZE);
    db_bind_int(s, i++, (int64_t)v->created.wall);
    db_bind_int(s, i++, (int64_t)v->created.boot);
    db_bind_int(s, i++, (int64_t)v->expires.wall);
    db_bind_int(s, i++, (int64_t)v->expires.boot);
    db_bind_int(s, i++, (int64_t)v->last_send.wall);
    db_bind_int(s, i++, (int64_t)v->last_send.boot);
    db_bind_int(s, i++, v->resend_new);
    if (v->is_reverse)
        db_bind_blob(s, i, v->reverse_mac, sizeof(v->reverse_mac));
    i++;
    db_bind_text(s, i, context_json);
    return db_run(s);
}

static void read_moment(struct db_statement *s, int wall_column, const uint8_t *boot_id,
    struct moment *ret)
{
    ret->wall = (usec_t)db_column_int(s, wall_column);
    ret->boot = (usec_t)db_column_int(s, wall_column + 1);
    memcpy(ret->boot_id, boot_id, BOOT_ID_SIZE);
}

static int read_row(struct db_statement *s, struct verification *ret)
{
    struct verification v = {0};
    uint8_t boot_id[BOOT_ID_SIZE] = {0};

    row_copy_text(s, 0, v.id, sizeof(v.id));
    row_copy_text(s, 1, v.client, sizeof(v.client));
    row_copy_text(s, 2, v.purpose, sizeof(v.purpose));
    row_copy_text(s, 3, v.locale, sizeof(v.locale));
    row_copy_text(s, 4, v.reference, sizeof(v.reference));
    row_copy_text(s, 6, v.number_masked, sizeof(v.number_masked));
    v.has_number = row_copy_blob(s, 7, v.number_sealed, sizeof(v.number_sealed));
    v.key_id = (uint32_t)db_column_int(s, 8);
    v.generation = (uint32_t)db_column_int(s, 9);
    v.code_length = (unsigned)db_column_int(s, 10);
    v.attempts = (unsigned)db_column_int(s, 13);
    v.attempts_max = (unsigned)db_column_int(s, 14);
    v.sends = (unsigned)db_column_int(s, 15);
    v.sends_max = (unsigned)db_column_int(s, 16);
    v.ttl = (usec_t)db_column_int(s, 17);
    v.resend_new = db_column_int(s, 25) != 0;
    v.is_reverse = row_copy_blob(s, 26, v.reverse_mac, sizeof(v.reverse_mac));
    v.finished_wall = (usec_t)db_column_int(s, 27);
    v.receipt_key_id = (uint32_t)db_column_int(s, 28);
    v.has_receipt = row_copy_blob(s, 29, v.receipt_signature, sizeof(v.receipt_signature));
    if (!row_copy_blob(s, 5, v.number_index, sizeof(v.number_index)) ||
        !row_copy_blob(s, 11, v.context_digest, sizeof(v.context_digest)) ||
        !row_copy_blob(s, 18, boot_id, sizeof(boot_id)) ||
        verification_status_from_string(&v.status, db_column_text(s, 12)) < 0)
        return -EUCLEAN;
    read_moment(s, 19, boot_id, &v.created);
    read_moment(s, 21, boot_id, &v.expires);
    read_moment(s, 23, boot_id, &v.last_send);
    *ret = v;
    return 0;
}

static int read_only_row(struct db_statement *s, struct verification *ret)
{
    int r = db_step(s);

    if (r == 0)
        r = -ENOENT;
    else if (r > 0)
        r = read_row(s, ret);
    db_reset(s);
    return r;
}

int verification_load(struct db *db, const char *id, struct verification *ret)
{
    struct db_statement *s = db_use(db, &load_sql);

    db_bind_text(s, 1, id);
    return read_only_row(s, ret);
}

int verification_load_by_reference(
    struct db *db, const char *client, const char *reference, struct verification *ret)
{
    struct db_statement *s =
        db_use(db, client ? &load_by_reference_sql : &load_by_any_reference_sql);

    db_bind_text(s, 1, reference);
    if (client)
        db_bind_text(s, 2, client);
    return read_only_row(s, ret);
}

int verification_load_by_reverse_mac(
    struct db *db, const uint8_t mac[static OTP_DIGEST_SIZE], struct verification *ret)
{
    struct db_statement *s = db_use(db, &load_by_reverse_mac_sql);

    db_bind_blob(s, 1, mac, OTP_DIGEST_SIZE);
    return read_only_row(s, ret);
}

int verification_load_context(struct db *db, const char *id, char **ret_json)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &load_context_sql);
    const char *json;
    char *copy;
    int r;

    db_bind_text(s, 1, id);
    r = db_step(s);
    if (r < 0)
        return r;
    json = r > 0 ? db_column_text(s, 0) : NULL;
    if (!json)
        return -ENOENT;
    copy = strdup(json);
    if (!copy)
        return -ENOMEM;
    *ret_json = copy;
    return 0;
}

int verification_set_attempts(struct db *db, const char *id, unsigned attempts)
{
    struct db_statement *s = db_use(db, &set_attempts_sql);

    db_bind_int(s, 1, attempts);
    db_bind_text(s, 2, id);
    return row_update_one(db, s);
}

int verification_finish(struct db *db, const char *id, enum verification_status status,
    unsigned attempts, usec_t now_wall, char ret_withdrawn[static ID_SIZE])
{
    struct db_statement *s = db_use(db, &finish_sql);
    char withdrawn[ID_SIZE] = "";
    int r;

    db_bind_text(s, 1, verification_status_to_string(status));
    db_bind_int(s, 2, attempts);
    db_bind_int(s, 3, (int64_t)now_wall);
    db_bind_text(s, 4, id);
    r = row_update_one(db, s);
    if (r < 0)
        return r;
    s = db_use(db, &finish_messages_sql);
    db_bind_int(s, 1, (int64_t)now_wall);
    db_bind_text(s, 2, verification_status_to_string(status));
    db_bind_text(s, 3, id);
    while ((r = db_step(s)) > 0)
        row_copy_text(s, 0, withdrawn, sizeof(withdrawn));
    db_reset(s);
    if (r < 0)
        return r;
    memcpy(ret_withdrawn, withdrawn, sizeof(withdrawn));
    return 0;
}

int verification_set_resent(struct db *db, const struct verification *v)
{
    struct db_statement *s = db_use(db, &set_resent_sql);

    db_bind_int(s, 1, v->generation);
    db_bind_int(s, 2, v->sends);
    db_bind_int(s, 3, (int64_t)v->expires.wall);
    db_bind_int(s, 4, (int64_t)v->expires.boot);
    db_bind_int(s, 5, (int64_t)v->last_send.wall);
    db_bind_int(s, 6, (int64_t)v->last_send.boot);
    db_bind_text(s, 7, v->id);
    return row_update_one(db, s);
}

int verification_set_receipt(struct db *db, const struct verification *v)
{
    struct db_statement *s = db_use(db, &set_receipt_sql);

    db_bind_int(s, 1, v->receipt_key_id);
    db_bind_blob(s, 2, v->receipt_signature, sizeof(v->receipt_signature));
    db_bind_text(s, 3, v->id);
    return row_update_one(db, s);
}

/* Collects the ids that a SELECT answers. */
static int read_ids(
    struct db_statement *s, char (*ret_ids)[ID_SIZE], unsigned max, unsigned *ret_n)
{
    unsigned n = 0;
    int r;

    while ((r = db_step(s)) > 0 && n < max)
        row_copy_text(s, 0, ret_ids[n++], ID_SIZE);
    db_reset(s);
    if (r < 0)
        return r;
    *ret_n = n;
    return 0;
}

int verification_overdue(struct db *db, usec_t now_wall, char (*ret_ids)[ID_SIZE], unsigned max,
    unsigned *ret_n, usec_t *ret_next_wall)
{
    struct db_statement *s = db_use(db, &overdue_sql);
    int r;

    db_bind_int(s, 1, (int64_t)now_wall);
    db_bind_int(s, 2, max);
    r = read_ids(s, ret_ids, max, ret_n);
    if (r < 0)
        return r;
    s = db_use(db, &next_deadline_sql);
    db_bind_int(s, 1, (int64_t)now_wall);
    r = db_step(s);
    if (r > 0)
        *ret_next_wall = db_column_is_null(s, 0) ? USEC_INFINITY : (usec_t)db_column_int(s, 0);
    db_reset(s);
    return r < 0 ? r : 0;
}

int verification_pending_of(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    char (*ret_ids)[ID_SIZE], unsigned max, unsigned *ret_n)
{
    struct db_statement *s = db_use(db, &pending_of_sql);

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    db_bind_int(s, 2, max);
    return read_ids(s, ret_ids, max, ret_n);
}

static int delete_by_id(struct db *db, const struct db_sql *sql, const char *id)
{
    struct db_statement *s = db_use(db, sql);

    db_bind_text(s, 1, id);
    return db_run(s);
}

int verification_purge(struct db *db, usec_t finished_before_wall, unsigned max, unsigned *ret_n)
{
    char ids[64][ID_SIZE], newest[ID_SIZE];
    struct db_statement *s = db_use(db, &old_sql);
    unsigned n;
    int r;

    id_make(ID_PREFIX_VERIFICATION, finished_before_wall, newest);
    db_bind_text(s, 1, newest);
    db_bind_int(s, 2, (int64_t)finished_before_wall);
    max = MIN(max, (unsigned)ARRAY_SIZE(ids));
    db_bind_int(s, 3, max);
    r = read_ids(s, ids, max, &n);
    for (unsigned i = 0; r >= 0 && i < n; i++) {
        r = delete_by_id(db, &delete_attempts_sql, ids[i]);
        if (r >= 0)
            r = delete_by_id(db, &delete_messages_sql, ids[i]);
        if (r >= 0)
            r = delete_by_id(db, &delete_sql, ids[i]);
    }
    if (r >= 0 && n > 0)
        r = part_purge(db);
    if (r < 0)
        return r;
    *ret_n = n;
    return 0;
}
