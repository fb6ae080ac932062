/*
 * What a gateway does with a database that was put back: codes void, guesses used up, written down.
 */
#include "gateway_fixture.h"

static void restart(struct gateway_fixture *f)
{
    gateway_close(f);
    gateway_sql(f, "INSERT INTO meta VALUES ('rolled_back', 1)");
    gateway_open(f);
    f->policy->limits.guesses = (struct limit){
        .windows = {{3, USEC_PER_HOUR}, {7, USEC_PER_DAY}}, .n_windows = 2};
    gateway_start_and_wait(f);
}

static void test_codes_are_void(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1), other = issue_and_send(f, NUMBER_2), answer;
    char code[OTP_CODE_SIZE];

    call_till(f, gateway_cancel, other.v.id);
    restart(f);
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_int_equal(answer.result, CHECK_EXPIRED);
    assert_int_equal(
        gateway_query(f, COUNT_OF("journal WHERE kind = 'daemon.rollback_detected'")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("meta WHERE key = 'rolled_back'")), 0);

    /* Neither number has a guess left, pending or not, nor more than a few in a row. */
    made = issue_and_send(f, NUMBER_1);
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_string_equal(answer.refusal.limit_name, "rollback");
    assert_int_equal(answer.refusal.limit_window.max, 0);
    assert_int_equal(answer.refusal.limit_window.span, USEC_PER_DAY);
    other = issue_and_send(f, NUMBER_2);
    code_of(f, &other.v, NUMBER_2, 0, code);
    answer = check_code(f, other.v.id, code);
    assert_string_equal(answer.refusal.limit_name, "rollback");
    assert_int_equal(gateway_query(f, COUNT_OF("streaks WHERE failures = 90")), 2);
}

#define NUMBER_NEW "+919812345670"

static unsigned guess_wrong(struct gateway_fixture *f, unsigned times)
{
    struct answer made = issue_and_send(f, NUMBER_NEW);
    unsigned n_compared = 0;
    char wrong[OTP_CODE_SIZE];

    wrong_code_of(f, &made.v, NUMBER_NEW, wrong);
    for (unsigned i = 0; i < times; i++)
        n_compared += !check_code(f, made.v.id, wrong).refusal.is_refused;
    return n_compared;
}

/*
 * A number that the copy does not know may have guessed before, too: it gets a few, and then waits.
 */
static void test_others_get_a_few(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made;
    char code[OTP_CODE_SIZE];

    restart(f);
    assert_int_equal(guess_wrong(f, 5), ROLLBACK_GUESSES);
    gateway_jump(f, 23 * USEC_PER_HOUR);
    assert_int_equal(guess_wrong(f, 1), 0);
    gateway_jump(f, USEC_PER_HOUR);
    assert_int_equal(guess_wrong(f, 3), 3);
    made = issue_and_send(f, NUMBER_NEW);
    code_of(f, &made.v, NUMBER_NEW, 0, code);
    assert_string_equal(check_code(f, made.v.id, code).refusal.limit_name, "guesses");
}

/* The right code gives the few again, as it does with guesses. */
static void test_a_right_code(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made;
    char code[OTP_CODE_SIZE];

    restart(f);
    assert_int_equal(guess_wrong(f, 2), 2);
    made = issue_and_send(f, NUMBER_NEW);
    code_of(f, &made.v, NUMBER_NEW, 0, code);
    assert_int_equal(check_code(f, made.v.id, code).result, CHECK_APPROVED);
    assert_int_equal(guess_wrong(f, 5), ROLLBACK_GUESSES);
}

/* What is older than the limit looks back is not known, and without that limit there is nothing to
 * keep. */
static void test_known_within_the_window(void **state)
{
    struct gateway_fixture *f = *state;
    struct rollback_budget budget;
    const struct limit hour = {.windows = {{5, USEC_PER_HOUR}}, .n_windows = 1}, off = {0};
    struct limit day;
    struct moment now;
    struct db *db;
    uint8_t index[OTP_NUMBER_INDEX_SIZE];
    char error[DB_ERROR_SIZE];

    (void)issue_and_send(f, NUMBER_1);
    otp_number_index(f->keyring, NUMBER_1, index);
    day = f->policy->limits.guesses;
    gateway_jump(f, 2 * USEC_PER_HOUR);
    restart(f);
    now = moment_now(&f->gateway->env.timebase);
    gateway_close(f);
    assert_int_equal(db_open(&db, &fixture_log, f->store.path, 99, error), 0);
    assert_int_equal(rollback_budget_load(db, index, &hour, &now, &budget), 0);
    assert_true(budget.wait > 0);
    assert_int_equal(budget.max, ROLLBACK_GUESSES);
    assert_int_equal(rollback_budget_load(db, index, &day, &now, &budget), 0);
    assert_int_equal(budget.max, 0);
    assert_true(rollback_budget_is_met(&budget));
    assert_int_equal(rollback_budget_load(db, index, &off, &now, &budget), 0);
    assert_false(rollback_budget_is_met(&budget));
    assert_int_equal(rollback_lift(db), 0);
    assert_int_equal(rollback_budget_load(db, index, &hour, &now, &budget), 0);
    assert_int_equal(budget.wait, 0);
    db_close(db);
    gateway_open(f);
    gateway_start_and_wait(f);
}

/* Once, not at each start. */
static void test_once(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made;

    restart(f);
    assert_true(f->gateway->rollback.is_detected);
    made = issue_and_send(f, NUMBER_1);
    gateway_close(f);
    gateway_open(f);
    gateway_start_and_wait(f);
    assert_false(f->gateway->rollback.is_detected);
    assert_int_equal(call_till(f, gateway_get, made.v.id).v.status, VERIFICATION_PENDING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_codes_are_void),
        GATEWAY_TEST(test_others_get_a_few),
        GATEWAY_TEST(test_a_right_code),
        GATEWAY_TEST(test_known_within_the_window),
        GATEWAY_TEST(test_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
