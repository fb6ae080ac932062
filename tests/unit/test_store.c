#include "store_fixture.h"

#include <pthread.h>
#include <signal.h>

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    fixture_init(f, NULL);
    fixture_open(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture_fini(*state);
    free(*state);
    return 0;
}

static void test_one_batch_one_commit(void **state)
{
    struct fixture *f = *state;
    struct fixture_job jobs[FIXTURE_JOBS] = {0};
    struct store_stats stats;

    for (int i = 0; i < FIXTURE_JOBS; i++)
        jobs[i].id = i;
    fixture_run_batch(f, jobs, FIXTURE_JOBS, 1000);
    for (int i = 0; i < FIXTURE_JOBS; i++) {
        assert_int_equal(jobs[i].result, 0);
        assert_int_equal(jobs[i].ran, 1);
        assert_int_equal(jobs[i].order, i + 2); /* in the order of submission, the gate first */
    }
    store_get_stats(f->store, &stats);
    assert_int_equal(stats.jobs, FIXTURE_JOBS + 1);
    assert_int_equal(stats.commits, 2);
    assert_int_equal(stats.failed_commits, 0);
    assert_int_equal(stats.commit_time.total, 2);
    assert_true(stats.loop_lag.total >= 1);
    assert_int_equal(stats.waiting, 0);
    assert_int_equal(fixture_query(f, "SELECT count(*) FROM rows"), FIXTURE_JOBS + 1);
}

/* A job that fails before it has changed anything harms none. */
static void test_failing_job_spares_the_batch(void **state)
{
    static const struct {
        int64_t id;
        int expected;
    } table[] = {
        {1, 0},
        {1, -EEXIST},
        {2, 0},
        {1000, -EEXIST}, /* of the batch before */
        {3, 0},
    };
    struct fixture *f = *state;
    struct fixture_job jobs[ARRAY_SIZE(table)] = {0};
    struct store_stats stats;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        jobs[i].id = table[i].id;
    fixture_run_batch(f, jobs, ARRAY_SIZE(table), 1000);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        assert_int_equal(jobs[i].result, table[i].expected);
    assert_int_equal(fixture_query(f, "SELECT count(*) FROM rows WHERE id IN (1,2,3,1000)"), 4);
    store_get_stats(f->store, &stats);
    assert_int_equal(stats.commits, 2);
}

/* One that has changed something takes its batch with it, and then no other's for a while. */
static void test_failing_job_spoils_one_batch(void **state)
{
    enum { N = 8, ALONE = 512 };
    struct fixture *f = *state;
    struct fixture_job spoilt[N] = {0}, next[N] = {0};
    struct fixture_job *many = calloc(ALONE, sizeof(*many));
    struct store_stats stats;

    for (int i = 0; i < N; i++) {
        spoilt[i].id = i;
        next[i].id = 100 + i;
    }
    spoilt[4].fails_with = next[4].fails_with = -ECANCELED;
    fixture_run_batch(f, spoilt, N, 1000);
    for (int i = 0; i < N; i++) {
        assert_int_equal(spoilt[i].result, -ECANCELED);
        assert_int_equal(spoilt[i].ran, i <= 4);
    }
    assert_int_equal(fixture_query(f, "SELECT count(*) FROM rows"), 1);

    fixture_run_batch(f, next, N, 1001);
    for (int i = 0; i < N; i++)
        assert_int_equal(next[i].result, i == 4 ? -ECANCELED : 0);
    assert_int_equal(fixture_query(f, "SELECT count(*) FROM rows WHERE id < 1000"), N - 1);

    /* The second failure began the count anew; behind it went three. */
    for (int i = 0; i < ALONE; i++)
        many[i].id = 2000 + i;
    fixture_run_batch(f, many, ALONE, 1002);
    store_get_stats(f->store, &stats);
    assert_int_equal(stats.failed_commits, 2);
    assert_int_equal(stats.commits, 1 + (1 + N - 1) + (1 + ALONE - 4) + 1);
    free(many);
}

