#include "core/limit_table.h"

#include "core/streak_table.h"
#include "smsotp/limits.h"
#include "util/macros.h"

#include <errno.h>

/*
 * The entry that must leave a window of `max` before one more fits is the `max`-th newest: OFFSET
 * max - 1. It is inside the window when it is newer than now - span.
 */
#define NTH(table, column, condition)                                                              \
    {"SELECT " column " FROM " table " WHERE " condition column " > ? ORDER BY " column            \
     " DESC LIMIT 1 OFFSET ?"}
#define COUNT(table, column, condition)                                                            \
    {"SELECT count(*) FROM " table " WHERE " condition column " > ?"}
#define COUNTED(table, column, condition)                                                          \
    .nth = NTH(table, column, condition), .count = COUNT(table, column, condition)

/*
 * Both have an index by client and time, so that no more is read than there is within the window.
 */
#define REQUESTS_OF_CLIENT                                                                         \
    "(SELECT created_wall AS at_wall FROM verifications WHERE client = ?1 AND created_wall > ?2 "  \
    "UNION ALL SELECT created_wall FROM messages WHERE client = ?1 AND created_wall > ?2 "         \
    "AND verification_id IS NULL)"

/* `by_…`: the parameters that come first, in this order. */
static const struct counted {
    struct db_sql nth, count;
    bool by_number, by_prefix, by_client, by_purpose;
} rows[LIMIT_COUNTS] = {
    [COUNT_TEXTS_OF_NUMBER] = {COUNTED("messages", "created_wall", "number_index = ? AND "),
        .by_number = true},
    [COUNT_TEXTS_OF_NUMBER_BY_CLIENT] = {COUNTED("messages", "created_wall",
                                             "number_index = ? AND client = ? AND "),
        .by_number = true, .by_client = true},
    [COUNT_TEXTS_OF_PREFIX] = {COUNTED("messages", "created_wall", "prefix_index = ? AND "),
        .by_prefix = true},
    [COUNT_TEXTS] = {COUNTED("messages", "created_wall", "")},
    [COUNT_PLAIN_TEXTS] = {COUNTED("messages", "created_wall", "+verification_id IS NULL AND ")},
    [COUNT_REQUESTS_OF_CLIENT] = {.nth = {"SELECT at_wall FROM " REQUESTS_OF_CLIENT
                                          " ORDER BY at_wall DESC LIMIT 1 OFFSET ?3"},
        .count = {"SELECT count(*) FROM " REQUESTS_OF_CLIENT}, .by_client = true},
    [COUNT_REQUESTS_OF_PURPOSE] = {COUNTED("verifications", "created_wall", "purpose = ? AND "),
        .by_purpose = true},
    [COUNT_REVERSE_OF_NUMBER] = {COUNTED("verifications", "created_wall",
                                     "number_index = ? AND reverse_mac IS NOT NULL AND "),
        .by_number = true},
    [COUNT_REVERSE_OF_NUMBER_BY_CLIENT] = {COUNTED("verifications", "created_wall",
                                               "number_index = ? AND client = ? AND "
                                               "reverse_mac IS NOT NULL AND "),
        .by_number = true, .by_client = true},
    [COUNT_GUESSES_OF_NUMBER] = {COUNTED("guesses", "at_wall", "number_index = ? AND "),
        .by_number = true},
    [COUNT_GUESSES_OF_NUMBER_BY_CLIENT] = {COUNTED("guesses", "at_wall",
                                               "number_index = ? AND client = ? AND "),
        .by_number = true, .by_client = true},
    [COUNT_GUESSES_OF_CLIENT] = {COUNTED("guesses", "at_wall", "client = ? AND "),
        .by_client = true},
    [COUNT_GUESSES] = {COUNTED("guesses", "at_wall", "")},
};

/* An approval is at most as much younger than its request as a code can live. */
static const struct db_sql approvals_sql = {
    "SELECT count(*) FROM verifications WHERE client = ? AND created_wall > ? "
    "AND status = 'approved' AND finished_wall > ?"};
static const struct db_sql guess_insert_sql = {
    "INSERT INTO guesses (number_index, at_wall, client) VALUES (?, ?, ?)"};
static const struct db_sql guess_newest_sql = {
    "SELECT MAX(at_wall) FROM guesses WHERE number_index = ?"};
static const struct db_sql guess_forgive_sql = {"DELETE FROM guesses WHERE number_index = ?"};
static const struct db_sql guess_purge_sql = {
    "DELETE FROM guesses WHERE (number_index, at_wall) IN "
    "(SELECT number_index, at_wall FROM guesses WHERE at_wall <= ? LIMIT ?)"};

