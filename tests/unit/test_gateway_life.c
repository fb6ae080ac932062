/* What a gateway lives through: reload, stop, a full disk, an end without warning, a reboot. */
#include "gateway_fixture.h"

static const struct fake_rule no_prompt[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};

static void on_idle(void *userdata)
{
    (*(unsigned *)userdata)++;
}

/* The next run on the same database. */
static void reopen(struct gateway_fixture *f)
{
    gateway_open(f);
    gateway_start_and_wait(f);
}

/* Keeps the modem from sending, so that what is issued stays queued. */
static void make_busy(struct gateway_fixture *f)
{
    f->peer.rules = no_prompt;
    (void)issue(f, NUMBER_2);
    gateway_settle(f);
}

/* Texts say what the policy says when they are sent. */
static void test_reload(void **state)
{
    struct gateway_fixture *f = *state;
    struct policy *policy = gateway_test_policy();
    struct answer made, answer;
    char code[OTP_CODE_SIZE], text[80];

    f->peer.rules = no_prompt;
    made = issue(f, NUMBER_1);
    gateway_settle(f);
    gateway_unplug(f); /* the text goes back to the queue */
    gateway_settle(f);
    purpose_set_template(policy_find_purpose(policy, "checkout"), "en", "{shop} {amount}: {code}");
    policy_find_purpose(policy, "checkout")->length = 8; /* for verifications from now on */
    gateway_set_policy(f->gateway, policy);
    assert_ptr_equal(gateway_policy(f->gateway), policy);
    f->peer.rules = NULL;
    gateway_plug(f);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 1);
    code_of(f, &made.v, NUMBER_1, 0, code);
    assert_int_equal(strlen(code), 6);
    snprintf(text, sizeof(text), "Ravi Stores 1499.00: %s", code);
    assert_string_equal(gateway_last_sent(f)->text, text);
    answer = check_code(f, made.v.id, code);
    assert_int_equal(answer.result, CHECK_APPROVED);
    made = issue_and_send(f, NUMBER_1);
    assert_int_equal(made.v.code_length, 8);
}

/* A purpose that is configured no more has no text to send. */
static void test_reload_without_the_purpose(void **state)
{
    struct gateway_fixture *f = *state;
    struct policy *policy = gateway_test_policy();
    struct answer made, answer;
    char code[OTP_CODE_SIZE];

    f->peer.rules = no_prompt;
    made = issue(f, NUMBER_1);
    gateway_settle(f);
    gateway_unplug(f);
    gateway_settle(f);
    snprintf(policy_find_purpose(policy, "checkout")->name, 8, "refund");
    gateway_set_policy(f->gateway, policy);
    f->peer.rules = NULL;
    gateway_plug(f);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 0);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_FAILED);
    assert_string_equal(answer.m.error_class, "gateway");
    assert_int_equal(answer.v.status, VERIFICATION_UNDELIVERABLE);
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_int_equal(answer.result, CHECK_UNDELIVERABLE);
}

static void test_stop_when_idle(void **state)
{
    struct gateway_fixture *f = *state;
    unsigned n_idle = 0;
    struct answer answer;

    gateway_stop(f->gateway, on_idle, &n_idle);
    assert_int_equal(n_idle, 1);
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "shutting_down");
}

/* A text in flight is waited for; one that waits is left to the next start; reading still works. */
static void test_stop_in_flight(void **state)
{
    struct gateway_fixture *f = *state;
    unsigned n_idle = 0;
    struct answer first, second, answer;

    f->peer.no_text_answer = true;
    first = issue_and_send(f, NUMBER_1);
    second = issue(f, NUMBER_2);
    gateway_settle(f);
    gateway_stop(f->gateway, on_idle, &n_idle);
    gateway_pass(f, 30 * USEC_PER_SEC);
    assert_int_equal(n_idle, 0);
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "shutting_down");
    answer = call_till(f, gateway_get, first.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENDING);
    fake_say(&f->peer, "\r\n+CMGS: 9\r\n\r\nOK\r\n");
    gateway_settle(f);
    assert_int_equal(n_idle, 1);
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE status = 'sent'")), 1);
    assert_int_equal(f->n_sent, 1);
    gateway_close(f);
    f->peer.no_text_answer = false;
    reopen(f);
    assert_int_equal(f->n_sent, 2);
    answer = call_till(f, gateway_get, second.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
}

