/* Checking a code: one approval, counted guesses, and what has ended stays ended. */
#include "gateway_fixture.h"

#define N_CHECKS 1000
#define N_GUESSES 10000

/* How many answers there were of each kind. */
struct tally {
    unsigned n, refused, results[CHECK_UNDELIVERABLE + 1];
    unsigned attempts_left_max;
};

static void tally_take(void *userdata, const struct verification_answer *answer)
{
    struct tally *tally = userdata;

    tally->n++;
    if (answer->refusal) {
        tally->refused++;
        return;
    }
    tally->results[answer->result]++;
    tally->attempts_left_max = MAX(tally->attempts_left_max, answer->attempts_left);
}

static struct tally check_many(
    struct gateway_fixture *f, const char *id, const char *code, unsigned n, bool is_held)
{
    struct check_request request = {.code = code};
    struct tally tally = {0};

    if (is_held)
        gateway_hold_store(f);
    for (unsigned i = 0; i < n; i++)
        gateway_check(f->gateway, &f->till, id, &request, tally_take, &tally);
    assert_int_equal(tally.n, 0); /* all are submitted before any is answered */
    if (is_held)
        gateway_release_store(f);
    gateway_wait(f, &tally.n, n);
    return tally;
}

/* As large batches, and as they come. */
static void test_approved_once(void **state)
{
    struct gateway_fixture *f = *state;

    for (int is_held = 0; is_held < 2; is_held++) {
        struct answer made = issue_and_send(f, NUMBER_1);
        char code[OTP_CODE_SIZE];
        struct tally tally;

        code_of(f, &made.v, NUMBER_1, 0, code);
        assert_memory_equal(gateway_last_sent(f)->text, code, 6); /* what the customer reads */
        tally = check_many(f, made.v.id, code, N_CHECKS, is_held);
        assert_int_equal(tally.results[CHECK_APPROVED], 1);
        assert_int_equal(tally.results[CHECK_ALREADY_APPROVED], N_CHECKS - 1);
        made = call_till(f, gateway_get, made.v.id);
        assert_int_equal(made.v.status, VERIFICATION_APPROVED);
        assert_int_equal(made.v.attempts, 1);
        assert_int_equal(gateway_query(f, COUNT_OF("verifications WHERE number_sealed IS NOT NULL "
                                                   "OR context IS NOT NULL")), 0);
    }
}

static void test_guesses_are_bounded(void **state)
{
    struct gateway_fixture *f = *state;

    for (int is_held = 0; is_held < 2; is_held++) {
        struct answer made = issue_and_send(f, NUMBER_1);
        char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE];
        struct tally tally;

        f->policy->limits.guesses.n_windows = 0;
        code_of(f, &made.v, NUMBER_1, 0, code);
        wrong_code_of(f, &made.v, NUMBER_1, wrong);
        tally = check_many(f, made.v.id, wrong, N_GUESSES, is_held);
        assert_int_equal(tally.results[CHECK_INCORRECT], 5);
        assert_int_equal(tally.results[CHECK_EXHAUSTED], N_GUESSES - 5);
        assert_int_equal(tally.attempts_left_max, 4);
        made = check_code(f, made.v.id, code); /* the right one comes too late */
        assert_int_equal(made.result, CHECK_EXHAUSTED);
        assert_int_equal(made.v.status, VERIFICATION_EXHAUSTED);
        assert_int_equal(made.v.attempts, 5);
        assert_int_equal(made.attempts_left, 0);
        assert_false(made.v.has_number);
    }
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 10);
}

static void test_counts_down(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);
    char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE];

    code_of(f, &made.v, NUMBER_1, 0, code);
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    for (unsigned left = 4; left > 0; left--) {
        answer = check_code(f, made.v.id, wrong);
        assert_int_equal(answer.result, CHECK_INCORRECT);
        assert_int_equal(answer.attempts_left, left);
        assert_int_equal(answer.v.status, VERIFICATION_PENDING);
    }
    answer = check_code(f, made.v.id, code); /* the fifth may be right */
    assert_int_equal(answer.result, CHECK_APPROVED);
    assert_int_equal(answer.v.status, VERIFICATION_APPROVED);
    assert_int_equal(answer.attempts_left, 0);
    answer = check_code(f, made.v.id, wrong);
    assert_int_equal(answer.result, CHECK_ALREADY_APPROVED);
}

/* A code of the wrong form is no guess. */
static void test_malformed(void **state)
{
    static const char *const codes[] = {"", "12345", "1234567", "12345a", " 123456", "123456 ",
        "123 456", "+12345", "\xD9\xA1\xD9\xA2\xD9\xA3", "12345678901234567890"};
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);

    for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
        answer = check_code(f, made.v.id, codes[i]);
        assert_string_equal(verdict_of(&answer), "invalid");
        assert_string_equal(answer.refusal.param, "code");
        if (codes[i][0])
            assert_null(strstr(answer.refusal.detail, codes[i]));
    }
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.v.attempts, 0);
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 0);
}

