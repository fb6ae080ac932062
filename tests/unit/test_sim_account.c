/* What SIMs may send, kept through refusals, restarts, reloads and other modems. */
#include "gateway_fixture.h"

#define PARTS(condition) COUNT_OF("sim_parts WHERE " condition)
#define SIM "8991101200003204510" /* of the scripted modem */

static const struct fake_rule other_sim[] = {
    {"AT+CCID", "\r\n+CCID: 8991101200003209999\r\n\r\nOK\r\n"}, {NULL, NULL}};
static const struct fake_rule no_iccid[] = {
    {"AT+CCID", "\r\nERROR\r\n"}, {"AT^ICCID?", "\r\nERROR\r\n"}, {"AT+QCCID", "\r\nERROR\r\n"},
    {"AT+ICCID", "\r\nERROR\r\n"}, {"AT#CCID", "\r\nERROR\r\n"}, {"AT^SCID", "\r\nERROR\r\n"},
    {"AT+ZICCID?", "\r\nERROR\r\n"}, {"AT+CRSM=*", "\r\nERROR\r\n"}, {NULL, NULL}};

/* Limits for the one modem from now on. */
static void limit(struct gateway_fixture *f, struct quota_limits limits)
{
    struct modem_policy *modem = policy_find_modem(f->policy, "counter");

    if (!modem)
        assert_int_equal(policy_add_modem(f->policy, "counter", &modem), 0);
    modem->quota = limits;
    dispatcher_heed_policy(f->gateway->dispatcher);
    gateway_settle(f);
}

#define A_DAY(n) ((struct quota_limits){{[QUOTA_DAY] = (n)}})

static struct quota_view quota_of(struct gateway_fixture *f)
{
    struct quota_view view;

    gateway_quota(f->gateway, 0, &view);
    return view;
}

static unsigned used_in_a_day(struct gateway_fixture *f)
{
    return quota_of(f).used[QUOTA_DAY];
}

static void send_texts(struct gateway_fixture *f, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        (void)issue_and_send(f, NUMBER_1);
}

static void assert_exhausted(struct gateway_fixture *f, unsigned retry_after)
{
    int64_t n_rows = gateway_query(f, COUNT_OF("messages"));
    struct answer answer = issue(f, NUMBER_1);
    enum gateway_error reason;

    assert_string_equal(verdict_of(&answer), "quota_exhausted");
    assert_int_equal(answer.refusal.retry_after_sec, retry_after);
    assert_int_equal(gateway_query(f, COUNT_OF("messages")), n_rows);
    assert_false(gateway_is_ready(f->gateway, &reason));
    assert_int_equal(reason, ERROR_QUOTA_EXHAUSTED);
}

static void test_exhausted(void **state)
{
    struct gateway_fixture *f = *state;

    send_texts(f, 1); /* counts, although there was no limit then */
    gateway_jump(f, 1000 * USEC_PER_SEC);
    limit(f, A_DAY(3));
    assert_int_equal(used_in_a_day(f), 1);
    send_texts(f, 2);
    assert_exhausted(f, 86400 - 1000);
    gateway_jump(f, USEC_PER_DAY - 1001 * USEC_PER_SEC); /* a second before the first leaves */
    assert_int_equal(used_in_a_day(f), 3);
    gateway_pass(f, USEC_PER_SEC);
    send_texts(f, 1);
    assert_exhausted(f, 1000);
    assert_int_equal(gateway_query(f, PARTS("sim = '" SIM "'")), 4);
}

/* An accepted code waits for its SIM for up to a minute, and goes when it may. */
static void test_a_minute_spaces_out(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer;

    limit(f, (struct quota_limits){{[QUOTA_MINUTE] = 2}});
    send_texts(f, 2);
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "ok");
    assert_int_equal(answer.view.position, 0);
    assert_in_range(answer.view.eta_sec, 60, 63);
    answer = issue(f, NUMBER_2);
    assert_string_equal(verdict_of(&answer), "ok");
    answer = issue(f, NUMBER_2); /* the third from now would need two minutes */
    assert_string_equal(verdict_of(&answer), "quota_exhausted");
    assert_int_equal(answer.refusal.retry_after_sec, 120);
    gateway_pass(f, 59 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 2);
    gateway_pass(f, USEC_PER_SEC);
    gateway_wait(f, &f->n_sent, 4);
    gateway_settle(f);
    assert_int_equal(used_in_a_day(f), 4);
}

