/*
 * The routes of limits: what they ask the core, and their answers, whole. Core and call are played.
 */
#include "api/limit_routes.h"

#include "api/body.h"
#include "core/limit_report.h"
#include "core/limit_reset.h"
#include "route_bench.h"

static struct limit_report report;
static const struct refusal *core_refuses;
static char asked[128]; /* what the core was asked, in words */
static json_t *body; /* or the query */

void gateway_report_limits(struct gateway *gateway, const struct caller *caller,
    const struct limit_question *question, limit_report_callback callback, void *userdata)
{
    assert_null(gateway);
    assert_non_null(caller);
    snprintf(asked, sizeof(asked), "%s %s %s%s", question->to,
        question->purpose ? question->purpose : "-", question->client ? question->client : "-",
        question->is_reverse ? " inbound" : "");
    callback(userdata, core_refuses, core_refuses ? NULL : &report);
}

void gateway_reset_limit(struct gateway *gateway, const struct caller *caller,
    const struct limit_reset *reset, limit_reset_callback callback, void *userdata)
{
    struct limit_reset_answer answer = {.refusal = core_refuses,
        .scope = reset->limit == RESET_STREAK ? "number" : reset->client ? "client" : "prefix",
        .object = reset->client ? reset->client : reset->to ? "+91******5678" : ""};

    assert_null(gateway);
    assert_non_null(caller);
    snprintf(asked, sizeof(asked), "%s %s", reset->to ? reset->to : "-",
        reset->client ? reset->client : "-");
    callback(userdata, &answer);
}

char *call_query(const struct call *call, const char *name)
{
    const char *value = json_string_value(json_object_get(body, name));

    (void)call;
    return value ? strdup(value) : NULL;
}

bool body_read(struct call *call, struct refusal *ret)
{
    (void)ret;
    call->body = body;
    return true;
}

bool body_has_only(
    const struct call *call, const char *const *known, size_t n_known, struct refusal *ret)
{
    (void)ret;
    assert_int_equal(n_known, 3);
    assert_string_equal(known[0], "limit");
    return call->body == body;
}

bool body_text(const struct call *call, const char *name, size_t max, bool is_required,
    const char **ret_text, struct refusal *ret)
{
    (void)call, (void)max;
    *ret_text = json_string_value(json_object_get(body, name));
    if (!*ret_text && is_required)
        refuse(ret, ERROR_INVALID, name, "missing");
    return *ret_text || !is_required;
}

/* Calls with these members as query or body. */
static void call_with(void (*route)(struct call *call), const char *members)
{
    struct call call = {0};

    refused = (struct refusal){0};
    asked[0] = '\0';
    body = json_loads(members, 0, NULL);
    route(&call);
    json_decref(body);
}

static void test_question(void **state)
{
    static const struct {
        const char *query, *asked; /* empty: nothing */
    } rows[] = {
        {"{\"to\":\"+919812345678\"}", "+919812345678 - -"},
        {"{\"to\":\" 919812345678\"}", "+919812345678 - -"}, /* ?to=+91… */
        {"{\"to\":\"98123 45678\",\"purpose\":\"login\",\"client\":\"web\"}",
            "98123 45678 login web"},
        {"{\"to\":\"\"}", " - -"},
        {"{\"to\":\"1\",\"method\":\"inbound\"}", "1 - - inbound"},
        {"{\"to\":\"1\",\"method\":\"sms\"}", "1 - -"},
        {"{\"to\":\"1\",\"method\":\"fax\"}", ""},
        {"{}", ""},
    };

    (void)state;
    report = (struct limit_report){.is_open = true};
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        call_with(limits_report, rows[i].query);
        assert_string_equal(asked, rows[i].asked);
        assert_int_equal(refused.is_refused, rows[i].asked[0] == '\0');
        forget_answer();
    }
    assert_string_equal(refused.param, "to");
}

