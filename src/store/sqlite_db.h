/*
 * What the two halves of the SQLite driver share: sqlite_open.c opens and closes, sqlite_db.c runs
 * statements and transactions.
 */
#pragma once

#include "store/db_file.h"
#include "store/db_open.h"

#include <sqlite3.h>

/* A technician's sqlite3 that writes holds us up; longer than this, requests fail instead. */
#define SQLITE_DB_BUSY_TIMEOUT_MSEC 5000

struct db_statement {
    struct db *db;
    const struct db_sql *sql; /* the key in the cache */
    sqlite3_stmt *prepared;   /* NULL when that failed */
    int error;                /* of preparing or binding: what db_step() answers */
    bool prepare_failed;      /* `error` stays until preparing works */
};

struct db {
    sqlite3 *handle;
    const struct log *log;
    struct db_file file;
    struct db_statement **statements; /* hash table by address, linear probing */
    size_t n_slots;                   /* a power of two */
    size_t n_statements;
    bool in_transaction;  /* between db_begin() and its end */
    int lost;             /* why SQLite ended the transaction by itself; 0 if it did not */
    char error_text[160]; /* SQLite's, of the last error */
    int reported;         /* the error in the log since the last commit that wrote; 0 if none */
    int wal_pages;        /* in the log after the last commit */
    int checkpoint_due_pages;
    bool forgets; /* the log is to be emptied */
};

/* The errno for the last failed call, noted in the log when it is news. */
int sqlite_db_fail(struct db *db);

/* Finalizes and forgets all statements. */
void sqlite_db_drop_statements(struct db *db);
