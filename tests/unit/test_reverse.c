/* Verifications by reverse code: who approves, who denies, and what uses up a try. */
#include "core/reverse.h"

#include "intake_fixture.h"

#define SIM_NUMBER "+919800000001"

static int set_up(void **state)
{
    struct gateway_fixture *f;

    gateway_set_up_keyed(state, 7);
    f = *state;
    f->modem_number = SIM_NUMBER;
    gateway_open(f);
    policy_find_purpose(f->policy, "checkout")->allows_reverse = true;
    snprintf(f->policy->countries[0], sizeof(f->policy->countries[0]), "+91");
    f->policy->n_countries = 1;
    gateway_start_and_wait(f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, gateway_tear_down)

static struct answer begin(struct gateway_fixture *f, const char *to)
{
    struct issue_request request = request_to(f, to);

    request.is_reverse = true;
    return issue_as(f, &f->till, &request);
}

static struct answer begin_well(struct gateway_fixture *f, const char *to)
{
    struct answer answer = begin(f, to);

    assert_string_equal(verdict_of(&answer), "ok");
    gateway_pass(f, USEC_PER_SEC); /* a later text has a later time */
    return answer;
}

static struct answer look(struct gateway_fixture *f, const struct answer *issued)
{
    return call_till(f, gateway_get, issued->v.id);
}

static void test_shown(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued = begin_well(f, NUMBER_1), read = look(f, &issued);

    assert_int_equal(strncmp(issued.view.reverse.text, "SHOP ", 5), 0);
    assert_string_equal(issued.view.reverse.to, SIM_NUMBER);
    assert_string_equal(issued.m.id, "");
    assert_int_equal(issued.view.attempts_left, SMSOTP_REVERSE_TRIES);
    assert_int_equal(issued.view.resends_left, 0);
    assert_string_equal(read.view.reverse.text, issued.view.reverse.text);
    assert_int_equal(gateway_query(f, COUNT_OF("messages")), 0);
    assert_int_equal(f->n_sent, 0);
    (void)call_till(f, gateway_cancel, issued.v.id);
    read = look(f, &issued);
    assert_string_equal(read.view.reverse.text, "");
}

/* From the number as networks write it: approved, once, with a receipt, and never shown again. */
static void test_approves(void **state)
{
    static const char *const forms[] = {NUMBER_1, "919812345678", "09812345678", "9812345678"};
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        struct answer issued = begin_well(f, NUMBER_1), read;

        take_text(f, forms[i], issued.view.reverse.text);
        read = look(f, &issued);
        assert_int_equal(read.v.status, VERIFICATION_APPROVED);
        assert_true(read.v.has_receipt);
        assert_string_equal(read.view.reverse.text, "");
        gateway_pass(f, USEC_PER_SEC);
        take_text(f, forms[i], issued.view.reverse.text); /* single use */
        assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'verification.approved'")),
            i + 1);
    }
}

/* Somebody else has the code: it is worth nothing any more. */
static void test_other_number_denies(void **state)
{
    static const char *const others[] = {NUMBER_2, "SHOPOTP"};
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        struct answer issued = begin_well(f, NUMBER_1);

        take_text(f, others[i], issued.view.reverse.text);
        gateway_pass(f, USEC_PER_SEC);
        take_text(f, NUMBER_1, issued.view.reverse.text);
        assert_int_equal(look(f, &issued).v.status, VERIFICATION_DENIED);
    }
}

static void test_three_tries(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued = begin_well(f, NUMBER_1), other = begin_well(f, NUMBER_2), read;

    for (unsigned i = 1; i <= SMSOTP_REVERSE_TRIES; i++) {
        take_text(f, NUMBER_1, "SHOP 0000-0000");
        gateway_pass(f, USEC_PER_SEC);
        read = look(f, &issued);
        assert_int_equal(read.v.attempts, i);
    }
    assert_int_equal(read.v.status, VERIFICATION_EXHAUSTED);
    take_text(f, NUMBER_1, issued.view.reverse.text);
    assert_int_equal(look(f, &issued).v.status, VERIFICATION_EXHAUSTED);
    assert_int_equal(look(f, &other).v.attempts, 0);
    assert_int_equal(
        gateway_query(f, COUNT_OF("journal WHERE kind = 'verification.incorrect'")), 3);
}

