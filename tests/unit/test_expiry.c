/* What ends and goes away by itself. */
#include "gateway_fixture.h"

#define STATUS_IS(text) COUNT_OF("verifications WHERE status = '" text "'")
#define S USEC_PER_SEC

static uint64_t n_jobs(struct gateway_fixture *f)
{
    struct store_stats stats;

    store_get_stats(f->store.store, &stats);
    return stats.jobs;
}

/* Nobody asks, and it ends all the same, a second late at most; until then nothing wakes up. */
static void test_ends_by_itself(void **state)
{
    struct gateway_fixture *f = *state;
    uint64_t before;

    gateway_jump(f, 5 * USEC_PER_MINUTE); /* past the first clean-up */
    (void)issue_and_send(f, NUMBER_1);
    before = n_jobs(f);
    gateway_pass(f, 299 * S);
    assert_true(n_jobs(f) == before);
    assert_int_equal(gateway_query(f, STATUS_IS("pending")), 1);
    gateway_pass(f, 2 * S);
    assert_int_equal(gateway_query(f, STATUS_IS("expired")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("verifications WHERE number_sealed IS NULL AND "
                                               "context IS NULL AND finished_wall > 0")), 1);
    assert_true(n_jobs(f) - before <= 2);
    before = n_jobs(f);
    gateway_pass(f, 20 * USEC_PER_MINUTE);
    assert_true(n_jobs(f) - before <= 2); /* looks at the disk: nothing is left to wait for */
}

/* One that expires earlier than what it sleeps for wakes it earlier. */
static void test_nearest_deadline(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);

    (void)issue_and_send(f, NUMBER_1);
    policy_find_purpose(f->policy, "login")->ttl = 60 * S;
    request.purpose = "login";
    (void)issue_as(f, &f->till, &request);
    gateway_pass(f, 62 * S);
    assert_int_equal(gateway_query(f, STATUS_IS("expired")), 1);
    gateway_pass(f, 241 * S);
    assert_int_equal(gateway_query(f, STATUS_IS("expired")), 2);
}

/* Set ahead, the wall clock makes a row look due that is not: it ends in its own time. */
static void test_wall_clock_jumps_ahead(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);
    char code[OTP_CODE_SIZE];
    uint64_t before;

    (void)issue_and_send(f, NUMBER_2);
    fake_wall_ahead += USEC_PER_DAY;
    before = n_jobs(f);
    gateway_pass(f, 298 * S);
    assert_int_equal(gateway_query(f, STATUS_IS("pending")), 2);
    assert_true(n_jobs(f) - before <= 10); /* and nobody spins meanwhile */
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_int_equal(answer.result, CHECK_APPROVED);
    gateway_pass(f, 65 * S);
    assert_int_equal(gateway_query(f, STATUS_IS("expired")), 1);
}

/* A text of a verification that expires while it waits goes with it. */
static void test_takes_the_text_along(void **state)
{
    static const struct fake_rule no_prompt[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct gateway_fixture *f = *state;

    f->peer.rules = no_prompt;
    (void)issue(f, NUMBER_1);
    gateway_settle(f);
    (void)issue(f, NUMBER_2);
    gateway_unplug(f);
    gateway_settle(f);
    assert_int_equal(gateway_n_queued(f->gateway), 2);
    gateway_pass(f, 302 * S);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE status = 'expired' AND "
                                               "error_class = 'withdrawn'")), 2);
}

/* More rows than one batch holds, left by an earlier run, some of a key that is gone. */
static void test_backlog(void **state)
{
    struct gateway_fixture *f = *state;

    (void)issue_and_send(f, NUMBER_1);
    gateway_close(f);
    gateway_sql(f,
        "CREATE TEMP TABLE copy AS WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
        "SELECT v.* FROM verifications v, n;"
        "UPDATE copy SET id = printf('vf_%026d', rowid), key_id = key_id + rowid % 2, "
        "expires_wall = expires_wall - 1000000 * 300, "
        "expires_boot = expires_boot - (1 - rowid % 2) * 1000000 * 300;"
        "INSERT INTO verifications SELECT * FROM copy");
    assert_int_equal(gateway_query(f, STATUS_IS("pending")), 201);
    gateway_open(f);
    gateway_start_and_wait(f);
    /* No time passed: the odd ones are ended for their key, the even ones for their time. */
    assert_int_equal(gateway_query(f, STATUS_IS("expired")), 200);
    assert_int_equal(gateway_query(f, STATUS_IS("pending")), 1);
}

/* Whether octets stand in the database or in its log. */
static bool rests(const struct gateway_fixture *f, const void *octets, size_t n)
{
    static const char *const suffixes[] = {"", "-wal"};
    bool is_found = false;

    for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
        off_t size = fixture_size(&f->store, suffixes[i]);
        char name[128];
        uint8_t *content;
        int fd;

        if (size <= 0)
            continue;
        snprintf(name, sizeof(name), "%s%s", f->store.path, suffixes[i]);
        content = malloc((size_t)size);
        fd = open(name, O_RDONLY);
        assert_int_equal(read(fd, content, (size_t)size), size);
        is_found |= memmem(content, (size_t)size, octets, n) != NULL;
        close(fd);
        free(content);
    }
    return is_found;
}

