/*
 * Each limit of [limits], met by requests: what is refused, for whom, until when, and what is left.
 */
#include "gateway_fixture.h"

#define NUMBER_3 "+919812355678" /* in another block than the first two */

static void reopen(struct gateway_fixture *f)
{
    struct limits limits = f->policy->limits;

    gateway_close(f);
    gateway_open(f);
    f->policy->limits = limits;
    gateway_start_and_wait(f);
}

static void add_clients(struct gateway_fixture *f)
{
    struct client *client;

    assert_int_equal(policy_add_client(f->policy, "till", &client), 0);
    assert_int_equal(policy_add_client(f->policy, "web", &client), 0);
}

static struct answer issue_for(
    struct gateway_fixture *f, const struct caller *caller, const char *to)
{
    struct issue_request request = request_to(f, to);

    return issue_as(f, caller, &request);
}

/* What is in the database that a refused request could have changed. */
static int64_t count_all(struct gateway_fixture *f)
{
    return gateway_query(f,
        "SELECT (SELECT count(*) FROM verifications) + (SELECT count(*) FROM messages) + "
        "(SELECT count(*) FROM guesses) + (SELECT count(*) FROM idempotency) + "
        "(SELECT sum(attempts) + sum(sends) FROM verifications)");
}

static void require_refused(
    const struct answer *answer, const char *name, const char *scope, unsigned max)
{
    assert_string_equal(verdict_of(answer), "limited");
    assert_string_equal(answer->refusal.limit_name, name);
    assert_string_equal(answer->refusal.limit_scope, scope);
    assert_int_equal(answer->refusal.limit_window.max, max);
    assert_true(answer->refusal.retry_after_sec > 0);
}

static void require_ok(struct answer answer)
{
    if (answer.refusal.is_refused)
        print_error("%s\n", answer.refusal.detail);
    assert_string_equal(verdict_of(&answer), "ok");
}

/* Windows over texts and requests. Asked are `to`, `to` and `to_then`; a third number is free. */
static void test_windows(void **state)
{
    static const struct {
        const char *name, *scope;
        size_t offset;
        const char *to_then;
        bool binds_admin, leaves_third, binds_resend;
    } rows[] = {
        {"number", "number", offsetof(struct limits, number), NUMBER_1, true, true, true},
        {"prefix", "prefix", offsetof(struct limits, prefix), NUMBER_2, true, true, true},
        {"client", "client", offsetof(struct limits, client), NUMBER_3, false, false, false},
        {"purpose", "purpose", offsetof(struct limits, purpose), NUMBER_3, true, false, false},
        {"gateway", "gateway", offsetof(struct limits, gateway), NUMBER_3, true, false, true},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct limit *limit = (struct limit *)(void *)((char *)&f->policy->limits + rows[i].offset);
        struct answer answer, first;
        int64_t before;

        gateway_jump(f, USEC_PER_HOUR);
        limit_parse(limit, "2/10m");
        first = issue_and_send(f, NUMBER_1);
        gateway_jump(f, 60 * USEC_PER_SEC);
        require_ok(issue(f, NUMBER_1));
        before = count_all(f);
        answer = issue(f, rows[i].to_then);
        require_refused(&answer, rows[i].name, rows[i].scope, 2);
        assert_int_equal(answer.refusal.retry_after_sec, 540);
        answer = call_till(f, gateway_resend, first.v.id);
        if (rows[i].binds_resend)
            require_refused(&answer, rows[i].name, rows[i].scope, 2);
        else
            require_ok(answer);
        answer = issue_for(f, &f->admin, rows[i].to_then);
        assert_string_equal(verdict_of(&answer), rows[i].binds_admin ? "limited" : "ok");
        answer = issue(f, "+447700900123");
        assert_string_equal(verdict_of(&answer), rows[i].leaves_third ? "ok" : "limited");
        if (rows[i].binds_resend && rows[i].binds_admin && !rows[i].leaves_third)
            assert_int_equal(count_all(f), before); /* nobody got anything: nothing is left of it */
        gateway_jump(f, 539 * USEC_PER_SEC);
        answer = issue(f, rows[i].to_then);
        require_refused(&answer, rows[i].name, rows[i].scope, 2);
        gateway_pass(f, USEC_PER_SEC);
        require_ok(issue(f, rows[i].to_then));
        limit->n_windows = 0;
    }
}

/* A restart forgets nothing. */
static void test_restart(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);
    char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE];

    limit_parse(&f->policy->limits.prefix, "1/1h");
    limit_parse(&f->policy->limits.guesses, "1/1h");
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    require_ok(check_code(f, made.v.id, wrong));
    reopen(f);
    answer = issue(f, NUMBER_2);
    require_refused(&answer, "prefix", "prefix", 1);
    require_ok(issue(f, NUMBER_3));
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    require_refused(&answer, "guesses", "number", 1);
}

