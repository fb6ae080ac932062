/* What a request would meet, told without making it; and to clients no more than theirs. */
#include "core/limit_report.h"

#include "gateway_fixture.h"

struct told {
    unsigned n;
    struct refusal refusal;
    struct limit_report report;
};

static void take(void *userdata, const struct refusal *refusal, const struct limit_report *report)
{
    struct told *told = userdata;

    told->n++;
    if (refusal)
        told->refusal = *refusal;
    else
        told->report = *report;
}

static struct told ask(
    struct gateway_fixture *f, const struct caller *caller, const struct limit_question *question)
{
    struct told told = {0};

    gateway_report_limits(f->gateway, caller, question, take, &told);
    gateway_wait(f, &told.n, 1);
    return told;
}

static struct told ask_for(struct gateway_fixture *f, const struct caller *caller, const char *to)
{
    return ask(f, caller, &(struct limit_question){.to = to, .purpose = "checkout"});
}

/* The row of that name, and of checks or not; NULL: there is none. */
static const struct limit_report_row *row_of(
    const struct told *told, const char *name, const char *scope, bool is_of_checks)
{
    for (unsigned i = 0; i < told->report.n_rows; i++)
        if (strcmp(told->report.rows[i].name, name) == 0 &&
            strcmp(told->report.rows[i].scope, scope) == 0 &&
            told->report.rows[i].is_of_checks == is_of_checks)
            return &told->report.rows[i];
    return NULL;
}

/* One window for everything, and two clients. */
static void set_limits(struct gateway_fixture *f)
{
    struct limits *limits = &f->policy->limits;
    struct client *client;

    limit_parse(&limits->number, "5/1h");
    limits->prefix = limits->client = limits->purpose = limits->gateway = limits->guesses =
        limits->failures = limits->number;
    limits->pending = 3;
    limits->share = 60;
    limits->conversion = (struct conversion_limit){30, 20};
    assert_int_equal(policy_add_client(f->policy, "till", &client), 0);
    assert_int_equal(policy_add_client(f->policy, "web", &client), 0);
}

static const struct {
    const char *name, *scope;
    bool is_of_checks, is_own;
    int used_of_till; /* after two requests by till and one by web, and a wrong guess by till */
} expected[] = {
    {"number", "number", false, false, 3},
    {"share", "client", false, true, 2},
    {"prefix", "prefix", false, false, 3},
    {"client", "client", false, true, 2},
    {"purpose", "purpose", false, false, 3},
    {"gateway", "gateway", false, false, 3},
    {"guesses", "number", true, false, 1},
    {"share", "client", true, true, 1},
    {"failures", "client", true, true, 1},
    {"streak", "number", false, false, 1},
    {"pending", "number", false, false, 3},
    {"share", "client", false, true, 2}, /* of these */
    {"conversion", "prefix", false, false, 0},
    {"conversion", "client", false, true, 0},
};

static void test_counts(void **state)
{
    struct gateway_fixture *f = *state;
    struct limit_question as_till = {.to = NUMBER_1, .purpose = "checkout", .client = "till"};
    struct issue_request request = request_to(f, NUMBER_1);
    struct answer made;
    char wrong[OTP_CODE_SIZE];
    struct told by_till, by_admin;
    int64_t rows;

    set_limits(f);
    made = issue(f, NUMBER_1);
    (void)issue(f, NUMBER_1);
    (void)issue_as(f, &f->web, &request);
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    (void)check_code(f, made.v.id, wrong);
    rows = gateway_query(f, "SELECT (SELECT count(*) FROM verifications) + "
                            "(SELECT count(*) FROM messages) + (SELECT count(*) FROM journal)");
    by_till = ask_for(f, &f->till, NUMBER_1);
    by_admin = ask(f, &f->admin, &as_till);
    assert_int_equal(by_till.report.n_rows, ARRAY_SIZE(expected));
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        const struct limit_report_row *row =
            row_of(&by_till, expected[i].name, expected[i].scope, expected[i].is_of_checks);

        assert_non_null(row);
        assert_int_equal(
            row->used, expected[i].is_own ? expected[i].used_of_till : LIMIT_REPORT_HIDDEN);
        row = row_of(&by_admin, expected[i].name, expected[i].scope, expected[i].is_of_checks);
        assert_non_null(row);
        assert_int_equal(row->used, expected[i].used_of_till);
    }
    assert_string_equal(by_till.report.number_masked, "+91******5678");
    assert_false(by_till.report.is_allowed); /* three are pending */
    assert_true(row_of(&by_till, "pending", "number", false)->is_met);
    assert_int_equal(by_till.report.retry_after_sec, 300);
    gateway_settle(f);
    assert_true(rows >= gateway_query(f, "SELECT (SELECT count(*) FROM verifications) + "
                                         "(SELECT count(*) FROM messages)"));
    assert_int_equal(gateway_query(f, COUNT_OF("verifications")), 3);
    assert_int_equal(gateway_query(f, COUNT_OF("messages")), 3);
}

