/*
 * Group commit. Jobs wait in `queue`; the thread takes all of them (up to BATCH_JOBS_MAX) into one
 * transaction, so that one wait for the disk serves them all, and while it waits the next batch
 * gathers. A job that fails having changed something takes its batch with it; the jobs after it
 * then have a transaction each for a while, so that one that always fails cannot harm many. (A
 * savepoint around each job would spare the batch, and costs a fifth of what a check costs.)
 * Answered jobs go to `finished`, and one link, `wake`, travels through the handover to make the
 * loop look there; store_close() looks there without the loop.
 */
#include "store/store.h"

#include "loop/handover.h"
#include "store/db_file.h"
#include "store/db_open.h"
#include "store/epoch.h"
#include "store/migrate.h"
#include "store/schema.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)STORE_ERROR_SIZE == (int)DB_ERROR_SIZE, "one buffer serves both");

#define URL_SCHEME "sqlite:"

/*
 * Bounds how long the first job of a batch waits for the others, and the memory of changed pages.
 */
#define BATCH_JOBS_MAX 512

#define QUIET_MSEC 20

/* So many jobs go alone after one has spoilt its batch: as many as it may have spoilt. */
#define ALONE_AFTER_FAILURE BATCH_JOBS_MAX

struct store {
    struct db *db; /* these four are the thread's, while it runs */
    struct epoch epoch;
    unsigned n_alone; /* jobs to come that have a transaction each */
    bool is_quiet;    /* nothing came since the last db_maintain() for quiet times */
    struct handover *handover;
    pthread_t thread;
    bool thread_runs;
    uint64_t waiting; /* the loop's */
    void (*delivered)(void *userdata);
    void *delivered_userdata;
    int (*ending)(void *userdata, struct db *db);
    void (*ended)(void *userdata, bool is_committed);
    void *userdata;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t queue_filled;
    pthread_cond_t batch_finished;
    struct list_link queue;
    size_t n_queued;
    struct list_link finished;
    struct list_link wake;
    bool wake_pushed; /* `wake` is on its way through the handover */
    bool stopping;
    uint64_t jobs, commits, failed_commits;
    int commit_error; /* of the last that had something to commit */
    struct histogram commit_time, loop_lag;
    usec_t woken_at; /* CLOCK_BOOTTIME, of `wake` */
};

const struct histogram_scale store_scale = {
    .bounds = {100, 250, 500, USEC_PER_MSEC, 2500, 5 * USEC_PER_MSEC, 10 * USEC_PER_MSEC,
        25 * USEC_PER_MSEC, 100 * USEC_PER_MSEC, 250 * USEC_PER_MSEC, USEC_PER_SEC},
    .n = 11,
};

static struct store_job *job_of(struct list_link *link)
{
    return CONTAINER_OF(link, struct store_job, link);
}

/*
 * Waits for jobs. What can wait until nobody would wait for it is done when none came for
 * QUIET_MSEC: right after a batch the queue is empty even under load, as its answers are still on
 * their way.
 */
static void wait_for_jobs(struct store *store)
{
    struct timespec quiet_at;

    clock_gettime(CLOCK_MONOTONIC, &quiet_at);
    quiet_at.tv_nsec += QUIET_MSEC * 1000000L;
    quiet_at.tv_sec += quiet_at.tv_nsec / 1000000000L;
    quiet_at.tv_nsec %= 1000000000L;
    while (store->n_queued == 0 && !store->stopping) {
        if (store->is_quiet) {
            pthread_cond_wait(&store->queue_filled, &store->lock);
        } else if (pthread_cond_timedwait(&store->queue_filled, &store->lock, &quiet_at) != 0) {
            store->is_quiet = true;
            pthread_mutex_unlock(&store->lock);
            db_maintain(store->db, true);
            pthread_mutex_lock(&store->lock);
        }
    }
    store->is_quiet = false;
}

/* Waits for jobs and moves them to `batch`. False when there will be no more. */
static bool take_batch(struct store *store, struct list_link *batch)
{
    size_t max = store->n_alone > 0 ? 1 : BATCH_JOBS_MAX;

    store->n_alone -= store->n_alone > 0;
    pthread_mutex_lock(&store->lock);
    wait_for_jobs(store);
    for (size_t n = 0; n < max && store->n_queued > 0; n++, store->n_queued--) {
        struct list_link *link = store->queue.next;

        list_unlink(link);
        list_append(batch, link);
    }
    pthread_mutex_unlock(&store->lock);
    return !list_is_empty(batch);
}

