/*
 * A counter that the database and a small file beside it keep together, so that a database that was
 * put back from an older copy shows. Each commit that changes something counts one on, in the
 * database within the same transaction and then in the file; the file is therefore never ahead of
 * the database that belongs to it. It reaches the disk at the start, at the end, and once a minute
 * while there is work; an end of the process alone loses nothing of it. On the store's thread.
 */
#pragma once

#include "store/db_open.h"
#include "util/clock.h"

#include <stdbool.h>

#define EPOCH_DATABASE_SIZE 33

/*
 * In `meta` while nobody has drawn the consequences of a database that is older than it should be.
 */
#define EPOCH_META_ROLLED_BACK "rolled_back"

struct epoch {
    int fd; /* -1: none is kept */
    uint64_t value;
    char database[EPOCH_DATABASE_SIZE]; /* a name for the database, made once */
    usec_t synced_boot;
};

#define EPOCH_NULL ((struct epoch){.fd = -1})

/*
 * Compares both and counts one on. Where the database is older than the file, `rolled_back` stands
 * in the table `meta` from then on, until somebody has drawn the consequences and deletes it. So it
 * does where a database that was counted on has no file, or another one's; that begins anew. Errors
 * as store_open().
 */
int epoch_open(struct epoch *ret, struct db *db, const struct log *log, const char *path,
    char ret_error[static DB_ERROR_SIZE]);

/* Brings the file to the disk and closes it. */
void epoch_close(struct epoch *epoch);

/* Counts one on in the transaction that runs. */
int epoch_count(struct epoch *epoch, struct db *db);

/* The transaction has been committed. */
void epoch_committed(struct epoch *epoch);