/* What the report says of a number and what a request then meets agree, second by second. */
static void test_agrees_with_requests(void **state)
{
    struct gateway_fixture *f = *state;
    unsigned n_allowed = 0, n_refused = 0;

    limit_parse(&f->policy->limits.number, "1/30s 3/5m");
    limit_parse(&f->policy->limits.prefix, "4/5m");
    for (unsigned i = 0; i < 60; i++) {
        struct told told = ask_for(f, &f->till, i % 3 ? NUMBER_1 : NUMBER_2);
        struct answer answer = issue(f, i % 3 ? NUMBER_1 : NUMBER_2);

        assert_int_equal(told.report.is_allowed, !answer.refusal.is_refused);
        assert_true(told.report.retry_after_sec >= answer.refusal.retry_after_sec);
        n_allowed += told.report.is_allowed;
        n_refused += !told.report.is_allowed;
        gateway_pass(f, 10 * USEC_PER_SEC);
    }
    assert_true(n_allowed > 5 && n_refused > 20);
}

/* Member by member: what lies between them is nobody's. */
static void assert_rows_equal(const struct limit_report_row *a, const struct limit_report_row *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->scope, b->scope);
    assert_int_equal(a->is_of_checks, b->is_of_checks);
    assert_int_equal(a->window.max, b->window.max);
    assert_int_equal(a->window.span, b->window.span);
    assert_int_equal(a->used, b->used);
    assert_int_equal(a->verified, b->verified);
    assert_int_equal(a->min_percent, b->min_percent);
    assert_int_equal(a->is_met, b->is_met);
    assert_int_equal(a->retry_after_sec, b->retry_after_sec);
}

/* Nobody who asks can tell a customer of others from a number that never was. */
static void test_known_and_unknown_look_alike(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    struct told known, unknown;

    set_limits(f);
    f->policy->limits.conversion.texts = 0;
    (void)issue_as(f, &f->web, &request);
    known = ask_for(f, &f->till, NUMBER_1);
    unknown = ask_for(f, &f->till, NUMBER_2);
    assert_string_not_equal(known.report.number_masked, unknown.report.number_masked);
    assert_int_equal(known.report.is_open, unknown.report.is_open);
    assert_int_equal(known.report.block, unknown.report.block);
    assert_string_equal(known.report.blocked.detail, unknown.report.blocked.detail);
    assert_int_equal(known.report.is_allowed, unknown.report.is_allowed);
    assert_int_equal(known.report.retry_after_sec, unknown.report.retry_after_sec);
    assert_int_equal(known.report.n_rows, unknown.report.n_rows);
    for (unsigned i = 0; i < known.report.n_rows; i++)
        assert_rows_equal(&known.report.rows[i], &unknown.report.rows[i]);
}

static void test_destination(void **state)
{
    struct gateway_fixture *f = *state;
    struct told told;

    snprintf(f->policy->countries[f->policy->n_countries++], 8, "+91");
    told = ask_for(f, &f->till, "98123 45678");
    assert_true(told.report.is_open && told.report.is_allowed);
    told = ask_for(f, &f->till, "+447400123456");
    assert_false(told.report.is_open || told.report.is_allowed);
    assert_int_equal(told.report.block, BLOCK_COUNTRY);
    assert_int_equal(told.report.retry_after_sec, 0);
    assert_non_null(strstr(told.report.blocked.detail, "`country`"));
}

static void test_refusals(void **state)
{
    static const struct {
        bool is_admin;
        struct limit_question question;
        const char *error, *param;
    } rows[] = {
        {false, {.to = "12"}, "invalid", "to"},
        {false, {.to = NUMBER_1, .purpose = "refund"}, "invalid", "purpose"},
        {false, {.to = NUMBER_1, .purpose = "login"}, "purpose_not_allowed", "purpose"},
        {false, {.to = NUMBER_1, .client = "till"}, "forbidden", "client"},
        {true, {.to = NUMBER_1, .client = "nobody"}, "invalid", "client"},
    };
    struct gateway_fixture *f = *state;
    struct client *client;

    assert_int_equal(policy_add_client(f->policy, "till", &client), 0);
    snprintf(client->purposes[client->n_purposes++], sizeof(client->purposes[0]), "checkout");
    f->till.client = client;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct told told = ask(f, rows[i].is_admin ? &f->admin : &f->till, &rows[i].question);

        assert_string_equal(gateway_error_to_string(told.refusal.error), rows[i].error);
        assert_string_equal(told.refusal.param, rows[i].param);
    }
}

