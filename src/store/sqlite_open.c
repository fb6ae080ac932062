/*
 * Opening happens in an order that never changes a file before it is known to be ours: db_file.c
 * reads its header; then SQLite reads it, with the checkpoint at closing switched off if there
 * is a log, so that even the log of a refused database stays; only then the settings that write are
 * made. A new file gets its application_id first, while it still has a rollback journal: from then
 * on the header in the file itself, not in a log beside it, says whose it is.
 */
#include "store/sqlite_db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* At the end a reader from outside does not hold us up as long: its share of the log stays. */
#define CLOSE_TIMEOUT_MSEC 300

/*
 * WAL with FULL loses nothing that was committed, power cuts included; nothing less will do.
 * The log is cut to 64 MiB whenever it starts anew, and usually stays below them by
 * CHECKPOINT_PAGES. The cache has 1 MiB, which is enough for the upper pages of all trees.
 */
static const char settings[] = "PRAGMA synchronous = FULL;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA cache_size = -1024;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA journal_size_limit = 67108864;";

static int refuse(struct db *db, int r, char *ret_error)
{
    const char *advice = "restore it from a backup, or name another file in [store] url";

    switch (r) {
    case -ENOSPC:
        advice = "make room on its disk";
        break;
    case -EBUSY:
        advice = "another program (sqlite3?) holds a lock on it; end that one";
        break;
    case -EACCES:
    case -EROFS:
        advice = "it and its directory must be writable for the user smsotpd runs as";
        break;
    }
    snprintf(ret_error, DB_ERROR_SIZE, "cannot use the database %s: %s; %s", db->file.path,
        db_error_text(db), advice);
    return r;
}

static int refuse_without_wal(struct db *db, const char *found, char *ret_error)
{
    snprintf(ret_error, DB_ERROR_SIZE,
        "cannot use the database %s: its file system does not support SQLite's write-ahead log "
        "(found: %s), and without it answers would not survive a power cut; choose a local disk in "
        "[store] url",
        db->file.path, found);
    return -ENOTSUP;
}

/* Errors that mean: no shared memory or no locks here, which a write-ahead log needs. */
static bool means_no_wal(struct db *db)
{
    switch (sqlite3_extended_errcode(db->handle)) {
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMMAP:
    case SQLITE_IOERR_SHMLOCK:
    case SQLITE_PROTOCOL:
        return true;
    }
    return false;
}

static int check_version(struct db *db, int newest_version, char *ret_error)
{
    int version = 0;
    int r = db_get_version(db, &version);

    if (r < 0 && means_no_wal(db))
        return refuse_without_wal(db, db_error_text(db), ret_error);
    if (r < 0)
        return refuse(db, r, ret_error);
    if (version < 0 || version > newest_version) {
        snprintf(ret_error, DB_ERROR_SIZE,
            "%s was written by a newer smsotpd: its schema has version %d, this program knows "
            "up to %d; install the newer program again, or restore an older backup",
            db->file.path, version, newest_version);
        return -EUCLEAN;
    }
    return 0;
}

/* Reads the way to the first row of one table; all columns, or an index would be read instead. */
static int check_table(struct db *db, const char *name)
{
    char *text = sqlite3_mprintf("SELECT * FROM \"%w\" LIMIT 1", name);
    int r = text ? db_run_script(db, text) : -ENOMEM;

    sqlite3_free(text);
    return r;
}

/* Finds damage of the header, the schema and the upper pages of each table, in no time. */
static int check_damage(struct db *db)
{
    static const struct db_sql tables = {"SELECT name FROM sqlite_schema WHERE type = 'table'"};
    _cleanup_(db_resetp) struct db_statement *statement = db_use(db, &tables);
    int r;

    while ((r = db_step(statement)) > 0) {
        r = check_table(db, db_column_text(statement, 0));
        if (r < 0)
            break;
    }
    return r;
}