/* Wrong texts are wrong codes in a row, and after too many the right one is worth nothing. */
static void test_streak(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued = begin_well(f, NUMBER_1), answer;

    take_text(f, NUMBER_1, "SHOP 0000-0000");
    gateway_pass(f, USEC_PER_SEC);
    assert_int_equal(gateway_query(f, "SELECT failures FROM streaks"), 1);
    gateway_sql(f, "UPDATE streaks SET failures = 100");
    answer = begin(f, NUMBER_1);
    assert_string_equal(answer.refusal.limit_name, "streak");
    take_text(f, NUMBER_1, issued.view.reverse.text);
    assert_int_equal(look(f, &issued).v.status, VERIFICATION_EXHAUSTED);
    issued = begin_well(f, NUMBER_2);
    take_text(f, NUMBER_2, "SHOP 0000-0000");
    gateway_pass(f, USEC_PER_SEC);
    take_text(f, NUMBER_2, issued.view.reverse.text);
    assert_int_equal(look(f, &issued).v.status, VERIFICATION_APPROVED);
    assert_int_equal(gateway_query(f, COUNT_OF("streaks")), 1);
}

/* What has no code in it, was sent before, or came too late, does nothing. */
static void test_does_nothing(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued = begin_well(f, NUMBER_1);

    take_text(f, NUMBER_1, "hello");
    take_text(f, NUMBER_1, issued.view.reverse.text + strlen("SHOP "));
    take(f, &(struct deliver_pdu){.from = NUMBER_1,
                .text = issued.view.reverse.text,
                .sent_wall = wall() - 2 * USEC_PER_DAY,
                .zone_quarters = INDIA});
    assert_int_equal(look(f, &issued).v.attempts, 0);
    assert_int_equal(look(f, &issued).v.status, VERIFICATION_PENDING);
    gateway_pass(f, 301 * USEC_PER_SEC);
    take_text(f, NUMBER_1, issued.view.reverse.text);
    assert_int_equal(look(f, &issued).v.status, VERIFICATION_EXPIRED);
}

/* Nothing is typed and nothing is sent; "NO" denies as ever. */
static void test_other_requests(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued = begin_well(f, NUMBER_1), answer;
    struct issue_request request = request_to(f, NUMBER_2);

    answer = check_code(f, issued.v.id, "123456");
    assert_string_equal(verdict_of(&answer), "by_text");
    answer = call_till(f, gateway_resend, issued.v.id);
    assert_string_equal(verdict_of(&answer), "by_text");
    assert_int_equal(look(f, &issued).v.attempts, 0);
    take_text(f, NUMBER_1, "NO");
    assert_int_equal(look(f, &issued).v.status, VERIFICATION_DENIED);
    assert_int_equal(check_code(f, issued.v.id, "123456").result, CHECK_DENIED);

    /* The same key again: the same answer, and no second verification. */
    request.is_reverse = true;
    request.idempotency_key = "key-1";
    issued = issue_as(f, &f->till, &request);
    answer = issue_as(f, &f->till, &request);
    assert_true(answer.is_replay);
    assert_string_equal(answer.v.id, issued.v.id);
    assert_string_equal(answer.view.reverse.text, issued.view.reverse.text);
}

static void test_refused(void **state)
{
    struct gateway_fixture *f = *state;
    struct purpose *purpose = policy_find_purpose(f->policy, "checkout");
    struct answer answer;

    purpose->allows_reverse = false;
    answer = begin(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "purpose_not_allowed");
    purpose->allows_reverse = true;
    assert_int_equal(limit_parse(&f->policy->limits.inbound, "2/1d"), 0);
    for (unsigned i = 0; i < 2; i++) {
        answer = begin_well(f, NUMBER_1);
        (void)call_till(f, gateway_cancel, answer.v.id);
    }
    answer = begin(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "limited");
    assert_string_equal(answer.refusal.limit_name, "inbound");
    answer = begin(f, NUMBER_2);
    assert_string_equal(verdict_of(&answer), "ok");
    gateway_unplug(f);
    gateway_pass(f, 5 * USEC_PER_SEC);
    answer = begin(f, NUMBER_2);
    assert_string_equal(verdict_of(&answer), "no_modem");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_shown),
        TEST(test_approves),
        TEST(test_other_number_denies),
        TEST(test_three_tries),
        TEST(test_streak),
        TEST(test_does_nothing),
        TEST(test_other_requests),
        TEST(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