/* The store empties its log when nothing has come for a moment, of real time. */
static bool is_emptied(const struct gateway_fixture *f, const void *octets, size_t n)
{
    for (unsigned i = 0; i < 1000 && rests(f, octets, n); i++)
        usleep(10000);
    return !rests(f, octets, n);
}

/* What has ended long ago is forgotten, with all that belongs to it. */
static void test_requirement_52_retention(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    struct answer answer, made;
    char wrong[OTP_CODE_SIZE];

    f->policy->retention = 2 * USEC_PER_DAY;
    request.idempotency_key = "k";
    made = issue_as(f, &f->till, &request);
    gateway_settle(f);
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    (void)check_with(f, &f->till, made.v.id,
        &(struct check_request){.code = wrong, .attempt_id = "a"});
    assert_true(rests(f, made.v.id, ID_SIZE - 1));
    assert_true(rests(f, made.v.number_sealed, sizeof(made.v.number_sealed)));
    gateway_pass(f, 10 * USEC_PER_MINUTE); /* it has expired */
    gateway_jump(f, 2 * USEC_PER_DAY - USEC_PER_HOUR);
    answer = call_till(f, gateway_get, made.v.id);
    assert_string_equal(verdict_of(&answer), "ok");
    assert_int_equal(gateway_query(f, COUNT_OF("idempotency")), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 1);
    gateway_jump(f, 2 * USEC_PER_HOUR);
    assert_int_equal(gateway_query(f, COUNT_OF("verifications")), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("messages")), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("attempts")), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 0);
    assert_int_equal(gateway_query(f, "SELECT failures FROM streaks"), 1); /* never by time */
    gateway_settle(f);
    assert_true(is_emptied(f, made.v.id, ID_SIZE - 1));
    assert_true(is_emptied(f, made.v.number_sealed, sizeof(made.v.number_sealed)));
    answer = call_till(f, gateway_get, made.v.id);
    assert_string_equal(verdict_of(&answer), "not_found");
}

/* However much is to go, a transaction takes little of each kind, and all is gone in the end. */
static void test_purges_in_batches(void **state)
{
    struct gateway_fixture *f = *state;
    uint64_t before;

    f->policy->retention = USEC_PER_DAY;
    gateway_settle(f);
    gateway_sql(f,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) "
        "INSERT INTO guesses SELECT zeroblob(16), i, 'till' FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
        "INSERT INTO idempotency SELECT 'till', i, zeroblob(32), 'vf', 'ms', 0, 0, 1 FROM n;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) "
        "INSERT INTO sim_parts SELECT 'ms', i, '8991', 1, NULL FROM n");
    before = n_jobs(f);
    gateway_jump(f, 5 * USEC_PER_MINUTE);
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("idempotency")), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("sim_parts")), 0);
    assert_true(n_jobs(f) - before >= 300 / 64 + 1);
}

/* A clock that is set a year ahead makes nothing old. */
static void test_clock_set_ahead_purges_nothing(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);
    char wrong[OTP_CODE_SIZE];

    f->policy->retention = 2 * USEC_PER_DAY;
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    assert_int_equal(check_code(f, made.v.id, wrong).result, CHECK_INCORRECT);
    gateway_pass(f, 10 * USEC_PER_MINUTE);
    fake_wall_ahead += 366 * USEC_PER_DAY;
    gateway_jump(f, 2 * USEC_PER_HOUR);
    answer = call_till(f, gateway_get, made.v.id);
    assert_string_equal(verdict_of(&answer), "ok");
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 1);
    gateway_jump(f, 2 * USEC_PER_DAY);
    answer = call_till(f, gateway_get, made.v.id);
    assert_string_equal(verdict_of(&answer), "not_found");
}

/* A sweep that could not be written is made up for. */
static void test_disk_full(void **state)
{
    struct gateway_fixture *f = *state;

    (void)issue_and_send(f, NUMBER_1);
    disk_is_full(true);
    gateway_pass(f, 310 * S);
    disk_is_full(false);
    assert_int_equal(gateway_query(f, STATUS_IS("pending")), 1);
    gateway_pass(f, 61 * S);
    assert_int_equal(gateway_query(f, STATUS_IS("expired")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_ends_by_itself),
        GATEWAY_TEST(test_nearest_deadline),
        GATEWAY_TEST(test_wall_clock_jumps_ahead),
        GATEWAY_TEST(test_takes_the_text_along),
        GATEWAY_TEST(test_backlog),
        GATEWAY_TEST(test_requirement_52_retention),
        GATEWAY_TEST(test_purges_in_batches),
        GATEWAY_TEST(test_clock_set_ahead_purges_nothing),
        GATEWAY_TEST(test_disk_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
