/* Requesting a verification: what is sent, what is refused, and what that leaves behind. */
#include "gateway_fixture.h"

static struct answer issue_with_key(
    struct gateway_fixture *f, const struct caller *caller, const char *key, uint8_t body)
{
    struct issue_request request = request_to(f, NUMBER_1);

    request.idempotency_key = key;
    memset(request.body_digest, body, sizeof(request.body_digest));
    return issue_as(f, caller, &request);
}

static void test_issue(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    struct answer answer;
    char code[OTP_CODE_SIZE], text[200];

    limit_parse(&f->policy->limits.number, "1/30s 3/10m");
    request.reference = "bill-10482";
    answer = issue_as(f, &f->till, &request);
    assert_string_equal(verdict_of(&answer), "ok");
    assert_true(id_is_valid(ID_PREFIX_VERIFICATION, answer.v.id));
    assert_true(id_is_valid(ID_PREFIX_MESSAGE, answer.m.id));
    assert_int_equal(answer.v.status, VERIFICATION_PENDING);
    assert_string_equal(answer.v.client, "till");
    assert_string_equal(answer.v.reference, "bill-10482");
    assert_string_equal(answer.v.number_masked, "+91******5678");
    assert_int_equal(answer.v.created.wall, fake_realtime(NULL));
    assert_int_equal(answer.v.expires.wall, fake_realtime(NULL) + 300 * USEC_PER_SEC);
    assert_int_equal(answer.view.expires_in_sec, 300);
    assert_int_equal(answer.view.attempts_left, 5);
    assert_int_equal(answer.view.resends_left, 2);
    assert_int_equal(answer.view.resend_after_sec, 30);
    assert_int_equal(answer.view.position, 0);
    assert_int_equal(answer.view.eta_sec, 3); /* until times have been measured */
    assert_int_equal(answer.m.status, MESSAGE_QUEUED);
    assert_int_equal(answer.m.encoding, SMS_ENCODING_GSM7);
    assert_int_equal(answer.m.segments, 1);

    gateway_wait(f, &f->n_sent, 1);
    gateway_settle(f);
    code_of(f, &answer.v, NUMBER_1, 0, code);
    snprintf(text, sizeof(text),
        "%s is your OTP to pay 1499.00 to Shop 12. Valid 5 min. "
        "Say it only to the cashier billing you now. Not you? Reply NO", code);
    assert_string_equal(gateway_last_sent(f)->text, text);
    answer = call_till(f, gateway_get, answer.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
    assert_int_equal(answer.view.position, -1);
    assert_int_equal(answer.view.eta_sec, -1);
    gateway_pass(f, 29500 * USEC_PER_MSEC);
    answer = call_till(f, gateway_get, answer.v.id);
    assert_int_equal(answer.view.resend_after_sec, 1);
    assert_int_equal(answer.view.expires_in_sec, 271);
    /* The code rests nowhere. */
    snprintf(text, sizeof(text), "SELECT count(*) FROM verifications WHERE hex(number_sealed) "
        "LIKE '%%%s%%' OR context LIKE '%%%s%%'", code, code);
    assert_int_equal(gateway_query(f, text), 0);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *what, *to, *purpose, *amount, *payee, *verdict, *param;
    } rows[] = {
        {"no plus", "919812345678", "checkout", "5", "A", "invalid", "to"},
        {"letters", "+91981234567a", "checkout", "5", "A", "invalid", "to"},
        {"too long", "+9198123456789012", "checkout", "5", "A", "invalid", "to"},
        {"abroad", "+4915112345678", "checkout", "5", "A", "destination_blocked", "to"},
        {"no such purpose", NUMBER_1, "refund", "5", "A", "invalid", "purpose"},
        {"not this caller's", NUMBER_1, "login", "5", "A", "purpose_not_allowed", "purpose"},
        {"no payee", NUMBER_1, "checkout", "5", NULL, "invalid", "context"},
        {"an empty payee", NUMBER_1, "checkout", "5", "", "invalid", "context"},
        {"a blank payee", NUMBER_1, "checkout", "5", " ", "invalid", "context"},
        {"fine", NUMBER_1, "checkout", "5", "A", "ok", ""},
    };
    struct gateway_fixture *f = *state;
    struct client *client;

    assert_int_equal(policy_add_client(f->policy, "till", &client), 0);
    snprintf(client->purposes[client->n_purposes++], sizeof(client->purposes[0]), "checkout");
    f->till.client = client;
    snprintf(f->policy->countries[f->policy->n_countries++], 8, "+91");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct otp_context context = {0};
        struct issue_request request = {
            .to = rows[i].to, .purpose = rows[i].purpose, .context = &context};
        struct answer answer;

        otp_context_add(&context, "amount", rows[i].amount);
        if (rows[i].payee)
            otp_context_add(&context, "payee", rows[i].payee);
        answer = issue_as(f, &f->till, &request);
        if (strcmp(verdict_of(&answer), rows[i].verdict) != 0)
            print_error("%s\n", rows[i].what);
        assert_string_equal(verdict_of(&answer), rows[i].verdict);
        assert_string_equal(answer.refusal.param, rows[i].param);
    }
    assert_int_equal(gateway_query(f, COUNT_OF("verifications")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("messages")), 1);
    gateway_settle(f);
    assert_int_equal(gateway_n_queued(f->gateway), 0); /* no place is kept */
}

