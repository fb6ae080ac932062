/* One task at a time, never beside a text, and always an answer. */
#include "task_fixture.h"

#include <signal.h>
#include <stdlib.h>

static void begin_text(struct fixture *f)
{
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
}

static void test_waits_for_the_text_under_way(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    f->hold = true;
    begin_text(f);
    assert_int_equal(state(f), MODEM_SENDING);
    task(f, MODEM_TASK_DISABLE, NULL);
    assert_int_equal(task_told.n, 0);
    assert_true(modem_status(f->modem)->is_held);
    modem_send_proceed(f->modem);
    settle(f);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    expect_task(MODEM_TASK_DONE, NULL, NULL);
    assert_int_equal(state(f), MODEM_DISABLED);
    assert_false(modem_status(f->modem)->is_held);
    end(f);
}

/* The parts of a text follow each other from within send_done; the task comes behind the last. */
static void test_waits_for_all_parts(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    f->hold = true;
    f->send_again = 1;
    begin_text(f);
    task(f, MODEM_TASK_AT, "AT+CSQ");
    modem_send_proceed(f->modem);
    settle(f);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(task_told.n, 0); /* the second part is under way */
    modem_send_proceed(f->modem);
    settle(f);
    assert_int_equal(f->n_done, 2);
    expect_task(MODEM_TASK_DONE, "OK", "+CSQ: 20,99");
    end(f);
}

static void test_does_not_wait_for_ever(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    f->peer.no_text_answer = true;
    begin_text(f);
    task(f, MODEM_TASK_RESET, NULL);
    pass(f, 29 * USEC_PER_SEC);
    assert_int_equal(task_told.n, 0);
    pass(f, 2 * USEC_PER_SEC);
    expect_task(MODEM_TASK_BUSY, "a text is being sent", NULL);
    assert_false(modem_status(f->modem)->is_held);
    assert_int_equal(state(f), MODEM_SENDING);
    end(f);
}

/* Held back while a task waits, the owner is told when texts may go again. */
static void test_tells_that_texts_may_go(void **unused)
{
    struct fixture *f = begin(NULL);
    size_t before;

    (void)unused;
    f->hold = true;
    begin_text(f);
    task(f, MODEM_TASK_AT, "I");
    before = f->n_states;
    modem_send_proceed(f->modem);
    settle(f);
    expect_task(MODEM_TASK_DONE, NULL, NULL);
    assert_true(f->n_states > before);
    assert_int_equal(f->states[f->n_states - 1], MODEM_READY);
    end(f);
}

static void test_one_at_a_time(void **unused)
{
    static const struct fake_rule rules[] = {{"AT+CBC", NULL}, {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    task(f, MODEM_TASK_AT, "AT+CBC");
    assert_int_equal(task_told.n, 0);
    task(f, MODEM_TASK_AT, "AT+CREG?");
    expect_task(MODEM_TASK_BUSY, "another action", NULL);
    task_told.n = 0;
    pass(f, USEC_PER_MINUTE); /* the answer is that of the first */
    expect_task(MODEM_TASK_UNANSWERED, "did not answer", NULL);
    end(f);
}

static void test_text_that_is_too_long(void **unused)
{
    struct fixture *f = begin(NULL);
    char text[400];

    (void)unused;
    memset(text, '1', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (enum modem_task_kind kind = MODEM_TASK_USSD; kind <= MODEM_TASK_PIN; kind++) {
        if (kind == MODEM_TASK_USSD_CANCEL)
            continue;
        task(f, kind, text);
        expect_task(MODEM_TASK_INVALID, "too long", NULL);
    }
    end(f);
}

/* Unplugged, fallen silent, restarted: the task ends with the conversation. */
static void test_broken(void **unused)
{
    static const struct fake_rule rules[] = {{"AT+CUSD=*", "\r\nOK\r\n"}, {NULL, NULL}};

    (void)unused;
    for (unsigned how = 0; how < 3; how++) {
        struct fixture *f = begin(rules);

        task(f, MODEM_TASK_USSD, "*123#");
        assert_int_equal(task_told.n, 0);
        if (how == 0)
            fake_unplug(&f->peer);
        else if (how == 1)
            fake_say(&f->peer, "\r\nRDY\r\n");
        else
            f->peer.dead = true;
        pass(f, how == 2 ? 20 * USEC_PER_SEC : 0);
        expect_task(MODEM_TASK_BROKEN, NULL, NULL);
        end(f);
    }
}

static void test_stop(void **unused)
{
    static const struct fake_rule rules[] = {{"AT+CUSD=*", "\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    modem_task_stop(f->modem); /* nothing is under way */
    task(f, MODEM_TASK_USSD, "*123#");
    modem_task_stop(f->modem);
    expect_task(MODEM_TASK_BROKEN, "stopping", NULL);
    fake_say(&f->peer, "\r\n+CUSD: 0,\"late\",15\r\n");
    settle(f);
    assert_int_equal(task_told.n, 1);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits_for_the_text_under_way),
        cmocka_unit_test(test_waits_for_all_parts),
        cmocka_unit_test(test_does_not_wait_for_ever),
        cmocka_unit_test(test_tells_that_texts_may_go),
        cmocka_unit_test(test_one_at_a_time),
        cmocka_unit_test(test_text_that_is_too_long),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_stop),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
