#include "store/migrate.h"

#include <errno.h>
#include <stdio.h>

static int run_step(struct db *db, const char *script, int next_version)
{
    int r = db_run_script(db, script);

    return r < 0 ? r : db_set_version(db, next_version);
}

static int migrate_one(struct db *db, const char *script, int version, char *ret_error)
{
    int r = db_begin(db);

    if (r == 0)
        r = run_step(db, script, version + 1);
    if (r < 0)
        snprintf(ret_error, DB_ERROR_SIZE,
            "cannot bring the database from schema version %d to %d: %s; it was left "
            "at version %d: make room if the disk is full, else keep the file and report this",
            version, version + 1, db_error_text(db), version);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    r = db_commit(db);
    if (r < 0)
        snprintf(ret_error, DB_ERROR_SIZE,
            "cannot store schema version %d of the database: %s; it was left at version %d",
            version + 1, r == -ENOSPC ? "the disk is full" : "the disk does not take it", version);
    return r;
}

int migrate(struct db *db, const char *const *scripts, size_t n_scripts,
    char ret_error[static DB_ERROR_SIZE])
{
    int version = 0;
    int r = db_get_version(db, &version);

    if (r < 0)
        snprintf(ret_error, DB_ERROR_SIZE, "cannot read the schema version: %s", db_error_text(db));
    for (; r == 0 && (size_t)version < n_scripts; version++)
        r = migrate_one(db, scripts[version], version, ret_error);
    return r;
}