/*
 * Every job of a batch in turn. One that fails before it has changed anything harms none; 0. One
 * that fails after that takes all of the batch with it, as a commit that fails does; its error.
 */
static int run_jobs(struct db *db, struct list_link *batch)
{
    LIST_FOREACH (link, batch) {
        struct store_job *job = job_of(link);
        int64_t before = db_change_count(db);

        job->result = job->run(job, db);
        if (job->result < 0 && db_change_count(db) != before)
            return job->result;
    }
    return 0;
}

/* What belongs into every transaction that changes something. */
static int count_and_end(struct store *store)
{
    int r = store->ending ? store->ending(store->userdata, store->db) : 0;

    return r < 0 ? r : epoch_count(&store->epoch, store->db);
}

/*
 * 0: committed, and how long the commit took; 1: there was nothing to commit; negative: nothing of
 * the batch exists.
 */
static int run_batch(struct store *store, struct list_link *batch, usec_t *ret_took)
{
    struct db *db = store->db;
    int64_t before;
    usec_t begin;
    int r = db_begin(db);

    if (r < 0)
        return r;
    before = db_change_count(db);
    r = run_jobs(db, batch);
    if (r < 0)
        store->n_alone = ALONE_AFTER_FAILURE;
    else if (db_change_count(db) == before && !db_is_lost(db))
        r = 1;
    else
        r = count_and_end(store);
    if (r != 0) {
        db_rollback(db);
        return r;
    }
    begin = clock_boottime(&clock_system);
    r = db_commit(db);
    *ret_took = clock_boottime(&clock_system) - begin;
    if (r == 0)
        epoch_committed(&store->epoch);
    return r;
}

/* Gives the batch to the loop. */
static void hand_back(
    struct store *store, struct list_link *batch, int commit_result, usec_t commit_took)
{
    struct list_link items;
    bool push;

    list_init(&items);
    pthread_mutex_lock(&store->lock);
    store->commits += commit_result == 0;
    store->failed_commits += commit_result < 0;
    if (commit_result <= 0)
        store->commit_error = commit_result;
    if (commit_result == 0)
        histogram_observe(&store->commit_time, &store_scale, commit_took);
    list_splice(&store->finished, batch);
    push = !store->wake_pushed;
    if (push)
        store->woken_at = clock_boottime(&clock_system);
    store->wake_pushed = true;
    pthread_cond_signal(&store->batch_finished);
    pthread_mutex_unlock(&store->lock);
    if (push) {
        list_append(&items, &store->wake);
        handover_push(store->handover, &items);
    }
}

static void *store_main(void *userdata)
{
    struct store *store = userdata;
    struct list_link batch;
    usec_t took = 0;
    int r;

    list_init(&batch);
    while (take_batch(store, &batch)) {
        r = run_batch(store, &batch, &took);
        if (store->ended)
            store->ended(store->userdata, r == 0);
        if (r < 0)
            LIST_FOREACH (link, &batch)
                job_of(link)->result = r;
        hand_back(store, &batch, r, took);
        db_maintain(store->db, false);
    }
    return NULL;
}

/* Calls `done` of what is finished. */
static void deliver(struct store *store)
{
    struct list_link finished;

    list_init(&finished);
    pthread_mutex_lock(&store->lock);
    list_splice(&finished, &store->finished);
    pthread_mutex_unlock(&store->lock);
    while (!list_is_empty(&finished)) {
        struct store_job *job = job_of(finished.next);

        list_unlink(&job->link);
        store->waiting--;
        job->done(job, job->result);
    }
    if (store->delivered)
        store->delivered(store->delivered_userdata);
}

void store_set_observer(
    struct store *store, void (*delivered)(void *userdata), void *userdata)
{
    store->delivered = delivered;
    store->delivered_userdata = userdata;
}

static void on_wake(void *userdata, struct list_link *item)
{
    struct store *store = userdata;

    (void)item;
    pthread_mutex_lock(&store->lock);
    store->wake_pushed = false;
    histogram_observe(&store->loop_lag, &store_scale,
        usec_sub(clock_boottime(&clock_system), store->woken_at));
    pthread_mutex_unlock(&store->lock);
    deliver(store);
}

/* Signals are the loop's: the thread is born with all of them blocked. */
static int start_thread(struct store *store)
{
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&store->thread, NULL, store_main, store);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    store->thread_runs = error == 0;
    return -error;
}