/* Which clock decides when 300 s are over; the wall clock may say what it likes. */
static void test_expires(void **state)
{
    static const struct {
        const char *what;
        int64_t wall_jump_sec;
        usec_t later;
        enum check_result result;
    } rows[] = {
        {"in time", 0, 300 * USEC_PER_SEC - 1, CHECK_APPROVED},
        {"over", 0, 300 * USEC_PER_SEC, CHECK_EXPIRED},
        {"set back an hour, over", -3600, 300 * USEC_PER_SEC, CHECK_EXPIRED},
        {"set ahead a day, in time", 86400, 299 * USEC_PER_SEC, CHECK_APPROVED},
        {"set ahead a day, over", 86400, 300 * USEC_PER_SEC, CHECK_EXPIRED},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct answer answer, made = issue_and_send(f, NUMBER_1);
        char code[OTP_CODE_SIZE];

        code_of(f, &made.v, NUMBER_1, 0, code);
        fake_wall_ahead += (usec_t)(rows[i].wall_jump_sec * (int64_t)USEC_PER_SEC);
        fake_now = made.v.created.boot + rows[i].later;
        answer = check_code(f, made.v.id, code);
        if (answer.result != rows[i].result)
            print_error("%s\n", rows[i].what);
        assert_int_equal(answer.result, rows[i].result);
        if (rows[i].result == CHECK_EXPIRED) {
            assert_int_equal(answer.v.status, VERIFICATION_EXPIRED);
            assert_int_equal(answer.v.attempts, 0);
            fake_wall_ahead -= (usec_t)(rows[i].wall_jump_sec * (int64_t)USEC_PER_SEC);
            answer = check_code(f, made.v.id, code); /* it does not reopen */
            assert_int_equal(answer.result, CHECK_EXPIRED);
        }
        fake_now += USEC_PER_HOUR;
    }
}

static void test_context(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);
    struct otp_context other = {0}, same = {0};
    char code[OTP_CODE_SIZE];
    struct check_request request = {.code = code, .context = &other};

    otp_context_add(&other, "amount", "14.99");
    otp_context_add(&other, "payee", "Shop 12");
    otp_context_add(&same, "payee", "Shop 12");
    otp_context_add(&same, "amount", "1499.00");
    code_of(f, &made.v, NUMBER_1, 0, code);
    for (unsigned left = 4; left > 1; left--) {
        answer = check_with(f, &f->till, made.v.id, &request);
        assert_int_equal(answer.result, CHECK_CONTEXT_MISMATCH);
        assert_int_equal(answer.attempts_left, left);
        assert_int_equal(answer.v.status, VERIFICATION_PENDING);
    }
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 3);
    request.context = &same;
    request.attempt_id = "right";
    answer = check_with(f, &f->till, made.v.id, &request);
    assert_int_equal(answer.result, CHECK_APPROVED);

    /* What has been approved is not the other, asked again or anew. */
    for (int is_new = 0; is_new < 2; is_new++) {
        request.attempt_id = is_new ? NULL : "right";
        request.context = &other;
        answer = check_with(f, &f->till, made.v.id, &request);
        assert_int_equal(answer.result, CHECK_CONTEXT_MISMATCH);
        assert_int_equal(answer.v.status, VERIFICATION_APPROVED);
        request.context = &same;
        answer = check_with(f, &f->till, made.v.id, &request);
        assert_int_equal(answer.result, is_new ? CHECK_ALREADY_APPROVED : CHECK_APPROVED);
    }

    made = issue_and_send(f, NUMBER_1);
    code_of(f, &made.v, NUMBER_1, 0, code);
    request.context = &other;
    for (unsigned left = 5; left-- > 0;)
        answer = check_with(f, &f->till, made.v.id, &request);
    assert_int_equal(answer.result, CHECK_CONTEXT_MISMATCH);
    assert_int_equal(answer.v.status, VERIFICATION_EXHAUSTED);
}

static struct answer attempt(
    struct gateway_fixture *f, const char *id, const char *attempt_id, const char *code)
{
    return check_with(f, &f->till, id,
        &(struct check_request){.code = code, .attempt_id = attempt_id});
}