static void test_report(void **state)
{
    (void)state;
    report = (struct limit_report){.number_masked = "+91******5678",
        .is_open = true,
        .retry_after_sec = 7,
        .rows = {{.name = "number", .scope = "number", .window = {5, 60 * USEC_PER_SEC}, .used = 5,
                     .verified = LIMIT_REPORT_HIDDEN, .is_met = true, .retry_after_sec = 7},
            {.name = "guesses", .scope = "number", .is_of_checks = true,
                .window = {15, USEC_PER_DAY}, .used = LIMIT_REPORT_HIDDEN,
                .verified = LIMIT_REPORT_HIDDEN},
            {.name = "pending", .scope = "number", .window = {.max = 2}, .used = 3,
                .verified = LIMIT_REPORT_HIDDEN},
            {.name = "conversion", .scope = "client", .window = {20, USEC_PER_DAY}, .used = 4,
                .verified = 3, .min_percent = 30},
            {.name = "conversion", .scope = "prefix", .window = {20, USEC_PER_DAY},
                .used = LIMIT_REPORT_HIDDEN, .verified = LIMIT_REPORT_HIDDEN, .min_percent = 30}},
        .n_rows = 5};
    call_with(limits_report, "{\"to\":\"+919812345678\"}");
    expect_answer(
        "{\"to\":\"+91******5678\",\"allowed\":false,\"retry_after\":7,\"destination\":{"
        "\"allowed\":true,\"reason\":null,\"detail\":null},\"readiness\":{\"allowed\":true,"
        "\"reason\":null,\"detail\":null},\"limits\":[{\"name\":\"number\",\"scope\":\"number\","
        "\"of\":\"requests\",\"max\":5,\"window\":60,\"used\":5,\"available\":0,\"met\":true,"
        "\"retry_after\":7},{\"name\":\"guesses\",\"scope\":\"number\",\"of\":\"checks\",\"max\":"
        "15,\"window\":86400,\"used\":null,\"available\":null,\"met\":false,\"retry_after\":0},{"
        "\"name\":\"pending\",\"scope\":\"number\",\"of\":\"requests\",\"max\":2,\"window\":0,"
        "\"used\":3,\"available\":0,\"met\":false,\"retry_after\":0},{\"name\":\"conversion\","
        "\"scope\":\"client\",\"of\":\"requests\",\"max\":20,\"window\":86400,\"used\":4,"
        "\"available\":null,\"met\":false,\"retry_after\":0,\"verified\":3,\"min_percent\":30},{"
        "\"name\":\"conversion\",\"scope\":\"prefix\",\"of\":\"requests\",\"max\":20,\"window\":"
        "86400,\"used\":null,\"available\":null,\"met\":false,\"retry_after\":0,\"verified\":null,"
        "\"min_percent\":30}]}");
    report = (struct limit_report){.number_masked = "+44******3456", .block = BLOCK_COUNTRY};
    refuse(&report.blocked, ERROR_DESTINATION_BLOCKED, "to", "Outside");
    refuse(&report.unready, ERROR_NO_MODEM, NULL, "None");
    call_with(limits_report, "{\"to\":\"+447400123456\"}");
    expect_answer("{\"to\":\"+44******3456\",\"allowed\":false,\"retry_after\":0,\"destination\":"
           "{\"allowed\":false,\"reason\":\"country\",\"detail\":\"Outside\"},\"readiness\":"
           "{\"allowed\":false,\"reason\":\"no_modem\",\"detail\":\"None\"},\"limits\":[]}");
}

static void test_reset(void **state)
{
    (void)state;
    call_with(limits_reset, "{\"limit\":\"conversion\",\"to\":\"+919812345678\"}");
    assert_string_equal(asked, "+919812345678 -");
    expect_answer("{\"limit\":\"conversion\",\"scope\":\"prefix\",\"to\":\"+91******5678\"}");
    call_with(limits_reset, "{\"limit\":\"conversion\",\"client\":\"web\"}");
    expect_answer("{\"limit\":\"conversion\",\"scope\":\"client\",\"client\":\"web\"}");
    call_with(limits_reset, "{\"limit\":\"streak\",\"to\":\"+919812345678\"}");
    assert_string_equal(asked, "+919812345678 -");
    expect_answer("{\"limit\":\"streak\",\"scope\":\"number\",\"to\":\"+91******5678\"}");
    call_with(limits_reset, "{\"limit\":\"rollback\"}");
    expect_answer(
        "{\"limit\":\"rollback\",\"scope\":\"prefix\"}"); /* the scope is the core's, played here */
    call_with(limits_reset, "{\"limit\":\"guesses\",\"to\":\"+919812345678\"}");
    assert_string_equal(refused.param, "limit");
    assert_string_equal(asked, "");
    call_with(limits_reset, "{\"to\":\"+919812345678\"}");
    assert_string_equal(refused.param, "limit");
    assert_null(answered);
}

static void test_refused(void **state)
{
    const struct refusal refusal = {.is_refused = true, .error = ERROR_STORAGE_UNAVAILABLE};

    (void)state;
    core_refuses = &refusal;
    call_with(limits_report, "{\"to\":\"+919812345678\"}");
    assert_int_equal(refused.error, ERROR_STORAGE_UNAVAILABLE);
    call_with(limits_reset, "{\"limit\":\"conversion\",\"client\":\"web\"}");
    assert_int_equal(refused.error, ERROR_STORAGE_UNAVAILABLE);
    assert_null(answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_question),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
