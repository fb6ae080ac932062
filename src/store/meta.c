#include "store/meta.h"

#include <stdio.h>

static const struct db_sql read_sql = {"SELECT value FROM meta WHERE key = ?"};
static const struct db_sql write_sql = {"INSERT INTO meta (key, value) VALUES (?, ?) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value"};
static const struct db_sql delete_sql = {"DELETE FROM meta WHERE key = ?"};

static struct db_statement *use(struct db *db, const struct db_sql *sql, const char *key)
{
    struct db_statement *s = db_use(db, sql);

    db_bind_text(s, 1, key);
    return s;
}

int meta_read_int(struct db *db, const char *key, int64_t *ret)
{
    _cleanup_(db_resetp) struct db_statement *s = use(db, &read_sql, key);
    int r = db_step(s);

    if (r > 0)
        *ret = db_column_int(s, 0);
    return r;
}

int meta_read_text(struct db *db, const char *key, char *ret, size_t size)
{
    _cleanup_(db_resetp) struct db_statement *s = use(db, &read_sql, key);
    int r = db_step(s);
    const char *text = r > 0 ? db_column_text(s, 0) : NULL;

    if (text)
        snprintf(ret, size, "%s", text);
    return r < 0 ? r : text != NULL;
}

int meta_write_int(struct db *db, const char *key, int64_t value)
{
    struct db_statement *s = use(db, &write_sql, key);

    db_bind_int(s, 2, value);
    return db_run(s);
}

int meta_write_text(struct db *db, const char *key, const char *value)
{
    struct db_statement *s = use(db, &write_sql, key);

    db_bind_text(s, 2, value);
    return db_run(s);
}

int meta_delete(struct db *db, const char *key)
{
    return db_run(use(db, &delete_sql, key));
}
