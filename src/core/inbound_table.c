#include "core/inbound_table.h"

#include "core/row.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* A wall clock that was set far ahead for a while must not carry all later texts with it. */
#define ORDER_KEPT_USEC USEC_PER_HOUR

#define COLUMNS                                                                                    \
    "id, modem, number_masked, encoding, parts, parts_total, is_complete, received_wall, "         \
    "verification_id, body_sealed"

static const struct db_sql part_exists_sql = {"SELECT 1 FROM inbound_parts WHERE digest = ?"};
static const struct db_sql part_insert_sql = {
    "INSERT INTO inbound_parts (digest, group_digest, sealed, modem, verification_id, "
    "received_wall) VALUES (?, ?, ?, ?, ?, ?)"};
static const struct db_sql part_load_sql = {
    "SELECT digest, sealed, modem, verification_id, received_wall FROM inbound_parts "
    "WHERE group_digest = ? AND received_wall >= ? AND received_wall <= ? AND sealed IS NOT NULL "
    "ORDER BY received_wall LIMIT ?"};
static const struct db_sql part_close_sql = {
    "UPDATE inbound_parts SET sealed = NULL WHERE digest = ?"};
static const struct db_sql part_oldest_sql = {
    "SELECT group_digest, received_wall FROM inbound_parts WHERE sealed IS NOT NULL "
    "AND received_wall < ? ORDER BY received_wall LIMIT 1"};
static const struct db_sql newest_sql = {
    "SELECT received_wall FROM inbound ORDER BY id DESC LIMIT 1"};
