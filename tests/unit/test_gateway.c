/* The service as a whole: whether it is ready, and why not. */
#include "gateway_fixture.h"

static void test_not_ready(void **state)
{
    static const struct fake_rule locked[] = {
        {"AT+CPIN?", "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule searching[] = {{"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"},
        {"AT+CGREG?", "\r\n+CGREG: 1,2\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct gateway_fixture *f = *state;
    struct answer answer;

    gateway_unplug(f);
    gateway_settle(f);
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "no_modem");
    assert_int_equal(answer.refusal.retry_after_sec, 5);
    assert_int_equal(gateway_error_http_status(answer.refusal.error), 503);
    f->peer.rules = locked;
    gateway_plug(f);
    gateway_pass(f, 5 * USEC_PER_SEC);
    assert_string_equal((answer = issue(f, NUMBER_1), verdict_of(&answer)), "sim_locked");
    gateway_unplug(f);
    gateway_settle(f);
    f->peer.rules = searching;
    gateway_plug(f);
    gateway_pass(f, 5 * USEC_PER_SEC);
    assert_string_equal((answer = issue(f, NUMBER_1), verdict_of(&answer)), "no_network");
    assert_int_equal(gateway_query(f, COUNT_OF("verifications")), 0);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_not_ready),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