/* What waits lives no longer for it. */
static void test_waits_only_while_it_lives(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer;

    policy_find_purpose(f->policy, "checkout")->ttl = 60 * USEC_PER_SEC;
    limit(f, (struct quota_limits){{[QUOTA_MINUTE] = 1}});
    send_texts(f, 1);
    gateway_pass(f, 10 * USEC_PER_SEC);
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "ok");
    limit(f, A_DAY(1)); /* the owner changes his mind */
    gateway_settle(f);
    answer = call_till(f, gateway_get, answer.v.id);
    assert_int_equal(answer.m.status, MESSAGE_FAILED);
    assert_string_equal(answer.m.error_class, "late");
    assert_int_equal(answer.v.status, VERIFICATION_UNDELIVERABLE);
    assert_int_equal(f->n_sent, 1);
}

/* What was not sent is not counted; what may have been is. */
static void test_counts_what_left(void **state)
{
    static const struct {
        const char *reply; /* to the text; NULL: none */
        unsigned n_tries, used;
    } rows[] = {
        {"\r\n+CMS ERROR: 1\r\n", 1, 0},
        {"\r\n+CMS ERROR: 42\r\n", 4, 0},
        {"\r\n+CMGS: 9\r\n\r\nOK\r\n", 1, 1},
        {NULL, 1, 2}, /* one more */
    };
    struct gateway_fixture *f = *state;

    limit(f, A_DAY(9));
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        unsigned before = f->n_sent;

        f->peer.text_reply = rows[i].reply;
        f->peer.no_text_answer = !rows[i].reply;
        (void)issue(f, NUMBER_1);
        gateway_pass(f, 240 * USEC_PER_SEC);
        assert_int_equal(f->n_sent - before, rows[i].n_tries);
        if (used_in_a_day(f) != rows[i].used)
            fail_msg("row %zu: %u", i, used_in_a_day(f));
        assert_int_equal(gateway_query(f, PARTS("1")), rows[i].used);
    }
}

/* Cancelled at the prompt: nothing left. */
static void test_withdrawn_counts_nothing(void **state)
{
    static const struct fake_rule no_prompt[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct gateway_fixture *f = *state;
    struct answer made;

    limit(f, A_DAY(9));
    f->peer.rules = no_prompt;
    made = issue(f, NUMBER_1);
    gateway_settle(f);
    f->peer.rules = NULL;
    (void)call_till(f, gateway_cancel, made.v.id);
    f->peer.in_text = true;
    fake_say(&f->peer, "\r\n> ");
    gateway_settle(f);
    assert_int_equal(f->n_sent, 0);
    assert_int_equal(used_in_a_day(f), 0);
    assert_int_equal(gateway_query(f, PARTS("1")), 0);
}

/* After a restart, with the code that was on its way. */
static void test_outlives_a_restart(void **state)
{
    struct gateway_fixture *f = *state;

    limit(f, A_DAY(4));
    send_texts(f, 2);
    f->peer.no_text_answer = true;
    send_texts(f, 1);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'modem.quota_warning'")), 0);
    gateway_close(f);
    f->peer.no_text_answer = false;
    gateway_open(f);
    limit(f, A_DAY(4));
    gateway_start_and_wait(f);
    assert_int_equal(used_in_a_day(f), 3);
    send_texts(f, 1);
    assert_exhausted(f, 86400);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'modem.quota_warning' AND "
        "object = 'counter' AND detail = '{\"window\":\"day\",\"used\":4,\"limit\":4}'")), 1);
}