/* The web shop uses its share of a number up; the till's customer is served all the same. */
static void test_share(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer;
    int64_t before;

    add_clients(f);
    limit_parse(&f->policy->limits.number, "5/1h");
    f->policy->limits.share = 60;
    for (unsigned i = 0; i < 3; i++)
        require_ok(issue_for(f, &f->web, NUMBER_1));
    before = count_all(f);
    answer = issue_for(f, &f->web, NUMBER_1);
    require_refused(&answer, "share", "client", 3);
    assert_int_equal(count_all(f), before);
    for (unsigned i = 0; i < 2; i++)
        require_ok(issue_for(f, &f->till, NUMBER_1));
    answer = issue_for(f, &f->till, NUMBER_1);
    require_refused(&answer, "number", "number", 5);
    require_ok(issue_for(f, &f->web, NUMBER_2)); /* of another number it has all of its share */
}

/* The same of wrong guesses; and who has the phone unlocks it for everybody. */
static void test_share_of_guesses(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, by_web, by_till;
    char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE];

    add_clients(f);
    limit_parse(&f->policy->limits.guesses, "5/1d");
    f->policy->limits.share = 60;
    by_web = issue_for(f, &f->web, NUMBER_1);
    by_till = issue_for(f, &f->till, NUMBER_1);
    wrong_code_of(f, &by_web.v, NUMBER_1, wrong);
    for (unsigned i = 0; i < 4; i++) {
        answer = check_with(f, &f->web, by_web.v.id, &(struct check_request){.code = wrong});
        if (i < 3)
            assert_int_equal(answer.result, CHECK_INCORRECT);
        else
            require_refused(&answer, "share", "client", 3);
    }
    wrong_code_of(f, &by_till.v, NUMBER_1, wrong);
    answer = check_code(f, by_till.v.id, wrong);
    assert_int_equal(answer.result, CHECK_INCORRECT);
    code_of(f, &by_till.v, NUMBER_1, 0, code);
    answer = check_code(f, by_till.v.id, code);
    assert_int_equal(answer.result, CHECK_APPROVED);
    wrong_code_of(f, &by_web.v, NUMBER_1, wrong);
    answer = check_with(f, &f->web, by_web.v.id, &(struct check_request){.code = wrong});
    assert_int_equal(answer.result, CHECK_INCORRECT);
}

/* Guess `n` times wrong for fresh numbers, one each, as a spray does. */
static struct answer spray(struct gateway_fixture *f, const struct caller *caller, unsigned n)
{
    static unsigned next = 1000;
    struct answer answer = {0};

    for (unsigned i = 0; i < n; i++) {
        char number[E164_SIZE], wrong[OTP_CODE_SIZE];
        struct answer made;

        snprintf(number, sizeof(number), "+9197%08u", next++ * 10007);
        made = issue_for(f, caller, number);
        require_ok(made);
        wrong_code_of(f, &made.v, number, wrong);
        answer = check_with(f, caller, made.v.id, &(struct check_request){.code = wrong});
        if (answer.refusal.is_refused)
            return answer;
        assert_int_equal(answer.result, CHECK_INCORRECT);
    }
    return answer;
}

/* A client whose codes are mostly wrong may check no more; others may, and so may a technician. */
static void test_failures(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made;
    char code[OTP_CODE_SIZE];
    int64_t before;

    limit_parse(&f->policy->limits.failures, "4/1h");
    for (unsigned i = 0; i < 5; i++) { /* five right ones weigh up four wrong ones */
        made = issue(f, NUMBER_1);
        code_of(f, &made.v, NUMBER_1, 0, code);
        answer = check_code(f, made.v.id, code);
        assert_int_equal(answer.result, CHECK_APPROVED);
    }
    answer = spray(f, &f->till, 5);
    require_ok(answer);
    made = issue(f, NUMBER_1);
    code_of(f, &made.v, NUMBER_1, 0, code);
    before = count_all(f);
    assert_null(gateway_warning_detail(f->gateway, WARNING_FAILURES));
    answer = check_code(f, made.v.id, code);
    require_refused(&answer, "failures", "client", 4);
    assert_int_equal(answer.v.attempts, 0);
    assert_int_equal(count_all(f), before);
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_FAILURES));
    require_ok(spray(f, &f->web, 4));
    answer = spray(f, &f->web, 1);
    require_refused(&answer, "failures", "client", 4);
    require_ok(spray(f, &f->admin, 5));
    gateway_jump(f, USEC_PER_HOUR);
    assert_null(gateway_warning_detail(f->gateway, WARNING_FAILURES));
    require_ok(spray(f, &f->web, 1));
}

/* The alarm tells the owner and refuses nobody: or whoever can guess could close the shop. */
static void test_spray(void **state)
{
    struct gateway_fixture *f = *state;

    limit_parse(&f->policy->limits.spray, "4/1h");
    require_ok(spray(f, &f->till, 3));
    assert_null(gateway_warning_detail(f->gateway, WARNING_SPRAY));
    require_ok(spray(f, &f->web, 1));
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_SPRAY));
    require_ok(spray(f, &f->web, 1));
    gateway_close(f);
    gateway_open(f);
    limit_parse(&f->policy->limits.spray, "4/1h");
    gateway_start_and_wait(f);
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_SPRAY));
    gateway_jump(f, USEC_PER_HOUR);
    assert_null(gateway_warning_detail(f->gateway, WARNING_SPRAY));
}

