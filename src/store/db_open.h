/*
 * The driver's other side, for store.c and migrate.c alone: opening a database file, transactions,
 * the schema's version. One `struct db` is used on one thread at a time. Errors are those of db.h;
 * texts for people are one line that says what was found and what to do.
 */
#pragma once

#include "store/db.h"
#include "util/log.h"

#define DB_ERROR_SIZE 512

/*
 * Opens `path`, or creates it with mode 0600, for this process alone: `path`.lock is held until
 * db_close(). Refuses, and leaves as it is, what is not a database of ours or has a schema beyond
 * `newest_version`. `log` is borrowed. Errors as store_open().
 */
int db_open(struct db **ret, const struct log *log, const char *path, int newest_version,
    char ret_error[static DB_ERROR_SIZE]);

/* Moves everything into the one file and closes it. Takes NULL; returns NULL. */
struct db *db_close(struct db *db);
DEFINE_CLEANUP(struct db *, db_close);

/* Starts a transaction that may write. */
int db_begin(struct db *db);

/*
 * Makes the transaction durable. On an error nothing of it exists. When the engine gave the
 * transaction up earlier by itself, every db_step() since then and this answer the reason.
 */
int db_commit(struct db *db);

/* Ends a transaction without its changes. Harmless where there is none. */
void db_rollback(struct db *db);

/* Rows changed since the database was opened: it tells whether something changed in between. */
int64_t db_change_count(struct db *db);

/* Whether the engine has given up the transaction by itself: its commit answers why. */
bool db_is_lost(const struct db *db);

/* The schema's version; 0 in a new database. */
int db_get_version(struct db *db, int *ret_version);

/* Sets the schema's version, as a part of the transaction that runs. */
int db_set_version(struct db *db, int version);

/* Runs a script of statements without parameters. */
int db_run_script(struct db *db, const char *script);

/* What the engine said about the last error; valid until the next one. */
const char *db_error_text(struct db *db);

/* Housekeeping that is due, between transactions: `idle` when nobody waits for the next one. */
void db_maintain(struct db *db, bool idle);