static const struct db_sql insert_sql = {
    "INSERT INTO inbound (" COLUMNS ", number_index, number_sealed, key_id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
static const struct db_sql after_sql = {
    "SELECT " COLUMNS " FROM inbound WHERE id > ? ORDER BY id LIMIT ?"};
static const struct db_sql last_sql = {
    "SELECT " COLUMNS " FROM (SELECT " COLUMNS " FROM inbound ORDER BY id DESC LIMIT ?) "
    "ORDER BY id"};
static const struct db_sql purge_sql = {
    "DELETE FROM inbound WHERE id IN (SELECT id FROM inbound WHERE received_wall < ? LIMIT ?)"};
static const struct db_sql part_purge_sql = {"DELETE FROM inbound_parts WHERE digest IN "
    "(SELECT digest FROM inbound_parts WHERE received_wall < ? AND sealed IS NULL LIMIT ?)"};

/* What is sealed of a part. */
#define SEALED_HEAD (E164_SIZE + SMS_ADDRESS_TEXT_SIZE)
#define SEALED_PLAIN_MAX (SEALED_HEAD + INBOUND_PDU_MAX)

/* A ciphertext belongs to its row: by the digest, as text. */
#define ROW_NAME_SIZE (2 * OTP_DIGEST_SIZE + 1)
static void row_name(
    const uint8_t digest[static OTP_DIGEST_SIZE], char ret_name[static ROW_NAME_SIZE])
{
    sodium_bin2hex(ret_name, ROW_NAME_SIZE, digest, OTP_DIGEST_SIZE);
}

int inbound_part_exists(struct db *db, const uint8_t digest[static OTP_DIGEST_SIZE])
{
    struct db_statement *s = db_use(db, &part_exists_sql);
    int r;

    db_bind_blob(s, 1, digest, OTP_DIGEST_SIZE);
    r = db_step(s);
    db_reset(s);
    return r;
}

static size_t seal_part(const struct otp_keyring *keyring, const struct inbound_part *part,
    uint8_t ret_sealed[static OTP_SEALED_TEXT_SIZE(SEALED_PLAIN_MAX)])
{
    char plain[SEALED_PLAIN_MAX] = {0}, name[ROW_NAME_SIZE];

    row_name(part->digest, name);
    memcpy(plain, part->number, E164_SIZE);
    memcpy(plain + E164_SIZE, part->from, SMS_ADDRESS_TEXT_SIZE);
    memcpy(plain + SEALED_HEAD, part->pdu, part->n_pdu);
    otp_text_seal(keyring, name, plain, SEALED_HEAD + part->n_pdu, ret_sealed);
    sodium_memzero(plain, sizeof(plain));
    return OTP_SEALED_TEXT_SIZE(SEALED_HEAD + part->n_pdu);
}

int inbound_part_insert(
    struct db *db, const struct otp_keyring *keyring, const struct inbound_part *part)
{
    uint8_t sealed[OTP_SEALED_TEXT_SIZE(SEALED_PLAIN_MAX)];
    struct db_statement *s = db_use(db, &part_insert_sql);

    db_bind_blob(s, 1, part->digest, OTP_DIGEST_SIZE);
    if (part->is_part) {
        db_bind_blob(s, 2, part->group_digest, OTP_DIGEST_SIZE);
        db_bind_blob(s, 3, sealed, seal_part(keyring, part, sealed));
    }
    db_bind_text(s, 4, part->modem);
    db_bind_text(s, 5, part->verification_id[0] ? part->verification_id : NULL);
    db_bind_int(s, 6, (int64_t)part->received_wall);
    return db_run(s);
}

static void open_part(
    const struct otp_keyring *keyring, struct db_statement *s, struct inbound_part *part)
{
    char plain[SEALED_PLAIN_MAX + 1] = {0}, name[ROW_NAME_SIZE];
    size_t n;
    const void *sealed = db_column_blob(s, 1, &n);

    row_name(part->digest, name);
    if (!sealed || n < OTP_SEALED_TEXT_SIZE(SEALED_HEAD) ||
        otp_text_open(keyring, name, sealed, n, plain, sizeof(plain)) < 0)
        return;
    part->n_pdu = n - OTP_SEALED_TEXT_SIZE(SEALED_HEAD);
    snprintf(part->number, sizeof(part->number), "%.*s", E164_SIZE - 1, plain);
    snprintf(part->from, sizeof(part->from), "%.*s", SMS_ADDRESS_TEXT_SIZE - 1, plain + E164_SIZE);
    memcpy(part->pdu, plain + SEALED_HEAD, part->n_pdu);
    sodium_memzero(plain, sizeof(plain));
}

int inbound_part_load(struct db *db, const struct otp_keyring *keyring,
    const uint8_t group_digest[static OTP_DIGEST_SIZE], usec_t since_wall, usec_t until_wall,
    struct inbound_part *ret_parts, unsigned max, unsigned *ret_n)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &part_load_sql);
    unsigned n = 0;
    int r;

    db_bind_blob(s, 1, group_digest, OTP_DIGEST_SIZE);
    db_bind_int(s, 2, (int64_t)since_wall);
    db_bind_int(s, 3, (int64_t)until_wall);
    db_bind_int(s, 4, max);
    while ((r = db_step(s)) > 0 && n < max) {
        struct inbound_part *part = &ret_parts[n++];

        *part = (struct inbound_part){.is_part = true};
        memcpy(part->group_digest, group_digest, OTP_DIGEST_SIZE);
        if (!row_copy_blob(s, 0, part->digest, OTP_DIGEST_SIZE))
            return -EUCLEAN;
        row_copy_text(s, 2, part->modem, sizeof(part->modem));
        row_copy_text(s, 3, part->verification_id, sizeof(part->verification_id));
        part->received_wall = (usec_t)db_column_int(s, 4);
        open_part(keyring, s, part);
    }
    if (r < 0)
        return r;
    *ret_n = n;
    return 0;
}

int inbound_part_close(struct db *db, const uint8_t digest[static OTP_DIGEST_SIZE])
{
    struct db_statement *s = db_use(db, &part_close_sql);

    db_bind_blob(s, 1, digest, OTP_DIGEST_SIZE);
    return db_run(s);
}

int inbound_part_oldest(struct db *db, usec_t before_wall,
    uint8_t ret_group_digest[static OTP_DIGEST_SIZE], usec_t *ret_received_wall)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &part_oldest_sql);
    int r;

    db_bind_int(s, 1, (int64_t)before_wall);
    r = db_step(s);
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    if (!row_copy_blob(s, 0, ret_group_digest, OTP_DIGEST_SIZE))
        return -EUCLEAN;
    *ret_received_wall = (usec_t)db_column_int(s, 1);
    return 0;
}

/*
 * The time a new text is given: it grows, also within a millisecond and where the clock goes back.
 */
static int next_wall(struct db *db, usec_t now_wall, usec_t *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &newest_sql);
    usec_t following;
    int r = db_step(s);

    if (r < 0)
        return r;
    following = r > 0 ? (usec_t)db_column_int(s, 0) + USEC_PER_MSEC : 0;
    *ret = following > now_wall && following - now_wall < ORDER_KEPT_USEC ? following : now_wall;
    return 0;
}

