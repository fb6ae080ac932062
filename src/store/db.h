/*
 * The narrow database driver: prepare, bind, step, begin, commit. What stands above it is portable
 * SQL with `?` parameters, so that another engine can stand below. Used on one thread at a time,
 * which in the product is the store's own thread. Errors: -EEXIST (a UNIQUE constraint), -ENOSPC
 * (disk full), -EROFS, -EUCLEAN (damaged or not ours), -EBUSY (another program kept it locked for
 * seconds), -ENOMEM, -EIO (anything else). After an error that ended the whole transaction every
 * step of it answers that error.
 */
#pragma once

#include "util/macros.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* A statement as source text, prepared at its first use and kept. Static storage. */
struct db_sql {
    const char *text;
};

/* A statement in use: parameters bound, rows being read. Give it back with db_reset(). */
struct db_statement;

/* The prepared form of `sql`, reset and without parameters. Errors show at db_step(). */
struct db_statement *db_use(struct db *db, const struct db_sql *sql);

/* Parameters are numbered from 1. Text and blobs are borrowed until db_reset(). NULL text: SQL
 * NULL. */
void db_bind_int(struct db_statement *statement, int index, int64_t value);
void db_bind_text(struct db_statement *statement, int index, const char *text);
void db_bind_blob(struct db_statement *statement, int index, const void *bytes, size_t n);
void db_bind_null(struct db_statement *statement, int index);

/* 1: a row is there; 0: done; negative: error. */
int db_step(struct db_statement *statement);

/* Columns of the current row are numbered from 0; pointers are valid until the next step. */
int64_t db_column_int(struct db_statement *statement, int index);
const char *db_column_text(struct db_statement *statement, int index); /* NULL for SQL NULL */
const void *db_column_blob(struct db_statement *statement, int index, size_t *ret_n_bytes);
bool db_column_is_null(struct db_statement *statement, int index);

/* Ends the use of a statement. Takes NULL; returns NULL. */
struct db_statement *db_reset(struct db_statement *statement);
DEFINE_CLEANUP(struct db_statement *, db_reset);

/* Steps a statement that answers no rows, and resets it. 0 or an error. */
int db_run(struct db_statement *statement);

/*
 * What the transaction that runs deletes is to leave the engine's log as well: that is emptied soon
 * after the commit.
 */
void db_forget(struct db *db);

/* Octets of the file system that the database lies on, and of these what is left for it. */
struct db_room {
    uint64_t total, available;
};

/* How much room there is. errno of statvfs(2). */
int db_room(struct db *db, struct db_room *ret);

/* Rows that the last INSERT, UPDATE or DELETE touched. */
int64_t db_changes(struct db *db);
