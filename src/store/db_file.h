/*
 * The database as a file, before the engine sees it: where it is, whether it is ours, and the lock
 * that keeps a second daemon out. Only reads, except that it creates what is missing: the empty
 * file (mode 0600) and the lock file beside it. Errors as store_open().
 */
#pragma once

#include "util/macros.h"

#include <stdbool.h>

/* "sotp": what SQLite keeps at offset 68 of our files, and file(1) can tell them by. */
#define DB_FILE_APPLICATION_ID 0x736f7470

struct db_file {
    char *path;   /* canonical, so that two names of one file meet at one lock */
    int lock_fd;  /* holds the lock until db_file_fini() */
    bool is_new;  /* empty: nothing was stored in it yet */
    bool has_log; /* an engine that ended early left a write-ahead log with content */
};

#define DB_FILE_NULL ((struct db_file){.lock_fd = -1})

/* See db_room(). */
struct db_room;
int db_file_room(const struct db_file *file, struct db_room *ret);

/* Finds, checks and locks `path`. `ret_error` has DB_ERROR_SIZE bytes. */
int db_file_init(struct db_file *ret, const char *path, char *ret_error);

/* The check alone: no lock, nothing made; that nothing is there yet is no error. */
int db_file_check(const char *path, char *ret_error);

/* Gives the lock back. */
void db_file_fini(struct db_file *file);

/* Makes the names of the files in the directory of `file` durable. */
int db_file_sync_directory(const struct db_file *file);
