#include "store/sqlite_db.h"

#include <errno.h>

#define N_SLOTS_FIRST 64

/*
 * A checkpoint writes each page of the log once into the file and waits for the disk twice. More
 * pages make it rarer, and cheaper for pages that change often; fewer make the log smaller. In
 * quiet times nobody waits for it; under load all who come meanwhile do. With 16,000 pages they are
 * fewer than one in a hundred (tests/bench/run: 7 checkpoints in 50,000 checks by 64 connections).
 * Pages have 4 KiB.
 */
#define CHECKPOINT_PAGES 16000
#define CHECKPOINT_IDLE_PAGES 250

static bool means_no_room(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/*
 * The system's error behind SQLITE_IOERR. sqlite3_system_errno() has it for a statement, but not
 * for a COMMIT, where the file of the log must be asked.
 */
static int system_errno_of(struct db *db)
{
    int error = sqlite3_system_errno(db->handle);
    sqlite3_file *file = NULL;

    if (error == 0)
        sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (file && file->pMethods)
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

static int errno_of(int code, int system_errno)
{
    switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       code == SQLITE_CONSTRAINT_ROWID
                   ? -EEXIST
                   : -EIO;
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_READONLY:
        return -EROFS;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return -EUCLEAN;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return -EBUSY;
    case SQLITE_CANTOPEN:
        if (system_errno == EACCES || system_errno == EROFS)
            return -system_errno;
        break;
    }
    return means_no_room(system_errno) ? -ENOSPC : -EIO;
}

int sqlite_db_fail(struct db *db)
{
    int code = sqlite3_extended_errcode(db->handle);
    bool is_system_call = (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN;
    int system_errno = is_system_call ? system_errno_of(db) : 0;
    int r = errno_of(code, system_errno);

    sqlite3_snprintf(sizeof(db->error_text), db->error_text, "%s", sqlite3_errmsg(db->handle));
    if (r != -EEXIST && r != db->reported) {
        db->reported = r;
        log_error(db->log, "store: %s (SQLite error %d, system error %d)", db->error_text, code,
            system_errno);
    }
    /* Out of room, memory or luck, SQLite may end the whole transaction with the statement. */
    if (db->in_transaction && db->lost == 0 && sqlite3_get_autocommit(db->handle))
        db->lost = r;
    return r;
}

/* The slot where `sql` is, or the free one where it belongs. */
static struct db_statement **find_slot(struct db *db, const struct db_sql *sql)
{
    size_t i = (size_t)(((uintptr_t)sql >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 32);

    for (;; i++) {
        struct db_statement **slot = &db->statements[i & (db->n_slots - 1)];

        if (!*slot || (*slot)->sql == sql)
            return slot;
    }
}

/* Keeps half of the slots free. */
static int make_room(struct db *db)
{
    struct db_statement **old = db->statements;
    size_t n_old = db->n_slots;

    if (db->n_statements * 2 < db->n_slots)
        return 0;
    db->n_slots = n_old ? n_old * 2 : N_SLOTS_FIRST;
    db->statements = calloc(db->n_slots, sizeof(struct db_statement *));
    if (!db->statements) {
        db->statements = old;
        db->n_slots = n_old;
        return -ENOMEM;
    }
    for (size_t i = 0; i < n_old; i++)
        if (old[i])
            *find_slot(db, old[i]->sql) = old[i];
    free(old);
    return 0;
}

static void prepare(struct db_statement *statement)
{
    struct db *db = statement->db;

    statement->prepare_failed =
        sqlite3_prepare_v3(db->handle, statement->sql->text, -1, SQLITE_PREPARE_PERSISTENT,
            &statement->prepared, NULL) != SQLITE_OK;
    statement->error = statement->prepare_failed ? sqlite_db_fail(db) : 0;
}

struct db_statement *db_use(struct db *db, const struct db_sql *sql)
{
    struct db_statement **slot;

    if (make_room(db) < 0)
        return NULL;
    slot = find_slot(db, sql);
    if (!*slot) {
        struct db_statement *statement = calloc(1, sizeof(*statement));

        if (!statement)
            return NULL;
        statement->db = db;
        statement->sql = sql;
        statement->prepare_failed = true;
        *slot = statement;
        db->n_statements++;
    }
    if ((*slot)->prepare_failed)
        prepare(*slot);
    else
        db_reset(*slot);
    return *slot;
}

static void note_bound(struct db_statement *statement, int code)
{
    if (code != SQLITE_OK && statement->error == 0)
        statement->error = sqlite_db_fail(statement->db);
}

void db_bind_int(struct db_statement *statement, int index, int64_t value)
{
    if (statement && statement->prepared)
        note_bound(statement, sqlite3_bind_int64(statement->prepared, index, value));
}

void db_bind_text(struct db_statement *statement, int index, const char *text)
{
    if (statement && statement->prepared)
        note_bound(
            statement, sqlite3_bind_text(statement->prepared, index, text, -1, SQLITE_STATIC));
}

void db_bind_blob(struct db_statement *statement, int index, const void *bytes, size_t n)
{
    if (statement && statement->prepared)
        note_bound(
            statement, sqlite3_bind_blob64(statement->prepared, index, bytes, n, SQLITE_STATIC));
}

void db_bind_null(struct db_statement *statement, int index)
{
    if (statement && statement->prepared)
        note_bound(statement, sqlite3_bind_null(statement->prepared, index));
}

int db_step(struct db_statement *statement)
{
    int code;

    if (!statement)
        return -ENOMEM;
    if (statement->db->lost)
        return statement->db->lost;
    if (statement->error)
        return statement->error;
    code = sqlite3_step(statement->prepared);
    if (code == SQLITE_ROW)
        return 1;
    return code == SQLITE_DONE ? 0 : sqlite_db_fail(statement->db);
}

int64_t db_column_int(struct db_statement *statement, int index)
{
    return statement ? sqlite3_column_int64(statement->prepared, index) : 0;
}

const char *db_column_text(struct db_statement *statement, int index)
{
    return statement ? (const char *)sqlite3_column_text(statement->prepared, index) : NULL;
}

const void *db_column_blob(struct db_statement *statement, int index, size_t *ret_n_bytes)
{
    const void *bytes = statement ? sqlite3_column_blob(statement->prepared, index) : NULL;

    /* In this order: asking for the bytes may change the representation that is counted. */
    *ret_n_bytes = statement ? (size_t)sqlite3_column_bytes(statement->prepared, index) : 0;
    return bytes;
}

bool db_column_is_null(struct db_statement *statement, int index)
{
    return !statement || sqlite3_column_type(statement->prepared, index) == SQLITE_NULL;
}

struct db_statement *db_reset(struct db_statement *statement)
{
    if (!statement || statement->prepare_failed)
        return NULL;
    sqlite3_reset(statement->prepared);
    sqlite3_clear_bindings(statement->prepared);
    statement->error = 0;
    return NULL;
}

int db_run(struct db_statement *statement)
{
    int r = db_step(statement);

    db_reset(statement);
    return r < 0 ? r : 0;
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes(db->handle);
}

void sqlite_db_drop_statements(struct db *db)
{
    for (size_t i = 0; i < db->n_slots; i++) {
        if (!db->statements[i])
            continue;
        sqlite3_finalize(db->statements[i]->prepared);
        free(db->statements[i]);
    }
    free(db->statements);
    db->statements = NULL;
    db->n_slots = db->n_statements = 0;
}

int db_begin(struct db *db)
{
    static const struct db_sql begin = {"BEGIN IMMEDIATE"};
    int r;

    db_rollback(
        db); /* of a transaction that was neither committed nor rolled back: there is none */
    r = db_run(db_use(db, &begin));
    db->in_transaction = r == 0;
    return r;
}

int64_t db_change_count(struct db *db)
{
    return sqlite3_total_changes64(db->handle);
}

bool db_is_lost(const struct db *db)
{
    return db->lost < 0;
}

/* A statement left in the middle of its rows would hold its view of the database open for ever. */
static void reset_forgotten(struct db *db)
{
    for (size_t i = 0; i < db->n_slots; i++)
        if (db->statements[i] && sqlite3_stmt_busy(db->statements[i]->prepared))
            db_reset(db->statements[i]);
}

int db_commit(struct db *db)
{
    static const struct db_sql commit = {"COMMIT"};
    int r;

    reset_forgotten(db);
    r = db_run(db_use(db, &commit));
    if (r < 0)
        db_rollback(db);
    db->in_transaction = false;
    return r;
}

void db_rollback(struct db *db)
{
    reset_forgotten(db);
    db->in_transaction = false;
    db->lost = 0;
    /* Fails only where SQLite has rolled back by itself already. */
    if (!sqlite3_get_autocommit(db->handle))
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

int db_get_version(struct db *db, int *ret_version)
{
    static const struct db_sql get = {"PRAGMA user_version"};
    _cleanup_(db_resetp) struct db_statement *statement = db_use(db, &get);
    int r = db_step(statement);

    if (r <= 0)
        return r < 0 ? r : -EIO;
    *ret_version = (int)db_column_int(statement, 0);
    return 0;
}

int db_set_version(struct db *db, int version)
{
    char text[48];

    sqlite3_snprintf(sizeof(text), text, "PRAGMA user_version = %d", version);
    return db_run_script(db, text);
}

int db_run_script(struct db *db, const char *script)
{
    if (db->lost)
        return db->lost;
    return sqlite3_exec(db->handle, script, NULL, NULL, NULL) == SQLITE_OK ? 0 : sqlite_db_fail(db);
}

const char *db_error_text(struct db *db)
{
    return db->error_text;
}

void db_forget(struct db *db)
{
    db->forgets = true;
}

int db_room(struct db *db, struct db_room *ret)
{
    return db_file_room(&db->file, ret);
}

void db_maintain(struct db *db, bool idle)
{
    int due = MAX(db->checkpoint_due_pages, CHECKPOINT_PAGES);
    int n_logged = 0, n_moved = 0;

    /* A reader from outside is not waited for: then the next purge empties it. */
    if (db->forgets && idle) {
        db->forgets = false;
        sqlite3_busy_timeout(db->handle, 0);
        if (sqlite3_wal_checkpoint_v2(
                db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK)
            db->wal_pages = 0;
        sqlite3_busy_timeout(db->handle, SQLITE_DB_BUSY_TIMEOUT_MSEC);
    }
    if (idle)
        due -= CHECKPOINT_PAGES - CHECKPOINT_IDLE_PAGES;
    if (db->wal_pages < due)
        return;
    (void)sqlite3_wal_checkpoint_v2(
        db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &n_logged, &n_moved);
    /* What a reader from outside still looks at stays in the log: come back when there is more. */
    db->checkpoint_due_pages = n_moved < n_logged ? n_logged + CHECKPOINT_PAGES : CHECKPOINT_PAGES;
    if (n_moved >= n_logged)
        db->wal_pages = 0;
}
