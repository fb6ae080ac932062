/* What was answered is there after kill -9. (A power cut is more: see the note on WAL and FULL.) */
#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#define N_ROUNDS 5
#define N_IN_FLIGHT 32
#define N_ANSWERS_BEFORE_KILL 2000

static int report_fd; /* the child's */

static void report(struct store_job *job, int result)
{
    struct fixture_job *self = CONTAINER_OF(job, struct fixture_job, job);
    int32_t id = (int32_t)self->id;

    if (result < 0 || write(report_fd, &id, sizeof(id)) != sizeof(id))
        _exit(1);
    self->id += N_IN_FLIGHT;
    store_submit(self->fixture->store, job);
}

static void run_child(struct fixture *f, int first_id)
{
    static struct fixture_job jobs[N_IN_FLIGHT];
    const struct store_config config = {.url = f->url};
    char error[STORE_ERROR_SIZE];

    if (loop_new(&f->loop, &clock_system) < 0 ||
        store_open(&f->store, f->loop, &fixture_log, &config, error) < 0)
        _exit(2);
    for (int i = 0; i < N_IN_FLIGHT; i++) {
        jobs[i] = (struct fixture_job){.fixture = f, .id = first_id + i, .n_octets = 200};
        jobs[i].job = (struct store_job){.run = fixture_insert, .done = report};
        store_submit(f->store, &jobs[i].job);
    }
    loop_run(f->loop);
    _exit(3);
}

/* Kills the child after some answers; answers how many there were, with their sum. */
static int run_and_kill(struct fixture *f, int first_id, int64_t *ret_sum, int *ret_largest)
{
    int fds[2], n = 0, status;
    int32_t id;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(fds[0]);
        report_fd = fds[1];
        run_child(f, first_id);
    }
    close(fds[1]);
    /* To the end of the pipe: what was answered between the kill's call and its effect counts. */
    for (; read(fds[0], &id, sizeof(id)) == sizeof(id); n++) {
        *ret_sum += id;
        *ret_largest = MAX(*ret_largest, id);
        if (n == N_ANSWERS_BEFORE_KILL)
            kill(pid, SIGKILL);
    }
    close(fds[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return n;
}

static int run_check(struct store_job *job, struct db *db)
{
    static const struct db_sql add = {"INSERT INTO rows (id) VALUES (?)"};
    struct fixture_job *self = CONTAINER_OF(job, struct fixture_job, job);
    struct db_statement *statement = db_use(db, &add);

    db_bind_int(statement, 1, self->id);
    return db_run(statement);
}

static void test_answered_rows_survive(void **state)
{
    struct fixture f;
    int largest = 0;

    (void)state;
    fixture_init(&f, NULL);
    for (int round = 0; round < N_ROUNDS; round++) {
        struct fixture_job job = {.fixture = &f, .job = {.run = run_check, .done = fixture_done}};
        int first_id = largest + 1000, n;
        int64_t sum = 0;
        char query[160];

        n = run_and_kill(&f, first_id, &sum, &largest);
        assert_true(n > N_ANSWERS_BEFORE_KILL);
        /* Not one answered row is missing: numbers rise, and at most one batch was not answered. */
        f.n_done = 0;
        fixture_open(&f);
        job.id = 1 + round;
        store_submit(f.store, &job.job);
        fixture_wait(&f, 1);
        assert_int_equal(job.result, 0);
        snprintf(query, sizeof(query),
            "SELECT sum(id) FROM (SELECT id FROM rows WHERE id >= %d "
            "ORDER BY id LIMIT %d)",
            first_id, n);
        assert_int_equal(fixture_query(&f, query), sum);
        f.store = store_close(f.store);
        f.loop = loop_free(f.loop);
        assert_int_equal(fixture_query(&f, "SELECT count(*) FROM pragma_integrity_check "
                                           "WHERE integrity_check <> 'ok'"),
            0);
        snprintf(query, sizeof(query), "SELECT max(id) FROM rows");
        largest = (int)fixture_query(&f, query);
    }
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answered_rows_survive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