static void test_idempotency(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer first, again;
    char code[OTP_CODE_SIZE];

    limit_parse(&f->policy->limits.number, "1/30s");
    first = issue_with_key(f, &f->till, "k", 1);
    gateway_settle(f);
    gateway_pass(f, 20 * USEC_PER_SEC);
    code_of(f, &first.v, NUMBER_1, 0, code);
    (void)check_code(f, first.v.id, code);
    again = issue_with_key(f, &f->till, "k", 1); /* approved by now: the first answer even so */
    assert_string_equal(verdict_of(&again), "ok");
    assert_true(again.is_replay && !first.is_replay);
    assert_string_equal(again.v.id, first.v.id);
    assert_string_equal(again.m.id, first.m.id);
    assert_int_equal(again.v.status, VERIFICATION_PENDING);
    assert_int_equal(again.m.status, MESSAGE_QUEUED);
    assert_memory_equal(&again.v.expires, &first.v.expires, sizeof(first.v.expires));
    assert_int_equal(again.view.expires_in_sec, first.view.expires_in_sec);
    assert_int_equal(again.view.attempts_left, first.view.attempts_left);
    assert_int_equal(again.view.resends_left, first.view.resends_left);
    assert_int_equal(again.view.resend_after_sec, first.view.resend_after_sec);
    assert_int_equal(again.view.position, first.view.position);
    assert_int_equal(again.view.eta_sec, first.view.eta_sec);
    again = issue_with_key(f, &f->till, "k", 2);
    assert_string_equal(verdict_of(&again), "idempotency_key_reused");
    again = issue_with_key(f, &f->web, "k", 1); /* another's key: a request like any other */
    assert_string_equal(verdict_of(&again), "limited");
    assert_int_equal(f->n_sent, 1);
    assert_int_equal(gateway_query(f, COUNT_OF("verifications")), 1);
    gateway_jump(f, USEC_PER_DAY - 21 * USEC_PER_SEC);
    again = issue_with_key(f, &f->till, "k", 1);
    assert_true(again.is_replay);
    gateway_pass(f, USEC_PER_SEC);
    again = issue_with_key(f, &f->till, "k", 2); /* outlived */
    assert_string_equal(verdict_of(&again), "ok");
    assert_false(again.is_replay);
    assert_string_not_equal(again.v.id, first.v.id);
}