static int set_application_id(struct db *db)
{
    char text[48];

    snprintf(text, sizeof(text), "PRAGMA application_id = %d", DB_FILE_APPLICATION_ID);
    return db_run_script(db, text);
}

static int set_wal(struct db *db, char *ret_error)
{
    static const struct db_sql wal = {"PRAGMA journal_mode = WAL"};
    _cleanup_(db_resetp) struct db_statement *statement = db_use(db, &wal);
    int r = db_step(statement);
    const char *mode = r > 0 ? db_column_text(statement, 0) : db_error_text(db);

    if (r < 0 && !means_no_wal(db))
        return refuse(db, r, ret_error);
    if (r <= 0 || !mode || strcmp(mode, "wal") != 0)
        return refuse_without_wal(db, mode ? mode : "no answer", ret_error);
    return 0;
}

/* Runs after each commit that wrote, with the length of the log. */
static int on_commit(void *userdata, sqlite3 *handle, const char *name, int n_pages)
{
    struct db *db = userdata;

    (void)handle;
    (void)name;
    db->wal_pages = n_pages;
    if (db->reported) {
        log_notice(db->log, "store: writing works again");
        db->reported = 0;
    }
    return SQLITE_OK;
}

static int open_handle(struct db *db, char *ret_error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

    /* Nobody reads SQLite's statistics of memory, and each allocation would lock them. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open_v2(db->file.path, &db->handle, flags, NULL) != SQLITE_OK)
        return db->handle ? refuse(db, sqlite_db_fail(db), ret_error) : -ENOMEM;
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, db->file.has_log, NULL);
    /* A misspelt "column" is an error, not a string. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_busy_timeout(db->handle, SQLITE_DB_BUSY_TIMEOUT_MSEC);
    return 0;
}

static int configure(struct db *db, char *ret_error)
{
    int r = check_damage(db);

    if (r == 0)
        r = db_run_script(db, settings);
    if (r == 0 && db->file.is_new)
        r = set_application_id(db);
    if (r < 0)
        return refuse(db, r, ret_error);
    r = set_wal(db, ret_error);
    if (r < 0)
        return r;
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    /* Takes the place of SQLite's own checkpoints within commits: db_maintain() does them. */
    sqlite3_wal_hook(db->handle, on_commit, db);
    return 0;
}

int db_open(struct db **ret, const struct log *log, const char *path, int newest_version,
    char ret_error[static DB_ERROR_SIZE])
{
    static const struct log silent = {.fd = -1};
    _cleanup_(db_closep) struct db *db = calloc(1, sizeof(*db));
    int r;

    snprintf(ret_error, DB_ERROR_SIZE, "cannot open the database %s: out of memory", path);
    if (!db)
        return -ENOMEM;
    db->log = &silent; /* until it is open, `ret_error` says all */
    db->file = DB_FILE_NULL;
    r = db_file_init(&db->file, path, ret_error);
    if (r == 0)
        r = open_handle(db, ret_error);
    if (r == 0)
        r = check_version(db, newest_version, ret_error);
    if (r == 0)
        r = configure(db, ret_error);
    if (r == 0 && db_file_sync_directory(&db->file) < 0)
        log_debug(log, "store: cannot sync the directory of %s", db->file.path);
    if (r < 0)
        return r;
    db->log = log;
    db->reported = 0;
    *ret = TAKE_PTR(db);
    return 0;
}

struct db *db_close(struct db *db)
{
    int no_checkpoint = 1;

    if (!db)
        return NULL;
    if (db->handle) {
        sqlite3_busy_timeout(db->handle, CLOSE_TIMEOUT_MSEC);
        db_rollback(db);
        sqlite_db_drop_statements(db);
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &no_checkpoint);
        if (!no_checkpoint)
            (void)sqlite3_wal_checkpoint_v2(
                db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        sqlite3_close(db->handle);
    }
    db_file_fini(&db->file);
    free(db);
    return NULL;
}