int inbound_insert(struct db *db, const struct otp_keyring *keyring, struct inbound *inbound,
    const char *number, const char *body, size_t n_body)
{
    _cleanup_free_ uint8_t *sealed = malloc(OTP_SEALED_TEXT_SIZE(n_body));
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE], number_sealed[OTP_SEALED_NUMBER_SIZE];
    struct db_statement *s;
    int r, i = 1;

    if (!sealed)
        return -ENOMEM;
    r = next_wall(db, inbound->received_wall, &inbound->received_wall);
    if (r < 0)
        return r;
    id_make(ID_PREFIX_INBOUND, inbound->received_wall, inbound->id);
    otp_text_seal(keyring, inbound->id, body, n_body, sealed);
    otp_number_index(keyring, number, number_index);
    otp_number_seal(keyring, inbound->id, number, number_sealed);
    s = db_use(db, &insert_sql);
    db_bind_text(s, i++, inbound->id);
    db_bind_text(s, i++, inbound->modem);
    db_bind_text(s, i++, inbound->from);
    db_bind_text(s, i++, sms_encoding_to_string(inbound->encoding));
    db_bind_int(s, i++, inbound->parts);
    db_bind_int(s, i++, inbound->parts_total);
    db_bind_int(s, i++, inbound->is_complete);
    db_bind_int(s, i++, (int64_t)inbound->received_wall);
    db_bind_text(s, i++, inbound->verification_id[0] ? inbound->verification_id : NULL);
    db_bind_blob(s, i++, sealed, OTP_SEALED_TEXT_SIZE(n_body));
    db_bind_blob(s, i++, number[0] ? number_index : NULL, sizeof(number_index));
    db_bind_blob(s, i++, number[0] ? number_sealed : NULL, sizeof(number_sealed));
    db_bind_int(s, i, otp_keyring_id(keyring));
    return db_run(s);
}

static int read_row(struct db_statement *s, struct inbound *ret)
{
    struct inbound inbound = {0};

    row_copy_text(s, 0, inbound.id, sizeof(inbound.id));
    row_copy_text(s, 1, inbound.modem, sizeof(inbound.modem));
    row_copy_text(s, 2, inbound.from, sizeof(inbound.from));
    if (sms_encoding_from_string(&inbound.encoding, db_column_text(s, 3)) < 0)
        return -EUCLEAN;
    inbound.parts = (unsigned)db_column_int(s, 4);
    inbound.parts_total = (unsigned)db_column_int(s, 5);
    inbound.is_complete = db_column_int(s, 6) != 0;
    inbound.received_wall = (usec_t)db_column_int(s, 7);
    row_copy_text(s, 8, inbound.verification_id, sizeof(inbound.verification_id));
    *ret = inbound;
    return 0;
}

static int tell_row(struct db_statement *s, const struct otp_keyring *keyring,
    int (*each)(void *userdata, const struct inbound *inbound, const char *body, size_t n_body),
    void *userdata)
{
    _cleanup_free_ char *body = NULL;
    struct inbound inbound;
    const void *sealed;
    size_t n;
    bool is_open;
    int r = read_row(s, &inbound);

    if (r < 0)
        return r;
    sealed = db_column_blob(s, 9, &n);
    body = malloc(n + 1);
    if (!body)
        return -ENOMEM;
    is_open = sealed && otp_text_open(keyring, inbound.id, sealed, n, body, n + 1) == 0;
    r = each(userdata, &inbound, is_open ? body : NULL, is_open ? n - OTP_SEALED_TEXT_SIZE(0) : 0);
    explicit_bzero(body, n);
    return r;
}

int inbound_each(struct db *db, const struct otp_keyring *keyring, const char *since, unsigned max,
    int (*each)(void *userdata, const struct inbound *inbound, const char *body, size_t n_body),
    void *userdata)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, since ? &after_sql : &last_sql);
    int r;

    if (since)
        db_bind_text(s, 1, since);
    db_bind_int(s, since ? 2 : 1, max);
    while ((r = db_step(s)) > 0) {
        r = tell_row(s, keyring, each, userdata);
        if (r != 0)
            return MIN(r, 0);
    }
    return r;
}

int inbound_purge(struct db *db, usec_t before_wall, unsigned max, unsigned *ret_n)
{
    const struct db_sql *const deletions[] = {&purge_sql, &part_purge_sql};
    unsigned n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(deletions); i++) {
        struct db_statement *s = db_use(db, deletions[i]);
        int r;

        db_bind_int(s, 1, (int64_t)before_wall);
        db_bind_int(s, 2, max);
        r = db_run(s);
        if (r < 0)
            return r;
        n = MAX(n, (unsigned)db_changes(db));
    }
    *ret_n = n;
    return 0;
}
