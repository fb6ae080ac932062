/* When a SIM's balance is asked for, and what is made of the answer. */
#include "gateway_fixture.h"

#define EVENTS(kind) COUNT_OF("journal WHERE kind = '" kind "'")
#define SAYS(text) {"AT+CUSD=*", "\r\nOK\r\n\r\n+CUSD: 0,\"" text "\",15\r\n"}

static const struct fake_rule rich[] = {SAYS("You have Rs 120.50."), {NULL, NULL}};
static const struct fake_rule poor[] = {SAYS("You have Rs 12.50."), {NULL, NULL}};
static const struct fake_rule odd[] = {SAYS("Sorry"), {NULL, NULL}};
static const struct fake_rule refusing[] = {{"AT+CUSD=*", "\r\n+CME ERROR: 30\r\n"}, {NULL, NULL}};

static unsigned n_counted; /* in what has been thrown away of the log */

static unsigned n_asked(const struct gateway_fixture *f)
{
    const char *at = f->peer.log;
    unsigned n = n_counted;

    while ((at = strstr(at, "AT+CUSD=1,\"*123#\""))) {
        at++;
        n++;
    }
    return n;
}

/* Hour by hour, for the heartbeats fill the log of commands. */
static void pass(struct gateway_fixture *f, usec_t usec)
{
    for (usec_t rest = usec, step; rest > 0; rest -= step) {
        step = MIN(rest, USEC_PER_HOUR);
        gateway_pass(f, step);
        n_counted = n_asked(f);
        strbuf_init(&f->peer.sb, f->peer.log, sizeof(f->peer.log));
    }
}

static int set_up(void **state)
{
    n_counted = 0;
    return gateway_set_up(state);
}

/* As after a reload whose file asks for it each hour; 50.00 is little. */
static const struct balance_view *ask(struct gateway_fixture *f, const struct fake_rule *rules)
{
    struct modem_policy *modem = policy_find_modem(f->policy, "counter");

    f->peer.rules = rules;
    if (!modem)
        assert_int_equal(policy_add_modem(f->policy, "counter", &modem), 0);
    modem->balance.every = USEC_PER_HOUR;
    modem->balance.has_low = true;
    modem->balance.low = 5000;
    snprintf(modem->balance.ussd, sizeof(modem->balance.ussd), "*123#");
    dispatcher_heed_policy(f->gateway->dispatcher);
    gateway_settle(f);
    return gateway_balance(f->gateway, 0);
}

static void test_schedule(void **state)
{
    struct gateway_fixture *f = *state;
    const struct balance_view *view;

    assert_false(gateway_balance(f->gateway, 0)->is_asked_for);
    view = ask(f, rich);
    assert_int_equal(n_asked(f), 1);
    assert_true(view->is_asked_for && view->is_known && !view->is_low && !view->error);
    assert_int_equal(view->hundredths, 12050);
    pass(f, USEC_PER_HOUR - USEC_PER_MINUTE);
    assert_int_equal(n_asked(f), 1);
    pass(f, 2 * USEC_PER_MINUTE);
    assert_int_equal(n_asked(f), 2);
    assert_int_equal(gateway_query(f, EVENTS("modem.balance_low")), 0);
}

static void test_low_is_told_once(void **state)
{
    struct gateway_fixture *f = *state;
    const struct balance_view *view = ask(f, poor);

    assert_true(view->is_known && view->is_low);
    pass(f, 2 * USEC_PER_HOUR);
    assert_int_equal(n_asked(f), 3);
    assert_int_equal(gateway_query(f, EVENTS("modem.balance_low")), 1);
    f->peer.rules = rich;
    pass(f, USEC_PER_HOUR);
    assert_false(view->is_low);
    f->peer.rules = poor;
    pass(f, USEC_PER_HOUR);
    assert_int_equal(gateway_query(f, EVENTS("modem.balance_low")), 2);
}

/* By its SIM: shown with its age, told once, and asked for when it would have been due. */
static void test_restart(void **state)
{
    static const struct fake_rule other_sim[] = {
        {"AT+CCID", "\r\n+CCID: 8991101200003209999\r\n\r\nOK\r\n"}, SAYS("You have Rs 120.50."),
        {NULL, NULL}};
    struct gateway_fixture *f = *state;
    const struct balance_view *view;

    (void)ask(f, poor);
    pass(f, 20 * USEC_PER_MINUTE);
    gateway_close(f);
    gateway_open(f);
    (void)ask(f, rich);
    gateway_start_and_wait(f);
    view = gateway_balance(f->gateway, 0);
    assert_int_equal(n_asked(f), 1);
    assert_true(view->is_known && view->is_low);
    assert_int_equal(view->hundredths, 1250);
    assert_in_range(view->age, 20 * USEC_PER_MINUTE, 21 * USEC_PER_MINUTE);
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_BALANCE));
    assert_int_equal(gateway_query(f, EVENTS("modem.balance_low")), 1);
    pass(f, 41 * USEC_PER_MINUTE);
    assert_int_equal(n_asked(f), 2);
    assert_int_equal(gateway_balance(f->gateway, 0)->hundredths, 12050);
    assert_int_equal(gateway_balance(f->gateway, 0)->age / USEC_PER_MINUTE, 1);

    gateway_unplug(f);
    pass(f, USEC_PER_SEC);
    f->peer.rules = other_sim; /* nothing is known of that one */
    gateway_plug(f);
    pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(n_asked(f), 3);
    assert_int_equal(gateway_query(f, COUNT_OF("sim_balances")), 2);
}

