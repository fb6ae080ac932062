/* An operator's word that texts nobody answered are well. */
#include "core/limit_reset.h"

#include "gateway_fixture.h"

#define NUMBER_3 "+919812355678" /* in another block than the first two */

struct told {
    unsigned n;
    struct refusal refusal;
    char scope[16], object[64];
};

static void take(void *userdata, const struct limit_reset_answer *answer)
{
    struct told *told = userdata;

    told->n++;
    if (answer->refusal) {
        told->refusal = *answer->refusal;
        return;
    }
    snprintf(told->scope, sizeof(told->scope), "%s", answer->scope);
    snprintf(told->object, sizeof(told->object), "%s", answer->object);
}

static struct told reset_limit(struct gateway_fixture *f, enum limit_resettable limit,
    const char *to, const char *client)
{
    struct told told = {0};

    gateway_reset_limit(f->gateway, &f->admin,
        &(struct limit_reset){.limit = limit, .to = to, .client = client}, take, &told);
    gateway_wait(f, &told.n, 1);
    return told;
}

static struct told reset(struct gateway_fixture *f, const char *to, const char *client)
{
    return reset_limit(f, RESET_CONVERSION, to, client);
}

static void test_reset(void **state)
{
    struct gateway_fixture *f = *state;
    struct client *client;
    struct answer answer;
    struct told told;

    assert_int_equal(policy_add_client(f->policy, "till", &client), 0);
    f->policy->limits.conversion = (struct conversion_limit){50, 5};
    for (unsigned i = 0; i < 5; i++)
        (void)issue_and_send(f, NUMBER_1);
    gateway_jump(f, 1000 * USEC_PER_SEC);
    answer = issue(f, NUMBER_2);
    assert_string_equal(answer.refusal.limit_scope, "prefix");
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_CONVERSION));
    told = reset(f, NUMBER_3, NULL); /* another block */
    assert_string_equal(told.scope, "prefix");
    assert_string_equal(told.object, "+91******5678");
    answer = issue(f, NUMBER_2);
    assert_string_equal(answer.refusal.limit_scope, "prefix");
    (void)reset(f, NUMBER_1, NULL);
    assert_null(gateway_warning_detail(f->gateway, WARNING_CONVERSION));
    answer = issue(f, NUMBER_2);
    assert_string_equal(answer.refusal.limit_scope, "client");
    told = reset(f, NULL, "till");
    assert_string_equal(told.scope, "client");
    assert_string_equal(told.object, "till");
    answer = issue(f, NUMBER_2);
    assert_string_equal(verdict_of(&answer), "ok");
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'admin.action' AND "
                                               "detail LIKE '%limits.reset%'")), 3);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'warning.raised' AND "
                                               "detail LIKE '%conversion%'")), 3);
}

/* Of a number that nobody may check a code of any more, whatever the configuration; and of it
 * alone. */
static void test_streak(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1), other = issue_and_send(f, NUMBER_2), answer;
    char code[OTP_CODE_SIZE];
    struct told told;

    f->policy->limits = (struct limits){0};
    gateway_sql(f, "INSERT INTO streaks SELECT DISTINCT number_index, 100 FROM messages");
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_string_equal(answer.refusal.limit_name, "streak");
    assert_non_null(strstr(answer.refusal.detail, "limits reset streak"));
    assert_int_equal(answer.refusal.retry_after_sec, 0);
    answer = issue(f, NUMBER_1);
    assert_string_equal(answer.refusal.limit_name, "streak");
    assert_null(gateway_warning_detail(f->gateway, WARNING_CONVERSION));
    told = reset_limit(f, RESET_STREAK, NUMBER_1, NULL);
    assert_string_equal(told.scope, "number");
    assert_string_equal(told.object, "+91******5678");
    assert_int_equal(check_code(f, made.v.id, code).result, CHECK_APPROVED);
    answer = check_code(f, other.v.id, code);
    assert_string_equal(answer.refusal.limit_name, "streak");
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'admin.action' AND "
                                               "detail LIKE '%\"limit\":\"streak\"%'")), 1);
}

/* After the owner himself has put the database back. */
static void test_rollback(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1), answer;
    char code[OTP_CODE_SIZE];
    struct told told;

    limit_parse(&f->policy->limits.guesses, "15/1d");
    gateway_sql(f, "INSERT INTO meta SELECT 'rolled_back_wall', max(created_wall) FROM messages");
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_string_equal(answer.refusal.limit_name, "rollback");
    assert_non_null(strstr(answer.refusal.detail, "limits reset rollback"));
    told = reset_limit(f, RESET_ROLLBACK, NUMBER_1, NULL);
    assert_string_equal(told.refusal.param, "to");
    told = reset_limit(f, RESET_ROLLBACK, NULL, NULL);
    assert_string_equal(told.scope, "gateway");
    assert_string_equal(told.object, "");
    assert_int_equal(check_code(f, made.v.id, code).result, CHECK_APPROVED);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'admin.action' AND "
                                               "detail LIKE '%\"limit\":\"rollback\"%'")), 1);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *to, *client, *param;
    } rows[] = {{NULL, NULL, "to"}, {NUMBER_1, "till", "client"}, {"12", NULL, "to"},
        {NULL, "till", "client"}};
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct told told = reset(f, rows[i].to, rows[i].client);

        assert_int_equal(told.refusal.error, ERROR_INVALID);
        assert_string_equal(told.refusal.param, rows[i].param);
        told = reset_limit(f, RESET_STREAK, NULL, "till");
        assert_string_equal(told.refusal.param, "to");
    }
    assert_int_equal(gateway_query(f, COUNT_OF("conversion_resets")), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'admin.action'")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_reset),
        GATEWAY_TEST(test_streak),
        GATEWAY_TEST(test_rollback),
        GATEWAY_TEST(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