static void test_attempt_id(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1), other = issue_and_send(f, NUMBER_2);
    char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE];

    code_of(f, &made.v, NUMBER_1, 0, code);
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    for (unsigned i = 0; i < 10; i++) {
        answer = attempt(f, made.v.id, "a", wrong);
        assert_int_equal(answer.result, CHECK_INCORRECT);
        assert_int_equal(answer.attempts_left, 4);
    }
    answer = attempt(f, made.v.id, "a", code);
    assert_string_equal(verdict_of(&answer), "attempt_id_reused");
    answer = attempt(f, other.v.id, "a", code); /* another verification's is another attempt */
    assert_string_equal(verdict_of(&answer), "ok");
    answer = attempt(f, made.v.id, "b", "12");
    assert_string_equal(verdict_of(&answer), "invalid");
    answer = attempt(f, made.v.id, "b", code); /* the slip did not use it up */
    assert_int_equal(answer.result, CHECK_APPROVED);
    for (unsigned i = 0; i < 3; i++) {
        answer = attempt(f, made.v.id, "b", code);
        assert_int_equal(answer.result, CHECK_APPROVED);
        assert_int_equal(answer.v.attempts, 2);
    }
    answer = attempt(f, made.v.id, "a", wrong); /* as of then */
    assert_int_equal(answer.result, CHECK_INCORRECT);
    assert_int_equal(answer.attempts_left, 4);
    for (unsigned i = 0; i < 20; i++) { /* whoever goes on asking fills no disk */
        char late[8];

        snprintf(late, sizeof(late), "c%u", i / 2);
        answer = attempt(f, made.v.id, late, code);
        assert_int_equal(answer.result, CHECK_ALREADY_APPROVED);
    }
    assert_int_equal(gateway_query(f, COUNT_OF("attempts")), 3);
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 1); /* the other number's */
}

/* Wrong guesses against a number, whatever the verification, until one is right. */
static void test_guesses_by_number(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made[3];
    char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE], script[256];

    limit_parse(&f->policy->limits.guesses, "4/1d");
    for (unsigned i = 0; i < 3; i++) {
        made[i] = issue_and_send(f, i < 2 ? NUMBER_1 : NUMBER_2);
        wrong_code_of(f, &made[i].v, i < 2 ? NUMBER_1 : NUMBER_2, wrong);
        for (unsigned j = 0; j < 3; j++) {
            answer = check_code(f, made[i].v.id, wrong);
            if (i == 1 && j > 0) {
                assert_string_equal(verdict_of(&answer), "limited");
                assert_string_equal(answer.refusal.limit_name, "guesses");
                assert_int_equal(answer.refusal.retry_after_sec, 86400);
            } else {
                assert_int_equal(answer.result, CHECK_INCORRECT);
            }
        }
    }
    code_of(f, &made[1].v, NUMBER_1, 0, code);
    answer = attempt(f, made[1].v.id, "a", code); /* not even the right one */
    assert_string_equal(verdict_of(&answer), "limited");
    answer = call_till(f, gateway_get, made[1].v.id);
    assert_int_equal(answer.v.attempts, 1);
    snprintf(script, sizeof(script),
        "DELETE FROM guesses WHERE at_wall = (SELECT min(at_wall) FROM guesses) AND number_index = "
        "(SELECT number_index FROM verifications WHERE id = '%s')", made[1].v.id);
    gateway_sql(f, script);
    answer = attempt(f, made[1].v.id, "a", code); /* the refusal did not use the attempt up */
    assert_int_equal(answer.result, CHECK_APPROVED);
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 3); /* forgiven: the other's stay */
}

static void test_ended_otherwise(void **state)
{
    static const struct {
        const char *status;
        enum check_result result;
    } rows[] = {
        {"expired", CHECK_EXPIRED}, {"approved", CHECK_ALREADY_APPROVED},
        {"exhausted", CHECK_EXHAUSTED}, {"canceled", CHECK_CANCELED}, {"denied", CHECK_DENIED},
        {"undeliverable", CHECK_UNDELIVERABLE},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct answer answer, made = issue_and_send(f, NUMBER_1);
        char code[OTP_CODE_SIZE], script[120];

        code_of(f, &made.v, NUMBER_1, 0, code);
        snprintf(script, sizeof(script), "UPDATE verifications SET status = '%s' WHERE id = '%s'",
            rows[i].status, made.v.id);
        gateway_sql(f, script);
        answer = check_code(f, made.v.id, code);
        assert_int_equal(answer.result, rows[i].result);
        assert_int_equal(answer.attempts_left, 0);
        assert_int_equal(answer.v.attempts, 0);
        assert_string_equal(verification_status_to_string(answer.v.status), rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_approved_once),
        GATEWAY_TEST(test_guesses_are_bounded),
        GATEWAY_TEST(test_counts_down),
        GATEWAY_TEST(test_malformed),
        GATEWAY_TEST(test_expires),
        GATEWAY_TEST(test_context),
        GATEWAY_TEST(test_attempt_id),
        GATEWAY_TEST(test_guesses_by_number),
        GATEWAY_TEST(test_ended_otherwise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