/* Going on with a bill, or beginning it again: `made` is what it has, by the till for NUMBER_1. */
static void test_resume(void **state)
{
    enum { NOTHING, OTHER_NUMBER, OTHER_CONTEXT, OTHER_PURPOSE, OTHER_CLIENT, OTHER_BILL };
    static const struct {
        const char *what;
        enum verification_status status; /* of what there is */
        int change;
        bool resumes;
        enum verification_status left; /* what becomes of it */
    } rows[] = {
        {"pending", VERIFICATION_PENDING, NOTHING, true, VERIFICATION_PENDING},
        {"approved", VERIFICATION_APPROVED, NOTHING, true, VERIFICATION_APPROVED},
        {"canceled", VERIFICATION_CANCELED, NOTHING, false, VERIFICATION_CANCELED},
        {"over", VERIFICATION_EXPIRED, NOTHING, false, VERIFICATION_EXPIRED},
        {"another number", VERIFICATION_PENDING, OTHER_NUMBER, false, VERIFICATION_CANCELED},
        {"another amount", VERIFICATION_PENDING, OTHER_CONTEXT, false, VERIFICATION_CANCELED},
        {"another purpose", VERIFICATION_PENDING, OTHER_PURPOSE, false, VERIFICATION_CANCELED},
        {"another's", VERIFICATION_PENDING, OTHER_CLIENT, false, VERIFICATION_PENDING},
        {"another bill", VERIFICATION_PENDING, OTHER_BILL, false, VERIFICATION_PENDING},
        {"approved, another number", VERIFICATION_APPROVED, OTHER_NUMBER, false,
            VERIFICATION_APPROVED},
        {"approved, another amount", VERIFICATION_APPROVED, OTHER_CONTEXT, false,
            VERIFICATION_APPROVED},
    };
    struct gateway_fixture *f = *state;
    struct otp_context dearer = {0};

    otp_context_add(&dearer, "amount", "9999.00");
    otp_context_add(&dearer, "payee", "Shop 12");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct issue_request request = request_to(f, NUMBER_1);
        struct answer made, again;
        char bill[16], code[OTP_CODE_SIZE];
        unsigned n_sent;

        snprintf(bill, sizeof(bill), "bill-%zu", i);
        request.reference = bill;
        request.resumes = true;
        made = issue_as(f, &f->till, &request);
        assert_false(made.is_resumed);
        gateway_settle(f);
        code_of(f, &made.v, NUMBER_1, 0, code);
        if (rows[i].status == VERIFICATION_APPROVED)
            assert_int_equal(check_code(f, made.v.id, code).result, CHECK_APPROVED);
        else if (rows[i].status == VERIFICATION_CANCELED)
            (void)call_till(f, gateway_cancel, made.v.id);
        else if (rows[i].status == VERIFICATION_EXPIRED)
            gateway_jump(f, 300 * USEC_PER_SEC);
        n_sent = f->n_sent;
        request.to = rows[i].change == OTHER_NUMBER ? NUMBER_2 : NUMBER_1;
        request.purpose = rows[i].change == OTHER_PURPOSE ? "login" : "checkout";
        request.context = rows[i].change == OTHER_CONTEXT ? &dearer : &f->context;
        request.reference = rows[i].change == OTHER_BILL ? "bill-x" : bill;
        again = issue_as(f, rows[i].change == OTHER_CLIENT ? &f->web : &f->till, &request);
        gateway_settle(f);
        if (again.is_resumed != rows[i].resumes || f->n_sent != n_sent + !rows[i].resumes)
            print_error("%s\n", rows[i].what);
        assert_string_equal(verdict_of(&again), "ok");
        assert_int_equal(again.is_resumed, rows[i].resumes);
        assert_int_equal(strcmp(again.v.id, made.v.id) == 0, rows[i].resumes);
        assert_int_equal(f->n_sent, n_sent + !rows[i].resumes);
        if (rows[i].resumes)
            assert_int_equal(again.m.status, MESSAGE_SENT);
        made = call_till(f, gateway_get, made.v.id);
        assert_int_equal(made.v.status, rows[i].left);
    }
    assert_int_equal(gateway_n_queued(f->gateway), 0);
}

/* What is refused takes nothing back; what is taken back is not sent any more. */
static void test_resume_replaces(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    struct answer made, again, ahead = {0};
    unsigned n_sent;

    request.reference = "bill-1";
    request.resumes = true;
    limit_parse(&f->policy->limits.number, "1/30s");
    made = issue_as(f, &f->till, &request);
    gateway_settle(f);
    request.purpose = "login";
    again = issue_as(f, &f->till, &request);
    assert_string_equal(verdict_of(&again), "limited");
    assert_int_equal(call_till(f, gateway_get, made.v.id).v.status, VERIFICATION_PENDING);

    f->policy->limits.number.n_windows = 0;
    f->policy->limits.pending = 1; /* of which this one takes the place */
    again = issue_as(f, &f->till, &request);
    assert_string_equal(verdict_of(&again), "ok");
    assert_int_equal(call_till(f, gateway_get, made.v.id).v.status, VERIFICATION_CANCELED);
    request.reference = "bill-4";
    again = issue_as(f, &f->till, &request);
    assert_string_equal(again.refusal.limit_name, "pending");
    f->policy->limits.pending = 0;
    gateway_settle(f);
    n_sent = f->n_sent;
    gateway_hold_store(f);
    made = again = (struct answer){0};
    request.reference = "bill-2"; /* keeps the modem at work */
    gateway_issue(f->gateway, &f->till, &request, answer_take, &ahead);
    request.reference = "bill-3";
    gateway_issue(f->gateway, &f->till, &request, answer_take, &made);
    request.to = NUMBER_2;
    gateway_issue(f->gateway, &f->till, &request, answer_take, &again);
    gateway_release_store(f);
    gateway_wait(f, &again.n, 1);
    assert_int_equal(gateway_n_queued(f->gateway), 1);
    gateway_settle(f);
    assert_int_equal(f->n_sent, n_sent + 2);
    made = call_till(f, gateway_get, made.v.id);
    assert_int_equal(made.v.status, VERIFICATION_CANCELED);
    assert_int_equal(made.m.status, MESSAGE_EXPIRED);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
}