/* A clock that is set ahead, while it runs or while it does not, sends the SIM into no new day. */
static void test_clock_set_ahead(void **state)
{
    struct gateway_fixture *f = *state;

    limit(f, A_DAY(2));
    send_texts(f, 2);
    fake_wall_ahead += 3 * USEC_PER_DAY;
    gateway_pass(f, 100 * USEC_PER_SEC);
    assert_exhausted(f, 86400 - 100);
    gateway_close(f);
    fake_wall_ahead += 3 * USEC_PER_DAY;
    gateway_open(f);
    limit(f, A_DAY(3)); /* one more, or it would not become ready */
    gateway_start_and_wait(f);
    assert_int_equal(used_in_a_day(f), 2);
    send_texts(f, 1);
    assert_exhausted(f, 86400 - 100);
    gateway_jump(f, USEC_PER_DAY);
    assert_int_equal(used_in_a_day(f), 0);
    send_texts(f, 3);
    assert_exhausted(f, 86400);
}

/* Another SIM begins at nothing; the first has what it had when it comes back. */
static void test_another_sim(void **state)
{
    struct gateway_fixture *f = *state;

    limit(f, A_DAY(2));
    send_texts(f, 2);
    gateway_unplug(f);
    gateway_settle(f);
    f->peer.rules = other_sim;
    gateway_plug(f);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(used_in_a_day(f), 0);
    send_texts(f, 2);
    assert_exhausted(f, 86400);
    gateway_unplug(f);
    gateway_settle(f);
    f->peer.rules = NULL;
    gateway_plug(f);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(used_in_a_day(f), 2);
    assert_int_equal(gateway_query(f, PARTS("sim = '" SIM "'")), 2);
}

static void test_sim_without_iccid(void **state)
{
    struct gateway_fixture *f = *state;

    gateway_unplug(f);
    gateway_settle(f);
    f->peer.rules = no_iccid;
    gateway_plug(f);
    gateway_pass(f, 10 * USEC_PER_SEC);
    send_texts(f, 1);
    assert_int_equal(gateway_query(f, PARTS("sim = 'imsi:404685505601234'")), 1);
}

static void test_recipients(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer;
    enum gateway_error reason;

    send_texts(f, 1);
    assert_int_equal(gateway_query(f, PARTS("number_index IS NOT NULL")), 0); /* not asked for */
    limit(f, (struct quota_limits){{[QUOTA_RECIPIENTS] = 1}});
    send_texts(f, 2);
    assert_int_equal(gateway_query(f, PARTS("number_index IS NOT NULL")), 2);
    answer = issue(f, NUMBER_2);
    assert_string_equal(verdict_of(&answer), "quota_exhausted");
    assert_int_equal(answer.refusal.retry_after_sec, 30 * 86400);
    assert_true(gateway_is_ready(f->gateway, &reason)); /* for those it has written to */
    send_texts(f, 1);
}

/* The count is read again, and nothing goes before it is known. */
static void test_not_known_yet(void **state)
{
    struct gateway_fixture *f = *state;
    enum gateway_error reason;

    limit(f, A_DAY(2));
    send_texts(f, 2);
    gateway_unplug(f);
    gateway_settle(f);
    gateway_plug(f);
    gateway_hold_store(f);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(modem_status(gateway_modem(f->gateway, 0))->state, MODEM_READY);
    assert_false(gateway_is_ready(f->gateway, &reason));
    assert_int_equal(reason, ERROR_NO_MODEM);
    limit(f, A_DAY(3)); /* while the job is at it */
    gateway_release_store(f);
    gateway_settle(f);
    gateway_pass(f, 1);
    assert_int_equal(quota_of(f).limits.max[QUOTA_DAY], 3);
    assert_int_equal(used_in_a_day(f), 2);
    send_texts(f, 1);
    assert_exhausted(f, 86400 - 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_exhausted),
        GATEWAY_TEST(test_a_minute_spaces_out),
        GATEWAY_TEST(test_waits_only_while_it_lives),
        GATEWAY_TEST(test_counts_what_left),
        GATEWAY_TEST(test_withdrawn_counts_nothing),
        GATEWAY_TEST(test_outlives_a_restart),
        GATEWAY_TEST(test_clock_set_ahead),
        GATEWAY_TEST(test_another_sim),
        GATEWAY_TEST(test_sim_without_iccid),
        GATEWAY_TEST(test_recipients),
        GATEWAY_TEST(test_not_known_yet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