static void test_failing_job_alone(void **state)
{
    struct fixture *f = *state;
    struct fixture_job good = {.id = 1}, bad = {.id = 2, .fails_with = -ECANCELED};
    struct store_stats stats;

    fixture_submit(f, &good);
    fixture_wait(f, 1);
    fixture_submit(f, &bad);
    fixture_wait(f, 2);
    assert_int_equal(good.result, 0);
    assert_int_equal(bad.result, -ECANCELED);
    assert_int_equal(fixture_query(f, "SELECT count(*) FROM rows"), 1);
    store_get_stats(f->store, &stats);
    assert_int_equal(stats.commits, 1);
    assert_int_equal(stats.failed_commits, 1);
}

static void test_batch_has_a_bound(void **state)
{
    enum { N = 1300 };
    struct fixture *f = *state;
    struct fixture_job *jobs = calloc(N, sizeof(*jobs));
    struct store_stats stats;

    for (int i = 0; i < N; i++)
        jobs[i].id = i;
    fixture_run_batch(f, jobs, N, 5000);
    for (int i = 0; i < N; i++)
        assert_int_equal(jobs[i].order, i + 2);
    store_get_stats(f->store, &stats);
    assert_int_equal(stats.commits, 1 + 3); /* 512, 512, 276 */
    free(jobs);
}

static void test_nothing_is_answered_before_the_loop_runs(void **state)
{
    struct fixture *f = *state;
    struct fixture_job job = {.id = 1};
    struct store_stats stats = {0};
    int patience = 10000;

    fixture_submit(f, &job);
    while (stats.commits == 0 && --patience > 0) {
        usleep(500);
        store_get_stats(f->store, &stats);
    }
    assert_int_equal(stats.commits, 1);
    assert_int_equal(stats.waiting, 1);
    assert_int_equal(job.order, 0);
    fixture_wait(f, 1);
}

/* Others see a row once it is committed and the disk has it. */
static void test_answered_is_committed(void **state)
{
    struct fixture *f = *state;

    for (int i = 1; i <= 100; i++) {
        struct fixture_job jobs[2] = {{.id = 2 * i}, {.id = 2 * i + 1}};

        fixture_submit(f, &jobs[0]);
        fixture_submit(f, &jobs[1]);
        while (jobs[0].order == 0)
            assert_int_equal(loop_run_once(f->loop), 0);
        assert_true(fixture_query(f, "SELECT max(id) FROM rows") >= 2 * i);
        fixture_wait(f, 2 * i);
    }
}

struct chain {
    struct fixture_job job;
    int left;
};

static void submit_next(struct store_job *job, int result)
{
    struct chain *chain = CONTAINER_OF(job, struct chain, job.job);

    assert_int_equal(result, 0);
    chain->job.fixture->n_done++;
    chain->job.id++;
    if (--chain->left > 0)
        store_submit(chain->job.fixture->store, job);
}

static void test_close_finishes_what_was_submitted(void **state)
{
    struct fixture *f = *state;
    struct fixture_job jobs[FIXTURE_JOBS] = {0};
    struct chain chain = {.job = {.fixture = f, .id = 1000}, .left = 5};

    /* The loop does not run: the answers come from store_close() itself. */
    for (int i = 0; i < FIXTURE_JOBS; i++) {
        jobs[i].id = i;
        fixture_submit(f, &jobs[i]);
    }
    chain.job.job = (struct store_job){.run = fixture_insert, .done = submit_next};
    store_submit(f->store, &chain.job.job);
    f->store = store_close(f->store);
    assert_null(f->store);
    assert_int_equal(f->n_done, FIXTURE_JOBS + 5);
    for (int i = 0; i < FIXTURE_JOBS; i++) {
        assert_int_equal(jobs[i].result, 0);
        assert_int_equal(jobs[i].order, i + 1);
    }
    /* One file is left, and all is in it. */
    assert_int_equal(fixture_size(f, "-wal"), -1);
    assert_int_equal(fixture_size(f, "-shm"), -1);
    assert_int_equal(fixture_query(f, "SELECT count(*) FROM rows"), FIXTURE_JOBS + 5);
}

static int note_signals(struct store_job *job, struct db *db)
{
    struct fixture_job *self = CONTAINER_OF(job, struct fixture_job, job);
    sigset_t blocked;

    (void)db;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    self->ran = sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGHUP) &&
                sigismember(&blocked, SIGCHLD);
    return 0;
}

