#include "core/conversion_table.h"

#include "util/macros.h"

#include <string.h>

/*
 * Who reports that a text did not arrive has charged for it, and one that may have left probably
 * did. What our own modem refused never went; plain texts have no code, and are not joined.
 */
#define HAS_LEFT                                                                                   \
    "(m.status IN ('sent', 'delivered', 'unknown') "                                               \
    "OR (m.status IN ('failed', 'expired') AND m.error_class = 'report'))"

#define COUNT_NEWEST(texts, condition, order)                                                      \
    {                                                                                              \
        "SELECT count(*), sum(verified), min(at_wall) FROM "                                       \
        "(SELECT CASE v.status WHEN 'approved' THEN 1 ELSE 0 END AS verified, m.created_wall AS "  \
        "at_wall FROM " texts " WHERE " condition " > ?2 AND " HAS_LEFT " "                        \
        "AND (v.status = 'approved' OR v.expires_wall <= ?3) ORDER BY " order                      \
        " DESC LIMIT ?4) newest"                                                                   \
    }

/* By client the verifications are looked through, whose index by client and time there is. */
static const struct db_sql load_sql[] = {
    [CONVERSION_OF_PREFIX] = COUNT_NEWEST(
        "messages m JOIN verifications v ON v.id = m.verification_id",
        "m.prefix_index = ?1 AND m.created_wall", "m.created_wall"),
    [CONVERSION_OF_CLIENT] = COUNT_NEWEST(
        "verifications v JOIN messages m ON m.verification_id = v.id",
        "v.client = ?1 AND v.created_wall", "v.created_wall"),
};
static const struct db_sql reset_of_sql = {
    "SELECT at_wall FROM conversion_resets WHERE scope = ? AND subject = ?"};
static const struct db_sql reset_delete_sql = {
    "DELETE FROM conversion_resets WHERE scope = ? AND subject = ?"};
static const struct db_sql reset_insert_sql = {
    "INSERT INTO conversion_resets (scope, subject, at_wall) VALUES (?, ?, ?)"};
static const struct db_sql purge_sql = {"DELETE FROM conversion_resets WHERE at_wall <= ?"};

const char *conversion_scope_name(enum conversion_scope scope)
{
    return scope == CONVERSION_OF_PREFIX ? "prefix" : "client";
}

static void bind_subject(struct db_statement *s, int i, enum conversion_scope scope,
    const struct limit_subject *of)
{
    if (scope == CONVERSION_OF_PREFIX)
        db_bind_blob(s, i, of->prefix_index, OTP_NUMBER_INDEX_SIZE);
    else
        db_bind_text(s, i, of->client);
}

static struct db_statement *use_reset(struct db *db, const struct db_sql *sql,
    enum conversion_scope scope, const struct limit_subject *of)
{
    struct db_statement *s = db_use(db, sql);

    db_bind_text(s, 1, conversion_scope_name(scope));
    bind_subject(s, 2, scope, of);
    return s;
}

/* Since when texts count. */
static int begin_of(struct db *db, enum conversion_scope scope, const struct limit_subject *of,
    const struct moment *now, usec_t *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = use_reset(db, &reset_of_sql, scope, of);
    usec_t begin = moment_back(now, CONVERSION_SPAN);
    int r = db_step(s);

    if (r > 0)
        begin = MAX(begin, (usec_t)db_column_int(s, 0));
    *ret = begin;
    return MIN(r, 0);
}

int conversion_load(struct db *db, enum conversion_scope scope, const struct limit_subject *of,
    const struct conversion_limit *limit, const struct moment *now, struct conversion *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = NULL;
    usec_t begin = 0;
    int r = begin_of(db, scope, of, now, &begin);

    if (r < 0)
        return r;
    s = db_use(db, &load_sql[scope]);
    bind_subject(s, 1, scope, of);
    db_bind_int(s, 2, (int64_t)begin);
    db_bind_int(s, 3, (int64_t)now->wall);
    db_bind_int(s, 4, limit->texts);
    r = db_step(s);
    if (r > 0)
        *ret = (struct conversion){.texts = (unsigned)db_column_int(s, 0),
            .verified = (unsigned)db_column_int(s, 1),
            .oldest_wall = (usec_t)db_column_int(s, 2)};
    return MIN(r, 0);
}

bool conversion_is_low(const struct conversion *conversion, const struct conversion_limit *limit)
{
    return limit->texts > 0 && conversion->texts >= limit->texts &&
           conversion->verified * 100 < conversion->texts * limit->percent;
}

usec_t conversion_wait(const struct conversion *conversion, const struct moment *now)
{
    return usec_sub(CONVERSION_SPAN, moment_age(now, conversion->oldest_wall));
}

int conversion_reset(
    struct db *db, enum conversion_scope scope, const struct limit_subject *of, usec_t now_wall)
{
    struct db_statement *s;
    int r = db_run(use_reset(db, &reset_delete_sql, scope, of));

    if (r < 0)
        return r;
    s = use_reset(db, &reset_insert_sql, scope, of);
    db_bind_int(s, 3, (int64_t)now_wall);
    return db_run(s);
}

int conversion_purge(struct db *db, const struct moment *now)
{
    struct db_statement *s = db_use(db, &purge_sql);

    db_bind_int(s, 1, (int64_t)moment_back(now, CONVERSION_SPAN));
    return db_run(s);
}
