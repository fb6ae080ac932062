/*
 * The store: a database file and one thread that writes to it. The loop never waits for a disk: it
 * submits jobs; the thread takes everything that waits into one transaction, commits once, and
 * hands the jobs back. `done` therefore runs only after the commit that holds the job's changes, so
 * what is answered from it is never lost. When the commit fails, every job of its batch gets the
 * error and none of its changes exist.
 */
#pragma once

#include "loop/loop.h"
#include "store/db.h"
#include "util/histogram.h"
#include "util/list.h"
#include "util/log.h"

struct store;

/* One piece of work. Embedded in the caller's structure, which must live until `done`. */
struct store_job {
    struct list_link link; /* the store's while submitted */
    /*
     * On the store's thread, within a transaction. 0 keeps the changes. A negative errno, for
     * trouble with the database or its content, undoes them; when there are any, with those of
     * every job in the batch, which all get this errno. A decision that is no error (a refusal) is
     * stored in the job, not returned.
     */
    int (*run)(struct store_job *job, struct db *db);
    /* On the loop's thread, after the commit: the value of `run`, or why nothing was committed. */
    void (*done)(struct store_job *job, int result);
    int result;            /* the store's while submitted */
};

struct store_config {
    const char *epoch_path; /* of the file that shows an older database; NULL: none is kept */
    const char *url; /* "sqlite:/path/to/file.db"; borrowed for store_open() */
    /*
     * On the store's thread, may be NULL: before a transaction that has changed something is
     * committed (an error undoes it), and at the end of each.
     */
    int (*ending)(void *userdata, struct db *db);
    void (*ended)(void *userdata, bool is_committed);
    void *userdata;
};

/* Why store_open() failed, one line for the person who installs it, with what to do. */
#define STORE_ERROR_SIZE 512

/*
 * Opens or creates the database, migrates it, and starts the thread. A file that is not a smsotp
 * database (SQLite application_id), is newer than this program, is damaged, or lies where WAL
 * cannot be had is refused and left as it is. 0; -EINVAL (url, or it names no regular file),
 * -EUCLEAN (not ours, damaged, newer), -EACCES, -EROFS, -ENOENT, -EBUSY (another smsotpd has it),
 * -ENOTSUP (no WAL), -ENOSPC, -EIO, -ENOMEM.
 */
int store_open(struct store **ret, struct loop *loop, const struct log *log,
    const struct store_config *config, char ret_error[static STORE_ERROR_SIZE]);

/*
 * Whether what `url` names is a database of ours or not there yet, by its header; changes nothing.
 */
int store_check(const char *url, char ret_error[static STORE_ERROR_SIZE]);

/*
 * Finishes what was submitted, calls its `done`, ends the thread. What a `done` submits meanwhile
 * is finished as well. Not from a `done`. Takes NULL; returns NULL.
 */
struct store *store_close(struct store *store);
DEFINE_CLEANUP(struct store *, store_close);

/*
 * On the loop's thread, each time that answers have been delivered. Whoever sets it sets it once,
 * and before the first job; store_close() calls it too.
 */
void store_set_observer(
    struct store *store, void (*delivered)(void *userdata), void *userdata);

/* Queues a job; order is kept. From the loop's thread. */
void store_submit(struct store *store, struct store_job *job);

/*
 * Waits for everything that was submitted and calls its `done`, until nothing is left, not even
 * what a `done` submitted. Not from a `done`.
 */
void store_drain(struct store *store);

/* Why the last transaction that had something to commit failed; 0: it did not. */
int store_commit_error(struct store *store);

/* Figures since start. */
struct store_stats {
    uint64_t jobs, commits, failed_commits;
    uint64_t waiting;             /* jobs submitted and not yet done */
    struct histogram commit_time; /* of commits that changed something */
    struct histogram loop_lag;    /* from a batch's end until the loop takes it */
};

/* The ranges of both: a commit on flash takes 0.2 ms to 50 ms, and a second is trouble. */
extern const struct histogram_scale store_scale;
void store_get_stats(struct store *store, struct store_stats *ret);
