/* Sending a text again: the same code or a new one, and how often, how soon, how late. */
#include "gateway_fixture.h"

static struct answer resend_and_send(struct gateway_fixture *f, const char *id)
{
    unsigned before = f->n_sent;
    struct answer answer = call_till(f, gateway_resend, id);

    assert_string_equal(verdict_of(&answer), "ok");
    gateway_wait(f, &f->n_sent, before + 1);
    gateway_settle(f);
    return answer;
}

static void test_same_code(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made;
    char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE];

    limit_parse(&f->policy->limits.number, "1/30s");
    made = issue_and_send(f, NUMBER_1);
    code_of(f, &made.v, NUMBER_1, 0, code);
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    (void)check_code(f, made.v.id, wrong);
    gateway_pass(f, 100 * USEC_PER_SEC);
    answer = resend_and_send(f, made.v.id);
    assert_string_equal(answer.v.id, made.v.id);
    assert_string_not_equal(answer.m.id, made.m.id);
    assert_int_equal(answer.m.status, MESSAGE_QUEUED);
    assert_int_equal(answer.view.position, 0);
    assert_int_equal(answer.view.expires_in_sec, 300); /* from now */
    assert_int_equal(answer.view.resends_left, 1);
    assert_int_equal(answer.view.resend_after_sec, 30);
    assert_int_equal(answer.view.attempts_left, 4); /* no counter is reset */
    assert_memory_equal(gateway_last_sent(f)->text, code, 6);
    assert_int_equal(f->n_sent, 2);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
    answer = check_code(f, made.v.id, code);
    assert_int_equal(answer.result, CHECK_APPROVED);
}

/* Each gives a fresh 300 s, the last ends 600 s after the first text. */
static void test_never_beyond_600_s(void **state)
{
    static const struct {
        unsigned at_sec, expires_in_sec;
    } rows[] = {{250, 300}, {400, 200}, {590, 10}};
    struct gateway_fixture *f = *state;
    struct answer answer, made;
    char code[OTP_CODE_SIZE];

    policy_find_purpose(f->policy, "checkout")->resends = 5;
    made = issue_and_send(f, NUMBER_1);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        gateway_jump(f, made.v.created.boot + rows[i].at_sec * USEC_PER_SEC - fake_now);
        answer = resend_and_send(f, made.v.id);
        assert_int_equal(answer.view.expires_in_sec, rows[i].expires_in_sec);
    }
    /* "Valid 1 min", and the service centre gives up after its shortest period, 5 minutes. */
    assert_non_null(strstr(gateway_last_sent(f)->text, "Valid 1 min"));
    assert_int_equal(gateway_last_sent(f)->validity.sec, 300);
    gateway_jump(f, 10 * USEC_PER_SEC);
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_int_equal(answer.result, CHECK_EXPIRED);
    answer = call_till(f, gateway_resend, made.v.id);
    assert_string_equal(verdict_of(&answer), "verification_finished");
}

/* A resend never shortens either: 500 s of life, of which 450 are left. */
static void test_never_shortens(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made;

    policy_find_purpose(f->policy, "checkout")->ttl = 600 * USEC_PER_SEC;
    made = issue_and_send(f, NUMBER_1);
    gateway_jump(f, 50 * USEC_PER_SEC);
    answer = resend_and_send(f, made.v.id);
    assert_int_equal(answer.view.expires_in_sec, 550);
    assert_memory_equal(&answer.v.expires, &made.v.expires, sizeof(made.v.expires));
}

static void test_refusals(void **state)
{
    static const struct fake_rule busy[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct gateway_fixture *f = *state;
    struct answer answer, made;

    limit_parse(&f->policy->limits.number, "1/30s 4/1h");
    f->peer.rules = busy;
    made = issue(f, NUMBER_1);
    gateway_settle(f);
    answer = call_till(f, gateway_resend, made.v.id); /* in the modem's hands, before the prompt */
    assert_string_equal(verdict_of(&answer), "text_waiting");
    f->peer.rules = NULL;
    gateway_pass(f, 15 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 1);
    answer = call_till(f, gateway_resend, made.v.id);
    assert_string_equal(verdict_of(&answer), "resend_too_soon");
    assert_int_equal(answer.refusal.retry_after_sec, 15);
    gateway_pass(f, 15 * USEC_PER_SEC);
    (void)resend_and_send(f, made.v.id);
    gateway_jump(f, 30 * USEC_PER_SEC);
    (void)resend_and_send(f, made.v.id);
    gateway_jump(f, 30 * USEC_PER_SEC);
    answer = call_till(f, gateway_resend, made.v.id);
    assert_string_equal(verdict_of(&answer), "no_resends_left");
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.v.sends, 3);
    assert_int_equal(answer.view.resends_left, 0);
    (void)issue_and_send(f, NUMBER_1); /* the fourth text to this number */
    gateway_jump(f, 30 * USEC_PER_SEC);
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "limited");
    answer = call_till(f, gateway_cancel, made.v.id);
    answer = call_till(f, gateway_resend, made.v.id);
    assert_string_equal(verdict_of(&answer), "verification_finished");
    assert_int_equal(gateway_n_queued(f->gateway), 0);
    assert_int_equal(f->n_sent, 4);
}