/* A batch that cannot be committed: all of it is refused, none of it exists, no more is lost. */
static void test_disk_full(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_2);
    struct answer before, answers[5] = {0}, answer;
    struct check_request check;
    char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE];

    before = issue_and_send(f, NUMBER_1);
    code_of(f, &before.v, NUMBER_1, 0, code);
    wrong_code_of(f, &before.v, NUMBER_1, wrong);
    request.idempotency_key = "k";
    gateway_hold_store(f);
    gateway_issue(f->gateway, &f->till, &request, answer_take, &answers[0]);
    check = (struct check_request){.code = wrong};
    gateway_check(f->gateway, &f->till, before.v.id, &check, answer_take, &answers[1]);
    check = (struct check_request){.code = code, .attempt_id = "a"};
    gateway_check(f->gateway, &f->till, before.v.id, &check, answer_take, &answers[2]);
    gateway_resend(f->gateway, &f->till, before.v.id, answer_take, &answers[3]);
    gateway_get(f->gateway, &f->till, before.v.id, answer_take, &answers[4]);
    disk_is_full(true);
    gateway_release_store(f);
    gateway_wait(f, &answers[4].n, 1);
    gateway_settle(f);
    for (unsigned i = 0; i < 5; i++) {
        assert_string_equal(verdict_of(&answers[i]), "storage_unavailable");
        assert_int_equal(answers[i].refusal.retry_after_sec, 5);
    }
    disk_is_full(false);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
    assert_int_equal(f->n_sent, 1);
    assert_int_equal(gateway_query(f, COUNT_OF("verifications")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 0);
    answer = check_code(f, before.v.id, code);
    assert_int_equal(answer.result, CHECK_APPROVED);
    assert_int_equal(answer.v.attempts, 1);
    answer = issue_as(f, &f->till, &request); /* the same key, since nothing came of it */
    assert_string_equal(verdict_of(&answer), "ok");
    assert_false(answer.is_replay);
}

/* An end that could not be committed is no end: the text that waits is sent. */
static void test_disk_full_at_the_end(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made, answer;
    char code[OTP_CODE_SIZE];

    make_busy(f);
    made = issue(f, NUMBER_1);
    code_of(f, &made.v, NUMBER_1, 0, code);
    disk_is_full(true);
    answer = check_code(f, made.v.id, code);
    assert_string_equal(verdict_of(&answer), "storage_unavailable");
    answer = call_till(f, gateway_cancel, made.v.id);
    assert_string_equal(verdict_of(&answer), "storage_unavailable");
    disk_is_full(false);
    f->peer.rules = NULL;
    gateway_pass(f, 30 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 2);
    answer = check_code(f, made.v.id, code);
    assert_int_equal(answer.result, CHECK_APPROVED);
}

/* What waited is sent by the next run, once, with the same code. */
static void test_queued_survives(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made[3], answer;
    char code[OTP_CODE_SIZE];

    make_busy(f);
    for (unsigned i = 0; i < 3; i++) {
        fake_now += USEC_PER_MSEC;
        made[i] = issue(f, NUMBER_1);
    }
    answer = call_till(f, gateway_cancel, made[1].v.id);
    gateway_close(f);
    assert_int_equal(f->n_sent, 0);
    f->peer.rules = NULL;
    reopen(f);
    assert_int_equal(f->n_sent, 3); /* with the one that kept the modem busy */
    for (unsigned i = 0; i < 3; i += 2) {
        code_of(f, &made[i].v, NUMBER_1, 0, code);
        assert_memory_equal(f->sent[i == 0 ? 1 : 2].text, code, 6); /* in their order */
        answer = check_code(f, made[i].v.id, code);
        assert_int_equal(answer.result, CHECK_APPROVED);
    }
    gateway_close(f);
    reopen(f);
    gateway_pass(f, 20 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 3);
}

