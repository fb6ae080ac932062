/* Which texts go, in what order, and which do not go any more. */
#include "gateway_fixture.h"

/* No text goes out after the time of its code. */
static void test_too_late(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made;

    made = issue(f, NUMBER_1);
    gateway_unplug(f);
    gateway_settle(f);
    fake_now += 300 * USEC_PER_SEC;
    gateway_plug(f);
    gateway_pass(f, 20 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 0);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.v.status, VERIFICATION_EXPIRED);
    assert_int_equal(answer.m.status, MESSAGE_EXPIRED);
}

/* The modem takes so long for a text that it has. */
static void take_time(struct gateway_fixture *f, usec_t usec)
{
    gateway_pass(f, usec);
    fake_say(&f->peer, "\r\n+CMGS: 7\r\n\r\nOK\r\n");
    gateway_settle(f);
}

/* A modem that took 20 s for its last text, now has one, and is silent unless told; codes live 60
 * s. */
static struct answer issue_to_slow_modem(struct gateway_fixture *f)
{
    policy_find_purpose(f->policy, "checkout")->ttl = 60 * USEC_PER_SEC;
    f->peer.no_text_answer = true;
    (void)issue_and_send(f, NUMBER_1);
    take_time(f, 20 * USEC_PER_SEC);
    return issue_and_send(f, NUMBER_2);
}

/* What could not be sent in time is not taken; what turns out so is given up, and told. */
static void test_late(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, waiting[2];

    (void)issue_to_slow_modem(f);
    for (unsigned i = 0; i < ARRAY_SIZE(waiting); i++) {
        waiting[i] = issue(f, NUMBER_1);
        assert_string_equal(verdict_of(&waiting[i]), "ok");
        assert_int_equal(waiting[i].view.position, i);
        assert_int_equal(waiting[i].view.eta_sec, 40 + 20 * i);
    }
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "queue_full");
    assert_int_equal(answer.refusal.retry_after_sec, 20);
    assert_int_equal(gateway_query(f, COUNT_OF("messages")), 4);
    assert_int_equal(gateway_query(f, COUNT_OF("verifications")), 4);

    take_time(f, 30 * USEC_PER_SEC); /* mean 21.25 s: one is in time, the other would not be */
    assert_int_equal(f->n_sent, 3);
    answer = call_till(f, gateway_get, waiting[0].v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENDING);
    answer = call_till(f, gateway_get, waiting[1].v.id);
    assert_int_equal(answer.m.status, MESSAGE_FAILED);
    assert_string_equal(answer.m.error_class, "late");
    assert_int_equal(answer.v.status, VERIFICATION_UNDELIVERABLE);
    assert_false(answer.v.has_number);
    gateway_pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 3);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
}

/* A second text that would be late ends no verification whose first one may be read. */
static void test_late_resend(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_to_slow_modem(f);

    take_time(f, 20 * USEC_PER_SEC);
    (void)issue_and_send(f, NUMBER_1);
    answer = call_till(f, gateway_resend, made.v.id); /* lives for another 60 s */
    assert_string_equal(verdict_of(&answer), "ok");
    take_time(f, 45 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 3);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_FAILED);
    assert_string_equal(answer.m.error_class, "late");
    assert_int_equal(answer.v.status, VERIFICATION_PENDING);
}

/* While the modem is at something else, codes queue by deadline. */
static void test_nearest_deadline_first(void **state)
{
    static const unsigned ttls[] = {300, 60, 200}, order[] = {1, 2, 0};
    struct gateway_fixture *f = *state;
    struct answer answers[ARRAY_SIZE(ttls)];

    f->peer.no_text_answer = true;
    (void)issue_and_send(f, NUMBER_2);
    for (unsigned i = 0; i < ARRAY_SIZE(ttls); i++) {
        policy_find_purpose(f->policy, "checkout")->ttl = ttls[i] * USEC_PER_SEC;
        answers[i] = issue(f, NUMBER_1);
        assert_string_equal(verdict_of(&answers[i]), "ok");
        assert_int_equal(answers[i].view.position, i < 2 ? 0 : 1);
    }
    f->peer.no_text_answer = false;
    take_time(f, 0);
    gateway_wait(f, &f->n_sent, 4);
    for (unsigned i = 0; i < ARRAY_SIZE(order); i++) {
        char code[OTP_CODE_SIZE];

        code_of(f, &answers[order[i]].v, NUMBER_1, 0, code);
        assert_memory_equal(f->sent[1 + i].text, code, strlen(code));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_too_late),
        GATEWAY_TEST(test_late),
        GATEWAY_TEST(test_late_resend),
        GATEWAY_TEST(test_nearest_deadline_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