static void test_signals_are_the_loops(void **state)
{
    struct fixture *f = *state;
    struct fixture_job job = {.fixture = f, .job = {.run = note_signals, .done = fixture_done}};
    sigset_t blocked;

    store_submit(f->store, &job.job);
    fixture_wait(f, 1);
    assert_int_equal(job.ran, 1);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    assert_false(sigismember(&blocked, SIGTERM));
}

static void *release_later(void *userdata)
{
    usleep(200000);
    sqlite3_exec(userdata, "COMMIT", NULL, NULL, NULL);
    return NULL;
}

static void test_technician_beside_us(void **state)
{
    struct fixture *f = *state;
    struct fixture_job first = {.id = 1}, second = {.id = 2};
    sqlite3 *handle = NULL;
    pthread_t thread;

    fixture_submit(f, &first);
    fixture_wait(f, 1);
    assert_int_equal(sqlite3_open(f->path, &handle), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(handle, "BEGIN IMMEDIATE; DELETE FROM rows", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(pthread_create(&thread, NULL, release_later, handle), 0);
    fixture_submit(f, &second);
    fixture_wait(f, 2);
    pthread_join(thread, NULL);
    sqlite3_close(handle);
    assert_int_equal(second.result, 0);
    assert_int_equal(fixture_query(f, "SELECT sum(id) FROM rows"), 2);
}

#define ROUNDS 40

/* The log beside the file starts anew when it has been moved into the file. */
static void test_log_stays_bounded(void **state)
{
    struct fixture *f = *state;
    struct fixture_job jobs[FIXTURE_JOBS] = {0};
    off_t largest = 0;

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < FIXTURE_JOBS; i++) {
            jobs[i].id = round * 1000 + i;
            jobs[i].n_octets = 30000;
        }
        fixture_run_batch(f, jobs, FIXTURE_JOBS, round * 1000 + 999);
        largest = MAX(largest, fixture_size(f, "-wal"));
    }
    /* 40 rounds wrote 77 MB; 16,000 pages and one round's 2 MB are 68 MB. */
    assert_in_range(largest, 1, 69000000);
    assert_int_equal(fixture_query(f, "SELECT count(*) FROM rows"), ROUNDS * (FIXTURE_JOBS + 1));
}

/* What is written goes into the file itself once nothing comes any more. */
static void test_quiet_times_are_used(void **state)
{
    struct fixture *f = *state;
    struct fixture_job jobs[FIXTURE_JOBS] = {0};
    off_t size = 0;

    for (int i = 0; i < FIXTURE_JOBS; i++) {
        jobs[i].id = i;
        jobs[i].n_octets = 30000;
    }
    fixture_run_batch(f, jobs, FIXTURE_JOBS, 999);
    for (int i = 0; i < 1000 && size < FIXTURE_JOBS * 30000; i++) {
        usleep(10000);
        size = fixture_size(f, "");
    }
    assert_in_range(size, FIXTURE_JOBS * 30000, INT32_MAX);
}

static void test_urls(void **state)
{
    static const struct {
        const char *url;
        int expected;
    } table[] = {
        {"", -EINVAL},
        {"sqlite", -EINVAL},
        {"sqlite:", -EINVAL},
        {"/var/lib/smsotp.db", -EINVAL},
        {"postgresql://localhost/x", -EINVAL},
        {"sqlite:/tmp/smsotp-no-such-directory/x.db", -ENOENT},
        {"sqlite:/tmp", -EINVAL},
        {"sqlite:/dev/null", -EINVAL},
    };
    struct loop *loop = NULL;

    (void)state;
    assert_int_equal(loop_new(&loop, &clock_system), 0);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        const struct store_config config = {.url = table[i].url};
        char error[STORE_ERROR_SIZE] = "";
        struct store *store = NULL;

        assert_int_equal(store_open(&store, loop, &fixture_log, &config, error), table[i].expected);
        assert_null(store);
        assert_non_null(strstr(error, "[store] url"));
    }
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test_setup_teardown(test_one_batch_one_commit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failing_job_spares_the_batch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failing_job_spoils_one_batch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failing_job_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_batch_has_a_bound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_nothing_is_answered_before_the_loop_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_answered_is_committed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_close_finishes_what_was_submitted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_signals_are_the_loops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_technician_beside_us, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_log_stays_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quiet_times_are_used, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