/* What the modem had when the end came may have been sent: never again by itself. */
static void test_sending_becomes_unknown(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made, answer;
    char code[OTP_CODE_SIZE];

    f->peer.no_text_answer = true;
    made = issue_and_send(f, NUMBER_1);
    gateway_close(f);
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE status = 'sending'")), 1);
    f->peer.no_text_answer = false;
    for (unsigned i = 0; i < 2; i++) {
        reopen(f);
        gateway_pass(f, 20 * USEC_PER_SEC);
        assert_int_equal(f->n_sent, 1);
        answer = call_till(f, gateway_get, made.v.id);
        assert_int_equal(answer.m.status, MESSAGE_UNKNOWN);
        assert_string_equal(answer.m.error_class, "interrupted");
        if (i == 0)
            gateway_close(f);
    }
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code); /* the text may have arrived */
    assert_int_equal(answer.result, CHECK_APPROVED);
}

/* After a reboot wall time counts, and lengthens nothing. */
static void test_reboot(void **state)
{
    static const struct {
        int64_t wall_sec; /* after the request */
        enum check_result result;
    } rows[] = {{299, CHECK_APPROVED}, {300, CHECK_EXPIRED}, {86400, CHECK_EXPIRED}};
    struct gateway_fixture *f = *state;
    char code[OTP_CODE_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct answer answer, made = issue_and_send(f, NUMBER_1);

        gateway_close(f);
        gateway_sql(f, "UPDATE verifications SET boot_id = zeroblob(16)");
        /* The clock since boot begins anew. */
        fake_wall_ahead = made.v.created.wall + (usec_t)(rows[i].wall_sec - 10) * USEC_PER_SEC -
                          50 * USEC_PER_SEC;
        fake_now = 50 * USEC_PER_SEC;
        reopen(f);
        gateway_jump(f, 60 * USEC_PER_SEC - fake_now);
        if (i == 0) {
            answer = call_till(f, gateway_resend, made.v.id);
            assert_string_equal(verdict_of(&answer), "ok");
            assert_int_equal(answer.view.expires_in_sec, 1);
            gateway_settle(f);
        }
        code_of(f, &made.v, NUMBER_1, 0, code);
        answer = check_code(f, made.v.id, code);
        assert_int_equal(answer.result, rows[i].result);
    }
}

/* Codes of a key that is gone cannot be told: texts are not sent, verifications have expired. */
static void test_another_key(void **state)
{
    struct gateway_fixture *f = *state;
    uint8_t master[OTP_MASTER_KEY_SIZE] = {99};
    struct answer sent, waiting, answer;
    char code[OTP_CODE_SIZE];

    sent = issue_and_send(f, NUMBER_1);
    code_of(f, &sent.v, NUMBER_1, 0, code);
    make_busy(f);
    waiting = issue(f, NUMBER_1);
    gateway_close(f);
    otp_keyring_free(f->keyring);
    assert_int_equal(otp_keyring_new(&f->keyring, master), 0);
    f->peer.rules = NULL;
    reopen(f);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 1);
    answer = check_code(f, sent.v.id, code);
    assert_int_equal(answer.result, CHECK_EXPIRED);
    answer = call_till(f, gateway_get, waiting.v.id);
    assert_int_equal(answer.m.status, MESSAGE_FAILED);
    assert_true(answer.v.status != VERIFICATION_PENDING && !answer.v.has_number);
    answer = issue_and_send(f, NUMBER_1);
    assert_int_equal(f->n_sent, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_reload),
        GATEWAY_TEST(test_reload_without_the_purpose),
        GATEWAY_TEST(test_stop_when_idle),
        GATEWAY_TEST(test_stop_in_flight),
        GATEWAY_TEST(test_disk_full),
        GATEWAY_TEST(test_disk_full_at_the_end),
        GATEWAY_TEST(test_queued_survives),
        GATEWAY_TEST(test_sending_becomes_unknown),
        GATEWAY_TEST(test_reboot),
        GATEWAY_TEST(test_another_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
