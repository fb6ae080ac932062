/*
 * What the tests of the store share: a directory that goes away, and a store in it with a table
 * `rows` to write to. Jobs are made so that a test decides what is one batch.
 */
#pragma once

#include "store/migrate.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sqlite3.h>

#define FIXTURE_JOBS 64

struct fixture {
    char directory[64];
    char path[80];
    char url[96];
    struct loop *loop;
    struct store *store;
    int n_done; /* also the order of the answers */
};

/* Holds a job within its transaction. */
struct fixture_gate {
    sem_t entered;
    sem_t open;
};

struct fixture_job {
    struct store_job job;
    struct fixture *fixture;
    int64_t id;
    size_t n_octets;
    int fails_with; /* after it has written */
    int ran;
    int result;
    int order; /* of its answer, from 1; 0: none yet */
    struct fixture_gate *gate;
};

static const struct log fixture_log = {.fd = -1};

static inline void fixture_init(struct fixture *f, const char *directory)
{
    memset(f, 0, sizeof(*f));
    snprintf(
        f->directory, sizeof(f->directory), "%s", directory ? directory : "/tmp/smsotp-XXXXXX");
    if (!directory)
        assert_non_null(mkdtemp(f->directory));
    snprintf(f->path, sizeof(f->path), "%s/t.db", f->directory);
    snprintf(f->url, sizeof(f->url), "sqlite:%s", f->path);
}

static inline void fixture_open(struct fixture *f)
{
    char error[STORE_ERROR_SIZE] = "";
    const struct store_config config = {.url = f->url};
    int r;

    if (!f->loop)
        assert_int_equal(loop_new(&f->loop, &clock_system), 0);
    r = store_open(&f->store, f->loop, &fixture_log, &config, error);
    if (r < 0)
        print_error("%s\n", error);
    assert_int_equal(r, 0);
}

static inline void fixture_fini(struct fixture *f)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".lock"};
    char name[128];

    f->store = store_close(f->store);
    f->loop = loop_free(f->loop);
    for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
        snprintf(name, sizeof(name), "%s%s", f->path, suffixes[i]);
        unlink(name);
    }
    rmdir(f->directory);
}

/* Opens the database alone, and brings it to the version after the last script. */
static inline int fixture_migrate(struct fixture *f, const char *const *scripts, size_t n_scripts,
    char error[static DB_ERROR_SIZE])
{
    struct db *db = NULL;
    int r;

    assert_int_equal(db_open(&db, &fixture_log, f->path, (int)n_scripts, error), 0);
    r = migrate(db, scripts, n_scripts, error);
    db_close(db);
    return r;
}

static inline void fixture_sem_wait(sem_t *semaphore)
{
    while (sem_wait(semaphore) < 0)
        ;
}

static inline int fixture_insert(struct store_job *job, struct db *db)
{
    static const struct db_sql create = {
        "CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, data BLOB)"};
    static const struct db_sql insert = {"INSERT INTO rows VALUES (?, zeroblob(?))"};
    struct fixture_job *self = CONTAINER_OF(job, struct fixture_job, job);
    struct db_statement *statement;
    int r;

    self->ran++;
    if (self->gate) {
        sem_post(&self->gate->entered);
        fixture_sem_wait(&self->gate->open);
    }
    r = db_run(db_use(db, &create));
    if (r < 0)
        return r;
    statement = db_use(db, &insert);
    db_bind_int(statement, 1, self->id);
    db_bind_int(statement, 2, (int64_t)self->n_octets);
    r = db_run(statement);
    return r < 0 ? r : self->fails_with;
}

static inline void fixture_done(struct store_job *job, int result)
{
    struct fixture_job *self = CONTAINER_OF(job, struct fixture_job, job);

    self->result = result;
    self->order = ++self->fixture->n_done;
}

static inline void fixture_submit(struct fixture *f, struct fixture_job *job)
{
    job->fixture = f;
    job->order = 0;
    job->job.run = fixture_insert;
    job->job.done = fixture_done;
    store_submit(f->store, &job->job);
}

/* Runs the loop until that many answers came, all in all. */
static inline void fixture_wait(struct fixture *f, int n_done)
{
    usec_t end = clock_boottime(&clock_system) + 30 * USEC_PER_SEC;

    while (f->n_done < n_done && clock_boottime(&clock_system) < end) {
        assert_int_equal(loop_run_once(f->loop), 0);
        usleep(500);
    }
    assert_int_equal(f->n_done, n_done);
}

/*
 * Makes all jobs one batch: a first job, `holder`, holds the thread, in a transaction of its own,
 * until the others wait and `then`, if any, has been called.
 */
static inline void fixture_run_behind(struct fixture *f, struct fixture_job *holder,
    struct fixture_job *jobs, int n, void (*then)(struct fixture *f))
{
    struct fixture_gate gate;
    int n_before = f->n_done;

    sem_init(&gate.entered, 0, 0);
    sem_init(&gate.open, 0, 0);
    holder->gate = &gate;
    fixture_submit(f, holder);
    fixture_sem_wait(&gate.entered);
    for (int i = 0; i < n; i++)
        fixture_submit(f, &jobs[i]);
    if (then)
        then(f);
    sem_post(&gate.open);
    fixture_wait(f, n_before + n + 1);
    sem_destroy(&gate.entered);
    sem_destroy(&gate.open);
}

/* Runs all jobs as one batch, after one that leaves a row `holder_id`. */
static inline void fixture_run_batch(
    struct fixture *f, struct fixture_job *jobs, int n, int64_t holder_id)
{
    struct fixture_job holder = {.id = holder_id};

    fixture_run_behind(f, &holder, jobs, n, NULL);
}

/* What another program sees: the number that `query` answers, -1 on an error. */
static inline int64_t fixture_query(const struct fixture *f, const char *query)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;

    if (sqlite3_open_v2(f->path, &handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(handle, query, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return answer;
}

static inline off_t fixture_size(const struct fixture *f, const char *suffix)
{
    char name[128];
    struct stat st;

    snprintf(name, sizeof(name), "%s%s", f->path, suffix);
    return stat(name, &st) < 0 ? -1 : st.st_size;
}