/*
 * A technician meets no limits of clients; without a purpose there is none of it; `off` is no row.
 */
static void test_rows_that_do_not_hold(void **state)
{
    struct gateway_fixture *f = *state;
    struct told told;

    set_limits(f);
    told = ask_for(f, &f->admin, NUMBER_1);
    assert_null(row_of(&told, "client", "client", false));
    assert_null(row_of(&told, "share", "client", false));
    assert_null(row_of(&told, "failures", "client", true));
    assert_null(row_of(&told, "conversion", "client", false));
    assert_non_null(row_of(&told, "purpose", "purpose", false));
    told = ask(f, &f->admin, &(struct limit_question){.to = NUMBER_1});
    assert_null(row_of(&told, "purpose", "purpose", false));
    f->policy->limits = (struct limits){0};
    told = ask_for(f, &f->admin, NUMBER_1);
    assert_int_equal(told.report.n_rows, 1); /* the one that nobody can take away */
    assert_string_equal(told.report.rows[0].name, "streak");
    assert_true(told.report.is_allowed);
}

/* Which numbers an older database knew is for technicians. */
static void test_rollback(void **state)
{
    struct gateway_fixture *f = *state;
    const struct limit_report_row *row;
    struct told by_till, by_admin;

    limit_parse(&f->policy->limits.guesses, "5/1h");
    (void)issue(f, NUMBER_1);
    gateway_sql(f, "INSERT INTO meta SELECT 'rolled_back_wall', max(created_wall) FROM messages");
    by_till = ask_for(f, &f->till, NUMBER_1);
    by_admin = ask_for(f, &f->admin, NUMBER_1);
    assert_null(row_of(&by_till, "rollback", "number", true));
    row = row_of(&by_admin, "rollback", "number", true);
    assert_non_null(row);
    assert_true(row->is_met && row->window.max == 0 && row->retry_after_sec > 3500);
    by_admin = ask_for(f, &f->admin, NUMBER_2);
    row = row_of(&by_admin, "rollback", "number", true);
    assert_true(row && !row->is_met && row->window.max == 3);
}

/* What only an operator ends has no time at which it ends. */
static void test_streak(void **state)
{
    struct gateway_fixture *f = *state;
    struct told told;

    (void)issue(f, NUMBER_1);
    gateway_sql(f, "INSERT INTO streaks SELECT number_index, 100 FROM messages");
    told = ask_for(f, &f->till, NUMBER_1);
    assert_false(told.report.is_allowed);
    assert_int_equal(told.report.retry_after_sec, 0);
    assert_true(row_of(&told, "streak", "number", false)->is_met);
    gateway_sql(f, "UPDATE streaks SET failures = 99");
    assert_true(ask_for(f, &f->till, NUMBER_1).report.is_allowed);
}

/* A request by which the customer texts meets other limits, and needs other things. */
static void test_methods(void **state)
{
    struct gateway_fixture *f = *state;
    struct limit_question text = {.to = NUMBER_1}, reverse = {.to = NUMBER_1, .is_reverse = true};
    struct told told;

    limit_parse(&f->policy->limits.inbound, "1/1h");
    f->policy->limits.guesses = f->policy->limits.inbound;
    f->policy->limits.number = f->policy->limits.inbound;
    f->policy->limits.conversion = (struct conversion_limit){30, 20};
    (void)issue_and_send(f, NUMBER_1);
    told = ask(f, &f->till, &text);
    assert_false(told.report.is_allowed);
    assert_true(row_of(&told, "number", "number", false)->is_met);
    assert_null(row_of(&told, "inbound", "number", false));
    assert_false(told.report.unready.is_refused);
    told = ask(f, &f->till, &reverse);
    assert_null(row_of(&told, "number", "number", false));
    assert_null(row_of(&told, "conversion", "prefix", false));
    assert_non_null(row_of(&told, "guesses", "number", true));
    assert_false(row_of(&told, "inbound", "number", false)->is_met);
    assert_int_equal(told.report.unready.error, ERROR_NO_MODEM); /* whose number is known */
    assert_false(told.report.is_allowed);
    assert_true(told.report.retry_after_sec > 0);
    reverse.purpose = "checkout";
    told = ask(f, &f->till, &reverse);
    assert_int_equal(told.report.unready.error, ERROR_PURPOSE_NOT_ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_counts),
        GATEWAY_TEST(test_agrees_with_requests),
        GATEWAY_TEST(test_known_and_unknown_look_alike),
        GATEWAY_TEST(test_destination),
        GATEWAY_TEST(test_refusals),
        GATEWAY_TEST(test_rows_that_do_not_hold),
        GATEWAY_TEST(test_rollback),
        GATEWAY_TEST(test_streak),
        GATEWAY_TEST(test_methods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