/* How each way to end a pending verification makes room for another one. */
static void test_pending(void **state)
{
    static const char *const ends[] = {"approved", "canceled", "expired", "exhausted"};
    struct gateway_fixture *f = *state;

    f->policy->limits.pending = 2;
    f->policy->limits.guesses.n_windows = 0;
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        struct answer answer, first = issue_and_send(f, NUMBER_1);
        char code[OTP_CODE_SIZE];
        int64_t before;

        gateway_jump(f, 100 * USEC_PER_SEC);
        require_ok(issue(f, NUMBER_1));
        before = count_all(f);
        answer = issue_for(f, &f->admin, NUMBER_1);
        require_refused(&answer, "pending", "number", 2);
        assert_int_equal(answer.refusal.limit_window.span, 0);
        assert_int_equal(answer.refusal.retry_after_sec, 200);
        assert_int_equal(count_all(f), before);
        require_ok(issue(f, NUMBER_2));
        require_ok(call_till(f, gateway_resend, first.v.id));
        switch (i) {
        case 0:
            code_of(f, &first.v, NUMBER_1, 0, code);
            require_ok(check_code(f, first.v.id, code));
            break;
        case 1:
            require_ok(call_till(f, gateway_cancel, first.v.id));
            break;
        case 2: /* past its deadline, whether or not it has been swept */
            gateway_sql(f,
                "UPDATE verifications SET expires_boot = 1 "
                "WHERE id = (SELECT min(id) FROM verifications WHERE status = 'pending')");
            break;
        default:
            wrong_code_of(f, &first.v, NUMBER_1, code);
            for (unsigned j = 0; j < 5; j++)
                require_ok(check_code(f, first.v.id, code));
        }
        require_ok(issue(f, NUMBER_1));
        answer = issue(f, NUMBER_1);
        require_refused(&answer, "pending", "number", 2);
        gateway_pass(f, 700 * USEC_PER_SEC);
    }
}

static void test_conversion(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, last = {0};
    int64_t before;

    f->policy->limits.conversion = (struct conversion_limit){50, 5};
    for (unsigned i = 0; i < 5; i++) /* while they may yet be answered they are no sign */
        last = issue_and_send(f, i % 2 ? NUMBER_1 : NUMBER_2);
    require_ok(issue_for(f, &f->web, NUMBER_3));
    gateway_settle(f);
    gateway_jump(f, 299 * USEC_PER_SEC);
    answer = call_till(f, gateway_resend, last.v.id);
    require_ok(answer);
    gateway_settle(f);
    gateway_jump(f, 700 * USEC_PER_SEC);
    before = count_all(f);
    assert_null(gateway_warning_detail(f->gateway, WARNING_CONVERSION));
    answer = issue_for(f, &f->web, NUMBER_1);
    require_refused(&answer, "conversion", "prefix", 5);
    answer = issue_for(f, &f->admin, NUMBER_1);
    require_refused(&answer, "conversion", "prefix", 5);
    answer = issue(f, NUMBER_3);
    require_refused(&answer, "conversion", "client", 5);
    assert_non_null(strstr(answer.refusal.detail, "limits reset conversion"));
    assert_int_equal(count_all(f), before);
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_CONVERSION));
    require_ok(issue_for(f, &f->web, NUMBER_3));
    require_ok(issue_for(f, &f->admin, NUMBER_3));
    reopen(f);
    answer = issue(f, NUMBER_3);
    require_refused(&answer, "conversion", "client", 5);
    gateway_jump(f, USEC_PER_DAY - 998 * USEC_PER_SEC);
    require_ok(issue(f, NUMBER_1)); /* fewer than five of them are of the last day */
}

/* Half of them answered is enough, and then a text may be sent again too. */
static void test_conversion_is_well(void **state)
{
    struct gateway_fixture *f = *state;

    f->policy->limits.conversion = (struct conversion_limit){50, 5};
    for (unsigned i = 0; i < 20; i++) {
        struct answer made = issue_and_send(f, NUMBER_1);
        char code[OTP_CODE_SIZE];

        if (i == 5)
            require_ok(call_till(f, gateway_resend, made.v.id));
        code_of(f, &made.v, NUMBER_1, 0, code);
        if (i % 5 < 3)
            require_ok(check_code(f, made.v.id, code));
        gateway_pass(f, 400 * USEC_PER_SEC);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_windows),
        GATEWAY_TEST(test_restart),
        GATEWAY_TEST(test_share),
        GATEWAY_TEST(test_share_of_guesses),
        GATEWAY_TEST(test_failures),
        GATEWAY_TEST(test_spray),
        GATEWAY_TEST(test_pending),
        GATEWAY_TEST(test_conversion),
        GATEWAY_TEST(test_conversion_is_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