/* Binds whose entries are counted and since when. Answers the next parameter's number. */
static int bind(struct db_statement *s, const struct counted *row, const struct limit_subject *of,
    usec_t since_wall)
{
    int i = 1;

    if (row->by_number)
        db_bind_blob(s, i++, of->number_index, OTP_NUMBER_INDEX_SIZE);
    if (row->by_prefix)
        db_bind_blob(s, i++, of->prefix_index, OTP_NUMBER_INDEX_SIZE);
    if (row->by_client)
        db_bind_text(s, i++, of->client);
    if (row->by_purpose)
        db_bind_text(s, i++, of->purpose);
    db_bind_int(s, i++, (int64_t)since_wall);
    return i;
}

/* Until what happened then leaves the window; what lies ahead, for the clock was set back, too. */
static usec_t wait_for(usec_t wall, usec_t span, const struct moment *now)
{
    return usec_add(usec_sub(span, moment_age(now, wall)), usec_sub(wall, now->wall));
}

static int check_window(struct db *db, const struct counted *row, const struct limit_subject *of,
    const struct limit_window *window, const struct moment *now, usec_t *ret_wait)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &row->nth);
    usec_t begin = moment_back(now, window->span);
    int r;

    db_bind_int(s, bind(s, row, of, begin), (int64_t)window->max - 1);
    r = db_step(s);
    if (r > 0)
        *ret_wait = wait_for((usec_t)db_column_int(s, 0), window->span, now);
    return r;
}

/* The window that keeps waiting longest decides. */
int limit_check(struct db *db, enum limit_count count, const struct limit_subject *of,
    const struct limit *limit, const struct moment *now, struct limit_hit *ret)
{
    int hit = 0;

    for (unsigned i = 0; i < limit->n_windows; i++) {
        usec_t wait = 0;
        int r = check_window(db, &rows[count], of, &limit->windows[i], now, &wait);

        if (r < 0)
            return r;
        if (r > 0 && (!hit || wait > ret->wait))
            *ret = (struct limit_hit){.window = limit->windows[i], .wait = wait};
        hit |= r > 0;
    }
    return hit;
}

/* Reads the one number that a SELECT answers. */
static int read_count(struct db_statement *s, unsigned *ret)
{
    int r = db_step(s);

    if (r > 0)
        *ret = (unsigned)MIN(db_column_int(s, 0), (int64_t)UINT32_MAX);
    db_reset(s);
    return r < 0 ? r : 0;
}

int limit_count(struct db *db, enum limit_count count, const struct limit_subject *of, usec_t span,
    const struct moment *now, unsigned *ret)
{
    struct db_statement *s = db_use(db, &rows[count].count);

    (void)bind(s, &rows[count], of, moment_back(now, span));
    return read_count(s, ret);
}

int limit_count_approvals(
    struct db *db, const char *client, usec_t span, const struct moment *now, unsigned *ret)
{
    struct db_statement *s = db_use(db, &approvals_sql);
    usec_t begin = moment_back(now, span);

    db_bind_text(s, 1, client);
    db_bind_int(s, 2, (int64_t)usec_sub(begin, SMSOTP_TTL_MAX_SEC * USEC_PER_SEC));
    db_bind_int(s, 3, (int64_t)begin);
    return read_count(s, ret);
}

static int insert_guess(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    const char *client, usec_t at_wall)
{
    struct db_statement *s = db_use(db, &guess_insert_sql);

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    db_bind_int(s, 2, (int64_t)at_wall);
    db_bind_text(s, 3, client);
    return db_run(s);
}

static int newest_guess(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    usec_t *ret_wall)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, &guess_newest_sql);
    int r;

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    r = db_step(s);
    if (r > 0)
        *ret_wall = (usec_t)db_column_int(s, 0);
    return r;
}

/*
 * Of two guesses in the same microsecond the second is put behind the newest, so that both count.
 */
int guess_insert(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    const char *client, usec_t now_wall)
{
    usec_t newest = now_wall;
    int r = insert_guess(db, number_index, client, now_wall);

    if (r == -EEXIST) {
        r = newest_guess(db, number_index, &newest);
        if (r >= 0)
            r = insert_guess(db, number_index, client, newest + 1);
    }
    return r < 0 ? r : streak_add(db, number_index);
}

int guess_forgive(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE])
{
    struct db_statement *s = db_use(db, &guess_forgive_sql);
    int r;

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    r = db_run(s);
    return r < 0 ? r : streak_end(db, number_index);
}

int guess_purge(struct db *db, usec_t before_wall, unsigned max, unsigned *ret_n)
{
    struct db_statement *s = db_use(db, &guess_purge_sql);
    int r;

    db_bind_int(s, 1, (int64_t)before_wall);
    db_bind_int(s, 2, max);
    r = db_run(s);
    if (r < 0)
        return r;
    *ret_n = (unsigned)db_changes(db);
    return 0;
}