static struct store *store_new(void)
{
    struct store *store = calloc(1, sizeof(*store));
    pthread_condattr_t monotonic;

    if (!store)
        return NULL;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->queue_filled, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&store->batch_finished, NULL);
    list_init(&store->queue);
    list_init(&store->finished);
    list_init(&store->wake);
    store->epoch = EPOCH_NULL;
    return store;
}

static int path_of(const char *url, const char **ret, char *ret_error)
{
    *ret = url + strlen(URL_SCHEME);
    if (strncmp(url, URL_SCHEME, strlen(URL_SCHEME)) == 0 && (*ret)[0] != '\0')
        return 0;
    snprintf(ret_error, STORE_ERROR_SIZE,
        "the [store] url \"%s\" is not understood; write sqlite:/path/to/smsotp.db", url);
    return -EINVAL;
}

int store_check(const char *url, char ret_error[static STORE_ERROR_SIZE])
{
    const char *path;
    int r = path_of(url, &path, ret_error);

    return r < 0 ? r : db_file_check(path, ret_error);
}

int store_open(struct store **ret, struct loop *loop, const struct log *log,
    const struct store_config *config, char ret_error[static STORE_ERROR_SIZE])
{
    _cleanup_(store_closep) struct store *store = store_new();
    const char *path;
    int r;

    snprintf(ret_error, STORE_ERROR_SIZE, "cannot start the store: out of memory");
    if (!store)
        return -ENOMEM;
    r = path_of(config->url, &path, ret_error);
    if (r == 0)
        r = db_open(&store->db, log, path, (int)schema_n_migrations, ret_error);
    if (r == 0)
        r = migrate(store->db, schema_migrations, schema_n_migrations, ret_error);
    if (r == 0 && config->epoch_path)
        r = epoch_open(&store->epoch, store->db, log, config->epoch_path, ret_error);
    if (r < 0)
        return r;
    store->ending = config->ending;
    store->ended = config->ended;
    store->userdata = config->userdata;
    r = handover_new(&store->handover, loop, on_wake, store);
    if (r == 0)
        r = start_thread(store);
    if (r < 0) {
        snprintf(ret_error, STORE_ERROR_SIZE, "cannot start the store: %s", strerror(-r));
        return r;
    }
    ret_error[0] = '\0';
    *ret = TAKE_PTR(store);
    return 0;
}

void store_drain(struct store *store)
{
    while (store->waiting > 0) {
        pthread_mutex_lock(&store->lock);
        while (list_is_empty(&store->finished))
            pthread_cond_wait(&store->batch_finished, &store->lock);
        pthread_mutex_unlock(&store->lock);
        deliver(store);
    }
}

static void stop_thread(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    store->stopping = true;
    pthread_cond_signal(&store->queue_filled);
    pthread_mutex_unlock(&store->lock);
    pthread_join(store->thread, NULL);
}

struct store *store_close(struct store *store)
{
    if (!store)
        return NULL;
    if (store->thread_runs) {
        store_drain(store);
        stop_thread(store);
    }
    handover_free(store->handover);
    epoch_close(&store->epoch);
    db_close(store->db);
    pthread_cond_destroy(&store->batch_finished);
    pthread_cond_destroy(&store->queue_filled);
    pthread_mutex_destroy(&store->lock);
    free(store);
    return NULL;
}

void store_submit(struct store *store, struct store_job *job)
{
    store->waiting++;
    pthread_mutex_lock(&store->lock);
    list_init(&job->link);
    list_append(&store->queue, &job->link);
    store->jobs++;
    if (store->n_queued++ == 0)
        pthread_cond_signal(&store->queue_filled);
    pthread_mutex_unlock(&store->lock);
}

int store_commit_error(struct store *store)
{
    int error;

    pthread_mutex_lock(&store->lock);
    error = store->commit_error;
    pthread_mutex_unlock(&store->lock);
    return error;
}

void store_get_stats(struct store *store, struct store_stats *ret)
{
    pthread_mutex_lock(&store->lock);
    *ret = (struct store_stats){
        .jobs = store->jobs,
        .commits = store->commits,
        .failed_commits = store->failed_commits,
        .waiting = store->waiting,
        .commit_time = store->commit_time,
        .loop_lag = store->loop_lag,
    };
    pthread_mutex_unlock(&store->lock);
}