/* Where no text could go, what is there is answered even so. */
static void test_resume_without_a_place(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    struct answer made, again;

    request.reference = "bill-1";
    request.resumes = true;
    made = issue_as(f, &f->till, &request);
    gateway_settle(f);
    f->gateway->outbox.max = 0;
    again = issue_as(f, &f->till, &request);
    assert_string_equal(again.v.id, made.v.id);
    request.reference = "bill-2";
    again = issue_as(f, &f->till, &request);
    assert_string_equal(verdict_of(&again), "queue_full");
}

/* The retry that overtakes its first: all in one batch, or some in the next. */
static void test_one_key_at_once(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    static struct answer answers[600];
    unsigned n_fresh = 0;

    memset(answers, 0, sizeof(answers));
    request.idempotency_key = "k";
    gateway_hold_store(f);
    for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
        gateway_issue(f->gateway, &f->till, &request, answer_take, &answers[i]);
    gateway_release_store(f);
    for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
        gateway_wait(f, &answers[i].n, 1);
        assert_string_equal(verdict_of(&answers[i]), "ok");
        assert_string_equal(answers[i].v.id, answers[0].v.id);
        n_fresh += !answers[i].is_replay;
    }
    assert_int_equal(n_fresh, 1);
    gateway_settle(f);
    assert_int_equal(f->n_sent, 1);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
}

static void test_limits(void **state)
{
    static const struct {
        const char *name, *scope;
        size_t offset;
    } rows[] = {
        {"number", "number", offsetof(struct limits, number)},
        {"client", "client", offsetof(struct limits, client)},
        {"gateway", "gateway", offsetof(struct limits, gateway)},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct limit *limit = (struct limit *)(void *)((char *)&f->policy->limits + rows[i].offset);
        const char *to = i == 0 ? NUMBER_1 : NUMBER_2;
        int64_t before;
        struct answer answer;

        gateway_jump(f, USEC_PER_HOUR);
        limit_parse(limit, "2/10m");
        assert_string_equal((answer = issue(f, NUMBER_1), verdict_of(&answer)), "ok");
        gateway_jump(f, 60 * USEC_PER_SEC);
        assert_string_equal((answer = issue(f, to), verdict_of(&answer)), "ok");
        before = gateway_query(f, COUNT_OF("verifications"));
        answer = issue(f, to);
        assert_string_equal(verdict_of(&answer), "limited");
        assert_string_equal(answer.refusal.limit_name, rows[i].name);
        assert_string_equal(answer.refusal.limit_scope, rows[i].scope);
        assert_int_equal(answer.refusal.limit_window.max, 2);
        assert_int_equal(answer.refusal.retry_after_sec, 540);
        gateway_jump(f, 539 * USEC_PER_SEC);
        assert_string_equal((answer = issue(f, to), verdict_of(&answer)), "limited");
        assert_int_equal(gateway_query(f, COUNT_OF("verifications")), before);
        if (i == 1) { /* administrators are not bound by [limits] client */
            struct issue_request request = request_to(f, to);

            answer = issue_as(f, &f->admin, &request);
            assert_string_equal(verdict_of(&answer), "ok");
        }
        gateway_pass(f, USEC_PER_SEC);
        assert_string_equal((answer = issue(f, to), verdict_of(&answer)), "ok");
        limit->n_windows = 0;
    }
}

/* A place in the queue is kept from the request on, not from the commit. */
static void test_queue_full(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    struct answer answers[5] = {0};

    f->gateway->outbox.max = 3;
    gateway_hold_store(f);
    for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
        gateway_issue(f->gateway, &f->till, &request, answer_take, &answers[i]);
    for (size_t i = 3; i < 5; i++) {
        assert_int_equal(answers[i].n, 1); /* before the call returned */
        assert_string_equal(verdict_of(&answers[i]), "queue_full");
        assert_int_equal(answers[i].refusal.retry_after_sec, 10);
    }
    gateway_release_store(f);
    for (size_t i = 0; i < 3; i++) {
        gateway_wait(f, &answers[i].n, 1);
        assert_string_equal(verdict_of(&answers[i]), "ok");
        assert_int_equal(answers[i].view.position, i);
    }
    gateway_wait(f, &f->n_sent, 3);
    gateway_settle(f);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
    answers[0] = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answers[0]), "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_issue),
        GATEWAY_TEST(test_refusals),
        GATEWAY_TEST(test_idempotency),
        GATEWAY_TEST(test_resume),
        GATEWAY_TEST(test_resume_replaces),
        GATEWAY_TEST(test_resume_without_a_place),
        GATEWAY_TEST(test_one_key_at_once),
        GATEWAY_TEST(test_limits),
        GATEWAY_TEST(test_queue_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
