#include "core/limit_table.h"

#include "util/macros.h"

/*
 * The entry that must leave a window of `max` before one more fits is the `max`-th newest: OFFSET
 * max - 1. It is inside the window when it is newer than now - span.
 */
static const struct db_sql number_sql = {
    "SELECT created_wall FROM messages WHERE number_index = ? AND created_wall > ? "
    "ORDER BY created_wall DESC LIMIT 1 OFFSET ?"};
static const struct db_sql client_sql = {
    "SELECT created_wall FROM verifications WHERE client = ? AND created_wall > ? "
    "ORDER BY created_wall DESC LIMIT 1 OFFSET ?"};
static const struct db_sql gateway_sql = {
    "SELECT created_wall FROM messages WHERE created_wall > ? "
    "ORDER BY created_wall DESC LIMIT 1 OFFSET ?"};
static const struct db_sql guesses_sql = {
    "SELECT at_wall FROM guesses WHERE number_index = ? AND at_wall > ? "
    "ORDER BY at_wall DESC LIMIT 1 OFFSET ?"};
/* Of two guesses in the same microsecond the second is put into the next, so that both count. */
static const struct db_sql guess_insert_sql = {
    "INSERT INTO guesses (number_index, at_wall) SELECT ?1, MAX(?2, COALESCE(MAX(at_wall) + 1, 0)) "
    "FROM guesses WHERE number_index = ?1"};
static const struct db_sql guess_forgive_sql = {"DELETE FROM guesses WHERE number_index = ?"};
static const struct db_sql guess_purge_sql = {"DELETE FROM guesses WHERE at_wall <= ?"};

/* Whose entries a statement counts: a blob, a text, or everybody's. */
struct owner {
    const uint8_t *number_index;
    const char *client;
};

static int check_window(struct db *db, const struct db_sql *sql, const struct owner *owner,
    const struct limit_window *window, usec_t now_wall, usec_t *ret_wait)
{
    _cleanup_(db_resetp) struct db_statement *s = db_use(db, sql);
    usec_t begin = usec_sub(now_wall, window->span);
    int i = 1;
    int r;

    if (owner->number_index)
        db_bind_blob(s, i++, owner->number_index, OTP_NUMBER_INDEX_SIZE);
    else if (owner->client)
        db_bind_text(s, i++, owner->client);
    db_bind_int(s, i++, (int64_t)begin);
    db_bind_int(s, i, (int64_t)window->max - 1);
    r = db_step(s);
    if (r > 0)
        *ret_wait = usec_sub((usec_t)db_column_int(s, 0), begin);
    return r;
}

/* The window that keeps waiting longest decides. */
static int check(struct db *db, const struct db_sql *sql, struct owner owner,
    const struct limit *limit, usec_t now_wall, struct limit_hit *ret)
{
    int hit = 0;

    for (unsigned i = 0; i < limit->n_windows; i++) {
        usec_t wait = 0;
        int r = check_window(db, sql, &owner, &limit->windows[i], now_wall, &wait);

        if (r < 0)
            return r;
        if (r > 0 && (!hit || wait > ret->wait))
            *ret = (struct limit_hit){.window = limit->windows[i], .wait = wait};
        hit |= r > 0;
    }
    return hit;
}

int limit_check_number(struct db *db, const struct limit *limit,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], usec_t now_wall,
    struct limit_hit *ret)
{
    return check(
        db, &number_sql, (struct owner){.number_index = number_index}, limit, now_wall, ret);
}

int limit_check_client(struct db *db, const struct limit *limit, const char *client,
    usec_t now_wall, struct limit_hit *ret)
{
    return check(db, &client_sql, (struct owner){.client = client}, limit, now_wall, ret);
}

int limit_check_gateway(
    struct db *db, const struct limit *limit, usec_t now_wall, struct limit_hit *ret)
{
    return check(db, &gateway_sql, (struct owner){0}, limit, now_wall, ret);
}

int limit_check_guesses(struct db *db, const struct limit *limit,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], usec_t now_wall,
    struct limit_hit *ret)
{
    return check(
        db, &guesses_sql, (struct owner){.number_index = number_index}, limit, now_wall, ret);
}

int guess_insert(
    struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], usec_t now_wall)
{
    struct db_statement *s = db_use(db, &guess_insert_sql);

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    db_bind_int(s, 2, (int64_t)now_wall);
    return db_run(s);
}

int guess_forgive(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE])
{
    struct db_statement *s = db_use(db, &guess_forgive_sql);

    db_bind_blob(s, 1, number_index, OTP_NUMBER_INDEX_SIZE);
    return db_run(s);
}

int guess_purge(struct db *db, usec_t before_wall)
{
    struct db_statement *s = db_use(db, &guess_purge_sql);

    db_bind_int(s, 1, (int64_t)before_wall);
    return db_run(s);
}
