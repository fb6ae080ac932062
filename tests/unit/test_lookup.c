/* Reading and ending a verification, by its identifier or the caller's own reference. */
#include "gateway_fixture.h"

static void test_cancel(void **state)
{
    static const struct fake_rule busy[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct gateway_fixture *f = *state;
    struct answer first, second, answer;

    f->peer.rules = busy; /* the modem has the first text and no prompt for it */
    first = issue(f, NUMBER_1);
    gateway_settle(f);
    second = issue(f, NUMBER_2);
    assert_int_equal(second.view.position, 0);
    answer = call_till(f, gateway_cancel, second.v.id);
    assert_int_equal(answer.v.status, VERIFICATION_CANCELED);
    assert_int_equal(answer.m.status, MESSAGE_EXPIRED);
    assert_string_equal(answer.m.error_class, "withdrawn");
    assert_int_equal(answer.view.resends_left, 0);
    assert_int_equal(answer.view.expires_in_sec, 0);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
    f->peer.rules = NULL;
    gateway_pass(f, 60 * USEC_PER_SEC); /* the modem recovers, and sends the first */
    assert_int_equal(f->n_sent, 1);
    assert_string_equal(gateway_last_sent(f)->number.text, NUMBER_1);
    answer = call_till(f, gateway_cancel, second.v.id); /* once more: it stays */
    assert_string_equal(verdict_of(&answer), "ok");
    assert_int_equal(answer.v.status, VERIFICATION_CANCELED);
    gateway_sql(f, "UPDATE verifications SET status = 'approved' WHERE status = 'pending'");
    answer = call_till(f, gateway_cancel, first.v.id);
    assert_int_equal(answer.v.status, VERIFICATION_APPROVED);
}

static void test_by_reference(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    struct answer last, answer;

    request.reference = "bill-1";
    (void)issue_as(f, &f->till, &request);
    gateway_pass(f, USEC_PER_SEC);
    last = issue_as(f, &f->till, &request);
    gateway_pass(f, USEC_PER_SEC);
    (void)issue_as(f, &f->web, &request);
    answer = call_till(f, gateway_get_by_reference, "bill-1");
    assert_string_equal(answer.v.id, last.v.id);
    gateway_jump(f, 300 * USEC_PER_SEC);
    answer = call_till(f, gateway_get_by_reference, "bill-1");
    assert_int_equal(answer.v.status, VERIFICATION_EXPIRED);
    answer = call_till(f, gateway_get_by_reference, "bill-2");
    assert_string_equal(verdict_of(&answer), "not_found");
}

/* Somebody else's is as unknown as one that never was. */
static void test_foreign_is_not_found(void **state)
{
    static gateway_call *const calls[] = {gateway_get, gateway_resend, gateway_cancel};
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    const char *unknown = "vf_01ARYZ6S410000000000000000";
    struct answer mine, foreign, none;
    char code[OTP_CODE_SIZE], expected[REFUSAL_DETAIL_SIZE];

    request.reference = "bill-1";
    mine = issue_as(f, &f->till, &request);
    code_of(f, &mine.v, NUMBER_1, 0, code);
    gateway_settle(f);
    for (size_t i = 0; i <= ARRAY_SIZE(calls); i++) {
        if (i < ARRAY_SIZE(calls)) {
            foreign = call_as(f, calls[i], &f->web, mine.v.id);
            none = call_as(f, calls[i], &f->web, unknown);
        } else {
            foreign = check_with(f, &f->web, mine.v.id, &(struct check_request){.code = code});
            none = check_with(f, &f->web, unknown, &(struct check_request){.code = code});
        }
        assert_string_equal(verdict_of(&foreign), "not_found");
        assert_string_equal(verdict_of(&none), "not_found");
        snprintf(expected, sizeof(expected), "There is no verification %s", mine.v.id);
        assert_string_equal(foreign.refusal.detail, expected);
        snprintf(expected, sizeof(expected), "There is no verification %s", unknown);
        assert_string_equal(none.refusal.detail, expected);
    }
    foreign = call_as(f, gateway_get_by_reference, &f->web, "bill-1");
    assert_string_equal(verdict_of(&foreign), "not_found");
    mine = call_as(f, gateway_get_by_reference, &f->till, "bill-1");
    assert_string_equal(verdict_of(&mine), "ok");
    assert_int_equal(mine.v.attempts, 0);
    mine = call_as(f, gateway_get, &f->admin, mine.v.id);
    assert_string_equal(verdict_of(&mine), "ok");
    mine = call_as(f, gateway_get_by_reference, &f->admin, "bill-1");
    assert_string_equal(verdict_of(&mine), "ok");
    assert_int_equal(f->n_sent, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_cancel),
        GATEWAY_TEST(test_by_reference),
        GATEWAY_TEST(test_foreign_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
