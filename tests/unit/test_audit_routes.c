/* The routes of the audit log: what they take, and their answers, whole. The core is played. */
#include "api/audit_routes.h"

#include "core/audit.h"
#include "server_fixture.h"

static const struct refusal *core_refuses;
static struct audit_question asked;
static struct audit_page page;
static struct audit_head head;
static struct journal_verify verdict;
static bool has_noted;
static struct head_line noted;
static uid_t asked_by;

/* Stand in for core/audit.c but for what the daily part calls, which has no day here. */
void gateway_read_audit(struct gateway *gateway, const struct audit_question *question,
    audit_page_callback callback, void *userdata)
{
    (void)gateway;
    asked = *question;
    callback(userdata, core_refuses, core_refuses ? NULL : &page);
}

void gateway_read_audit_head(struct gateway *gateway, audit_head_callback callback, void *userdata)
{
    (void)gateway;
    callback(userdata, core_refuses, core_refuses ? NULL : &head);
}

void gateway_verify_audit(struct gateway *gateway, const struct caller *caller,
    const struct head_line *line, audit_verdict_callback callback, void *userdata)
{
    const struct audit_verdict answer = {.verify = &verdict, .head = head};

    (void)gateway;
    asked_by = caller->uid;
    has_noted = line != NULL;
    if (line)
        noted = *line;
    callback(userdata, core_refuses, core_refuses ? NULL : &answer);
}

int audit_head_load(struct db *db, const struct environment *env, struct audit_head *ret)
{
    (void)db;
    (void)env;
    (void)ret;
    return -EIO;
}

void gateway_warn_of_audit(struct gateway *gateway, const char *detail)
{
    (void)gateway;
    (void)detail;
}

static void expect(struct server_fixture *f, const char *method, const char *route,
    const char *body, const char *text)
{
    struct http_said *said = malloc(sizeof(*said));
    json_t *expected = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    server_ask(f, method, route, body, said);
    assert_non_null(expected);
    if (said->status != 200 || !json_equal(said->json, expected))
        fail_msg("%s", said->body);
    json_decref(expected);
    json_decref(said->json);
    free(said);
}

static void test_questions(void **state)
{
    static const struct {
        const char *route;
        struct audit_question question;
    } rows[] = {
        {"/v1/audit", {0, 0, SMSOTP_AUDIT_DEFAULT}},
        {"/v1/audit?from=7&limit=500", {7, 0, 500}},
        {"/v1/audit?since=2026-11-23T05:00:00Z",
            {0, 1795410000 * USEC_PER_SEC, SMSOTP_AUDIT_DEFAULT}},
        {"/v1/audit?since=2026-11-23&from=9223372036854775807",
            {INT64_MAX, (1795410000 - 5 * 3600) * USEC_PER_SEC, SMSOTP_AUDIT_DEFAULT}},
    };

    page = (struct audit_page){.n_rows = 0};
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        expect(*state, "GET", rows[i].route, NULL, "{\"entries\":[],\"next\":null}");
        assert_true(asked.from == rows[i].question.from);
        assert_true(asked.since_wall == rows[i].question.since_wall);
        assert_int_equal(asked.max, rows[i].question.max);
    }
}

static void test_refused(void **state)
{
    static const struct server_row rows[] = {
        {"GET", "/v1/audit?from=0", NULL, 422, "\"name\":\"from\""},
        {"GET", "/v1/audit?from=-1", NULL, 422, "\"name\":\"from\""},
        {"GET", "/v1/audit?from=9223372036854775808", NULL, 422, "\"name\":\"from\""},
        {"GET", "/v1/audit?from=", NULL, 422, "\"name\":\"from\""},
        {"GET", "/v1/audit?since=yesterday", NULL, 422, "\"name\":\"since\""},
        {"GET", "/v1/audit?since=2026-02-30", NULL, 422, "\"name\":\"since\""},
        {"GET", "/v1/audit?limit=0", NULL, 422, "\"name\":\"limit\""},
        {"GET", "/v1/audit?limit=501", NULL, 422, "\"name\":\"limit\""},
        {"POST", "/v1/audit", "{}", 405, "GET, HEAD"},
        {"POST", "/v1/audit/verify", "{\"head\":\"seq=1\"}", 422, "\"name\":\"head\""},
        {"POST", "/v1/audit/verify", "{\"head\":7}", 422, "\"name\":\"head\""},
        {"POST", "/v1/audit/verify", "{\"from\":7}", 422, "\"name\":\"from\""},
        {"POST", "/v1/audit/verify", "{", 400, "malformed"},
        {"GET", "/v1/audit/verify", NULL, 405, "POST"},
    };
    static const struct server_row down[] = {
        {"GET", "/v1/audit", NULL, 503, "storage_unavailable"},
        {"GET", "/v1/audit/head", NULL, 503, "storage_unavailable"},
        {"POST", "/v1/audit/verify", NULL, 503, "storage_unavailable"},
    };
    const struct refusal refusal = {.is_refused = true, .error = ERROR_STORAGE_UNAVAILABLE};

    server_run_rows(*state, rows, ARRAY_SIZE(rows));
    core_refuses = &refusal;
    server_run_rows(*state, down, ARRAY_SIZE(down));
    core_refuses = NULL;
}

