/* What a gateway does with a database that was put back: codes void, guesses used up, written down. */
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
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 7);
    assert_int_equal(
        gateway_query(f, COUNT_OF("journal WHERE kind = 'daemon.rollback_detected'")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("meta WHERE key = 'rolled_back'")), 0);

    /* The number that had a code has no guess left; the other has all of them. */
    made = issue_and_send(f, NUMBER_1);
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_string_equal(answer.refusal.limit_name, "guesses");
    other = issue_and_send(f, NUMBER_2);
    code_of(f, &other.v, NUMBER_2, 0, code);
    assert_int_equal(check_code(f, other.v.id, code).result, CHECK_APPROVED);
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
        GATEWAY_TEST(test_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
