/*
 * kill -9 before and after every statement of a check, in a child each time: whatever the database
 * says then, a guess that was answered is counted, and none is counted by half.
 */
#include "gateway_fixture.h"

#include <sys/wait.h>

#define REFERENCE "bill-1"
#define N_POINTS_MIN 12 /* a check has more statements than that */
#define N_POINTS_MAX 400

static _Atomic int points_left = -1; /* to the kill; negative: it is not armed */

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);

static void pass_point(void)
{
    if (points_left > 0 && --points_left == 0)
        kill(getpid(), SIGKILL);
}

/* Every statement goes through here, BEGIN and COMMIT too. */
int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    int r;

    pass_point();
    r = __real_sqlite3_step(statement);
    pass_point();
    return r;
}

struct killing {
    struct gateway_fixture *f;
    char path[128]; /* of the database with the pending code */
};

static void copy(const char *from, const char *to)
{
    char command[512];

    snprintf(command, sizeof(command), "rm -f '%s-wal' '%s-shm'; cp '%s' '%s'", to, to, from, to);
    assert_int_equal(system(command), 0);
}

/* Runs in a child, which must not return. */
static pid_t in_child(void (*body)(struct gateway_fixture *f, int n, bool is_right),
    struct gateway_fixture *f, int n, bool is_right)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    body(f, n, is_right);
    _exit(0);
}

static void prepare(struct gateway_fixture *f, int n, bool is_right)
{
    struct issue_request request = request_to(f, NUMBER_1);

    (void)n;
    (void)is_right;
    gateway_open(f);
    gateway_start_and_wait(f);
    request.reference = REFERENCE;
    (void)issue_as(f, &f->till, &request);
    gateway_wait(f, &f->n_sent, 1);
    gateway_settle(f);
    gateway_close(f);
}

/* Exits with 1 when the check was answered before the kill. */
static void check_and_die(struct gateway_fixture *f, int n, bool is_right)
{
    struct answer made = {0}, answer = {0};
    char code[OTP_CODE_SIZE];

    gateway_open(f);
    gateway_start_and_wait(f);
    gateway_get_by_reference(f->gateway, &f->till, REFERENCE, answer_take, &made);
    gateway_wait(f, &made.n, 1);
    (is_right ? code_of(f, &made.v, NUMBER_1, 0, code) : wrong_code_of(f, &made.v, NUMBER_1, code));
    points_left = n;
    gateway_check(f->gateway, &f->till, made.v.id, &(struct check_request){.code = code},
        answer_take, &answer);
    gateway_wait(f, &answer.n, 1);
    points_left = -1;
    _exit(answer.result == (is_right ? CHECK_APPROVED : CHECK_INCORRECT) ? 1 : 2);
}

static int set_up(void **state)
{
    struct killing *k = calloc(1, sizeof(*k));
    void *f;
    int status;

    gateway_set_up_keyed(&f, 7);
    k->f = f;
    snprintf(k->path, sizeof(k->path), "%s.prepared", k->f->store.path);
    assert_true(waitpid(in_child(prepare, k->f, 0, false), &status, 0) > 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    copy(k->f->store.path, k->path);
    *state = k;
    return 0;
}

static int tear_down(void **state)
{
    struct killing *k = *state;
    void *f = k->f;

    unlink(k->path);
    gateway_tear_down(&f);
    free(k);
    return 0;
}

/* Kills at one point after the other, until a check runs to its end. */
static void kill_everywhere(struct killing *k, bool is_right)
{
    bool has_ended = false;
    int n;

    for (n = 1; !has_ended && n < N_POINTS_MAX; n++) {
        int64_t attempts, guesses, approved, entries;
        int status;

        copy(k->path, k->f->store.path);
        assert_true(waitpid(in_child(check_and_die, k->f, n, is_right), &status, 0) > 0);
        has_ended = WIFEXITED(status) && WEXITSTATUS(status) == 1;
        assert_true(has_ended || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
        attempts = gateway_query(k->f, "SELECT attempts FROM verifications");
        guesses = gateway_query(k->f, COUNT_OF("guesses"));
        approved = gateway_query(k->f, COUNT_OF("verifications WHERE status = 'approved'"));
        entries = gateway_query(k->f, COUNT_OF("journal WHERE kind IN ('verification.incorrect', "
                                               "'verification.approved')"));
        assert_true(attempts == 0 || attempts == 1);
        assert_true(attempts == 1 || !has_ended);
        assert_int_equal(is_right ? approved : guesses, attempts);
        assert_int_equal(is_right ? guesses : approved, 0);
        assert_int_equal(entries, attempts);
    }
    assert_true(has_ended);
    assert_true(n > N_POINTS_MIN);
}

static void test_wrong_code(void **state)
{
    kill_everywhere(*state, false);
}

static void test_right_code(void **state)
{
    kill_everywhere(*state, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_wrong_code, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_right_code, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