#define ZEROS_62 "00000000000000000000000000000000000000000000000000000000000000"
#define HEAD                                                                                       \
    "{\"seq\":12,\"hash\":\"ab" ZEROS_62 "\",\"at\":\"2026-11-23T05:00:00Z\",\"entries\":5,"       \
    "\"anchor\":{\"seq\":7,\"hash\":\"cd" ZEROS_62 "\"},"                                          \
    "\"line\":\"seq=12 hash=ab" ZEROS_62 " at=2026-11-23T05:00:00Z\"}"

static void test_answers(void **state)
{
    static const struct journal_row rows[] = {
        {.seq = 7, .kind = "daemon.started", .hash = {0xAB}},
        {.seq = 8, .kind = "admin.action", .has_actor = true, .actor_uid = 1000},
    };

    page = (struct audit_page){.rows = rows, .n_rows = 2, .next = 9};
    expect(*state, "GET", "/v1/audit", NULL,
        "{\"entries\":[{\"seq\":7,\"type\":\"daemon.started\",\"at\":\"1970-01-01T00:00:00Z\","
        "\"key_id\":\"00000000\",\"hash\":\"ab" ZEROS_62
        "\"},{\"seq\":8,\"type\":\"admin.action\",\"at\":\"1970-01-01T00:00:00Z\",\"uid\":1000,"
        "\"key_id\":\"00000000\",\"hash\":\"00" ZEROS_62 "\"}],\"next\":9}");
    head = (struct audit_head){.head = {.seq = 12, .hash = {0xAB}},
        .anchor = {.seq = 7, .hash = {0xCD}},
        .at_wall = 1795410000 * USEC_PER_SEC};
    expect(*state, "GET", "/v1/audit/head", NULL, HEAD);
    verdict = (struct journal_verify){.n_rows = 5};
    expect(*state, "POST", "/v1/audit/verify", NULL,
        "{\"result\":\"intact\",\"first_bad_sequence\":null,\"fault\":null,\"rows\":5,"
        "\"unchecked\":0,\"noted_head\":null,\"head\":" HEAD "}");
    assert_false(has_noted);
    assert_int_equal(asked_by, getuid());
    verdict = (struct journal_verify){.n_rows = 4,
        .n_unchecked = 2,
        .is_broken = true,
        .fault = AUDIT_FAULT_NOTED_HEAD,
        .first_bad = 11,
        .has_compared = true,
        .compared = AUDIT_NOTED_DIFFERS};
    expect(*state, "POST", "/v1/audit/verify", "{\"head\":\"seq=11 hash=0011223344556677\"}",
        "{\"result\":\"broken\",\"first_bad_sequence\":11,\"fault\":\"noted_head\",\"rows\":4,"
        "\"unchecked\":2,\"noted_head\":\"differs\",\"head\":" HEAD "}");
    assert_true(has_noted && noted.seq == 11);
    assert_string_equal(noted.hash, "0011223344556677");
    expect(*state, "POST", "/v1/audit/verify", "{\"head\":null}",
        "{\"result\":\"broken\",\"first_bad_sequence\":11,\"fault\":\"noted_head\",\"rows\":4,"
        "\"unchecked\":2,\"noted_head\":\"differs\",\"head\":" HEAD "}");
    assert_false(has_noted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVER_TEST(test_questions),
        SERVER_TEST(test_refused),
        SERVER_TEST(test_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