/* Up while it lasts; another minimum is judged at once. */
static void test_warning(void **state)
{
    struct gateway_fixture *f = *state;
    const char *detail;

    (void)ask(f, rich);
    assert_null(gateway_warning_detail(f->gateway, WARNING_BALANCE));
    f->peer.rules = poor;
    pass(f, USEC_PER_HOUR);
    detail = gateway_warning_detail(f->gateway, WARNING_BALANCE);
    assert_non_null(detail);
    assert_non_null(strstr(detail, "modem counter has 12.50 left, less than 50.00"));
    policy_find_modem(f->policy, "counter")->balance.low = 1000;
    dispatcher_heed_policy(f->gateway->dispatcher);
    assert_null(gateway_warning_detail(f->gateway, WARNING_BALANCE));
    policy_find_modem(f->policy, "counter")->balance.low = 2000;
    dispatcher_heed_policy(f->gateway->dispatcher);
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_BALANCE));
    f->peer.rules = rich;
    pass(f, USEC_PER_HOUR);
    assert_null(gateway_warning_detail(f->gateway, WARNING_BALANCE));
    assert_int_equal(gateway_query(f, EVENTS("warning.raised")), 2);
}

static void test_failures(void **state)
{
    struct gateway_fixture *f = *state;
    const struct balance_view *view = ask(f, odd);

    assert_true(!view->is_known && view->error);
    assert_non_null(strstr(view->error, "balance_pattern"));
    f->peer.rules = refusing;
    pass(f, 16 * USEC_PER_MINUTE);
    assert_int_equal(n_asked(f), 2);
    assert_null(strstr(view->error, "balance_pattern"));
    f->peer.rules = rich;
    pass(f, 15 * USEC_PER_MINUTE);
    assert_true(view->is_known && !view->error);
}

/* While a text is under way nobody is asked. */
static void test_codes_go_first(void **state)
{
    struct gateway_fixture *f = *state;

    f->peer.no_text_answer = true;
    (void)issue_and_send(f, NUMBER_1);
    (void)issue(f, NUMBER_2);
    (void)ask(f, rich);
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(n_asked(f), 0);
    fake_say(&f->peer, "\r\n+CMGS: 7\r\n\r\nOK\r\n");
    gateway_wait(f, &f->n_sent, 2);
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(n_asked(f), 0);
    f->peer.no_text_answer = false;
    fake_say(&f->peer, "\r\n+CMGS: 8\r\n\r\nOK\r\n");
    pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(n_asked(f), 1);
}

/* Nor while one waits for its next try, and the modem has nothing to do. */
static void test_waiting_text_goes_first(void **state)
{
    struct gateway_fixture *f = *state;

    f->peer.text_reply = "\r\n+CMS ERROR: 42\r\n";
    (void)issue_and_send(f, NUMBER_1);
    (void)ask(f, rich);
    assert_int_equal(n_asked(f), 0);
    f->peer.text_reply = NULL;
    pass(f, 4 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 2);
    assert_int_equal(n_asked(f), 1);
}

/* A SIM that has credit again is taken back. */
static void test_enough_redeems(void **state)
{
    struct gateway_fixture *f = *state;

    (void)ask(f, poor);
    f->peer.text_reply = "\r\n+CMS ERROR: 8\r\n";
    (void)issue_and_send(f, NUMBER_1);
    (void)issue_and_send(f, NUMBER_2);
    assert_non_null(gateway_barred(f->gateway, 0));
    pass(f, USEC_PER_HOUR);
    assert_non_null(gateway_barred(f->gateway, 0));
    f->peer.rules = rich;
    pass(f, USEC_PER_HOUR);
    assert_null(gateway_barred(f->gateway, 0));
}

#define BALANCE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, gateway_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BALANCE_TEST(test_schedule),
        BALANCE_TEST(test_low_is_told_once),
        BALANCE_TEST(test_restart),
        BALANCE_TEST(test_warning),
        BALANCE_TEST(test_failures),
        BALANCE_TEST(test_codes_go_first),
        BALANCE_TEST(test_waiting_text_goes_first),
        BALANCE_TEST(test_enough_redeems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
