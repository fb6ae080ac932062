/* PINs over restarts: none that was refused, or never answered, is sent again by itself. */
#include "core/pin_record.h"

#include "gateway_fixture.h"
#include "modem/modem_task.h"

#define ASKS {"AT+CPIN?", "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"}
#define THREE_LEFT {"AT+CPINR", "\r\n+CPINR: SIM PIN,3,3\r\n\r\nOK\r\n"}

static const struct fake_rule refuses[] = {
    ASKS, {"AT+CPIN=*", "\r\n+CME ERROR: 16\r\n"}, {NULL, NULL}};
static const struct fake_rule is_silent[] = {ASKS, {"AT+CPIN=*", NULL}, {NULL, NULL}};
static const struct fake_rule tells[] = {ASKS, THREE_LEFT, {"AT+CPIN=*", NULL}, {NULL, NULL}};

static int set_up(void **state)
{
    return gateway_set_up_keyed(state, 7);
}

static unsigned n_sent(const struct gateway_fixture *f)
{
    unsigned n = 0;

    for (const char *at = f->peer.log; (at = strstr(at, "AT+CPIN=")); at++)
        n++;
    return n;
}

static const struct modem_status *status_of(const struct gateway_fixture *f)
{
    return modem_status(gateway_modem(f->gateway, 0));
}

static void start(struct gateway_fixture *f, const struct fake_rule *rules, const char *pin)
{
    f->modem_pin = pin;
    f->peer.rules = rules;
    gateway_open(f);
    gateway_start(f->gateway);
    gateway_pass(f, 10 * USEC_PER_SEC);
}

/* The process ends as by a crash, and begins anew. */
static void restart(struct gateway_fixture *f, const struct fake_rule *rules, const char *pin)
{
    gateway_close(f);
    start(f, rules, pin);
}

static void assert_kept(const struct gateway_fixture *f, const char *reason)
{
    assert_int_equal(n_sent(f), 0);
    assert_int_equal(status_of(f)->state, MODEM_LOCKED);
    assert_non_null(strstr(status_of(f)->reason, reason));
}

static void on_task(void *userdata, struct modem *modem, const struct modem_task_result *result)
{
    unsigned *n = userdata;

    (void)modem;
    assert_int_equal(result->outcome, MODEM_TASK_REFUSED);
    ++*n;
}

static void test_refused(void **state)
{
    struct gateway_fixture *f = *state;
    unsigned n_answers = 0;

    start(f, refuses, "1234");
    assert_int_equal(n_sent(f), 1);
    for (unsigned i = 0; i < 2; i++) {
        restart(f, refuses, "1234");
        assert_kept(f, "refused");
    }
    modem_task_begin(dispatcher_find_modem(f->gateway->dispatcher, "counter"),
        &(struct modem_task_request){
            .kind = MODEM_TASK_PIN, .text = "1234", .done = on_task, .userdata = &n_answers});
    gateway_wait(f, &n_answers, 1);
    assert_int_equal(n_sent(f), 1); /* somebody has said so */
    restart(f, refuses, "1234");
    assert_kept(f, "refused");
    restart(f, refuses, "4321"); /* the owner has changed it */
    assert_int_equal(n_sent(f), 1);
}

/* Never heard of: not again by itself, but once where three tries are known to be left. */
static void test_unanswered(void **state)
{
    struct gateway_fixture *f = *state;

    start(f, is_silent, "1234");
    assert_int_equal(n_sent(f), 1);
    restart(f, is_silent, "1234");
    assert_kept(f, "no answer");
    restart(f, tells, "1234");
    assert_int_equal(n_sent(f), 1);
    restart(f, tells, "1234");
    assert_kept(f, "no answer");
}

static void test_taken(void **state)
{
    struct gateway_fixture *f = *state;

    start(f, is_silent, "1234");
    assert_int_equal(n_sent(f), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("sim_pins WHERE unanswered = 1")), 1);
    gateway_close(f);
    gateway_sql(f, "DELETE FROM sim_pins");
    f->peer.rules = is_silent;
    gateway_open(f);
    gateway_start(f->gateway);
    gateway_pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(n_sent(f), 1);
    f->peer.rules = NULL;
    fake_say(&f->peer, "\r\nOK\r\n");
    gateway_pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(status_of(f)->state, MODEM_READY);
    assert_int_equal(gateway_query(f, COUNT_OF("sim_pins")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_refused, set_up, gateway_tear_down),
        cmocka_unit_test_setup_teardown(test_unanswered, set_up, gateway_tear_down),
        cmocka_unit_test_setup_teardown(test_taken, set_up, gateway_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