/* Of two at once, one: the second sees the first one's text waiting. */
static void test_twice_at_once(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answers[2] = {0}, made = issue_and_send(f, NUMBER_1);

    gateway_hold_store(f);
    for (unsigned i = 0; i < 2; i++)
        gateway_resend(f->gateway, &f->till, made.v.id, answer_take, &answers[i]);
    gateway_release_store(f);
    gateway_wait(f, &answers[1].n, 1);
    gateway_settle(f);
    assert_string_equal(verdict_of(&answers[0]), "ok");
    assert_string_equal(verdict_of(&answers[1]), "text_waiting");
    assert_int_equal(f->n_sent, 2);
}

static void test_new_code(void **state)
{
    struct gateway_fixture *f = *state;
    char codes[3][OTP_CODE_SIZE], wrong[OTP_CODE_SIZE];
    struct answer answer, made;

    policy_find_purpose(f->policy, "checkout")->resend_new = true;
    made = issue_and_send(f, NUMBER_1);
    for (unsigned i = 0; i < 3; i++)
        code_of(f, &made.v, NUMBER_1, i, codes[i]);
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    (void)resend_and_send(f, made.v.id);
    answer = resend_and_send(f, made.v.id);
    assert_int_equal(answer.v.generation, 2);
    assert_memory_equal(gateway_last_sent(f)->text, codes[2], 6);
    answer = check_code(f, made.v.id, codes[0]);
    assert_int_equal(answer.result, CHECK_SUPERSEDED);
    assert_int_equal(answer.attempts_left, 4); /* it counts as an attempt … */
    answer = check_code(f, made.v.id, codes[1]);
    assert_int_equal(answer.result, CHECK_SUPERSEDED);
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 0); /* … but not as a guess */
    answer = check_code(f, made.v.id, wrong);
    assert_int_equal(answer.result, CHECK_INCORRECT);
    answer = check_code(f, made.v.id, codes[2]);
    assert_int_equal(answer.result, CHECK_APPROVED);
}

/* The first text's code is typed while the second text waits: it is not sent any more. */
static void test_approved_while_waiting(void **state)
{
    static const struct fake_rule busy[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);
    char code[OTP_CODE_SIZE];

    code_of(f, &made.v, NUMBER_1, 0, code);
    f->peer.rules = busy;
    (void)issue(f, NUMBER_2); /* the modem's hands are full */
    gateway_settle(f);
    answer = call_till(f, gateway_resend, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_QUEUED);
    answer = check_code(f, made.v.id, code);
    assert_int_equal(answer.result, CHECK_APPROVED);
    f->peer.rules = NULL;
    gateway_pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 2);
    assert_string_equal(gateway_last_sent(f)->number.text, NUMBER_2);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_EXPIRED);
}

/* The newest text is the newest, whatever the wall clock did in between. */
static void test_wall_clock_set_back(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1), again;

    fake_wall_ahead -= USEC_PER_HOUR;
    gateway_jump(f, 30 * USEC_PER_SEC);
    again = resend_and_send(f, made.v.id);
    answer = call_till(f, gateway_get, made.v.id);
    assert_string_equal(answer.m.id, again.m.id);
    assert_int_equal(answer.view.expires_in_sec, 300);
}

/* Whoever has asked for no texts meanwhile gets none, and the refusal names no limit. */
static void test_opted_out_meanwhile(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1), answer;

    gateway_sql(
        f, "INSERT INTO optouts SELECT number_index, number_masked, 1, 1 FROM verifications");
    answer = call_till(f, gateway_resend, made.v.id);
    assert_string_equal(verdict_of(&answer), "destination_blocked");
    assert_null(answer.refusal.limit_name);
    assert_int_equal(f->n_sent, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_same_code),
        GATEWAY_TEST(test_never_beyond_600_s),
        GATEWAY_TEST(test_never_shortens),
        GATEWAY_TEST(test_refusals),
        GATEWAY_TEST(test_opted_out_meanwhile),
        GATEWAY_TEST(test_twice_at_once),
        GATEWAY_TEST(test_new_code),
        GATEWAY_TEST(test_approved_while_waiting),
        GATEWAY_TEST(test_wall_clock_set_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
