/* The routes of modems: bodies that are taken and refused, answers as a whole. Core and call are
 * played. */
#include "api/modem_routes.h"

#include "core/balance.h"
#include "core/modem_action.h"
#include "core/quota_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *body; /* of the request; NULL: none */
static json_t *answered;
static struct refusal refused;
static unsigned n_ends; /* of the call */

/* What the core was asked, and answers. */
static struct modem_action_request asked;
static char asked_text[128];
static struct modem_action_answer told;
static struct modem_status status = {.state = MODEM_READY, .registration = 1, .signal_dbm = -73,
    .pin_tries_left = -1, .storage_used = -1, .storage_total = -1, .number = "+919812345678",
    .network_time = UINT64_C(1795435200) * USEC_PER_SEC};

static const struct modem *const the_modem = (const struct modem *)&status;

void gateway_act_on_modem(struct gateway *gateway, const struct caller *caller,
    const struct modem_action_request *request,
    void (*callback)(void *userdata, const struct modem_action_answer *answer), void *userdata)
{
    assert_null(gateway);
    assert_int_equal(caller->uid, 1234);
    asked = *request;
    snprintf(asked_text, sizeof(asked_text), "%s", request->text ? request->text : "-");
    callback(userdata, &told);
}

const struct modem *gateway_modem(const struct gateway *gateway, unsigned index)
{
    assert_null(gateway);
    return index == 0 ? the_modem : NULL;
}

void gateway_quota(const struct gateway *gateway, unsigned index, struct quota_view *ret)
{
    assert_null(gateway);
    assert_int_equal(index, 0);
    *ret = (struct quota_view){.code_wait = 0};
}

static const char *the_barred;
static struct balance_view the_balance;

const struct balance_view *gateway_balance(const struct gateway *gateway, unsigned index)
{
    assert_null(gateway);
    assert_int_equal(index, 0);
    return &the_balance;
}

const char *gateway_barred(const struct gateway *gateway, unsigned index)
{
    assert_null(gateway);
    assert_int_equal(index, 0);
    return the_barred;
}

const char *modem_supply_advice(const struct modem *modem)
{
    assert_ptr_equal(modem, the_modem);
    return NULL;
}

const char *modem_name(const struct modem *modem)
{
    assert_ptr_equal(modem, the_modem);
    return "counter";
}

const struct modem_status *modem_status(const struct modem *modem)
{
    assert_ptr_equal(modem, the_modem);
    return &status;
}

const char *call_body_bytes(const struct call *call, size_t *ret_n)
{
    (void)call;
    *ret_n = body ? strlen(body) : 0;
    return body;
}

const char *call_header(const struct call *call, const char *name)
{
    (void)call;
    return strcmp(name, "Content-Type") == 0 ? "application/json" : NULL;
}

void call_answer(struct call *call, unsigned http_status, json_t *json)
{
    (void)call;
    assert_int_equal(http_status, 200);
    n_ends++;
    answered = json;
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    (void)call;
    n_ends++;
    refused = *refusal;
}

static void run(void (*handler)(struct call *call), const char *text)
{
    struct call call = {.segments = {"v1", "modems", "counter", "x"}, .n_segments = 4,
        .caller = {.uid = 1234}};

    json_decref(answered);
    answered = NULL;
    asked = (struct modem_action_request){.modem = NULL};
    refused = (struct refusal){.is_refused = false};
    n_ends = 0;
    body = text;
    handler(&call);
    json_decref(call.body);
    assert_int_equal(n_ends, 1);
}

/* What each route asks of the core. */
static void test_asks(void **state)
{
    static const struct {
        void (*handler)(struct call *call);
        const char *body;
        enum modem_task_kind kind;
        const char *text;
    } rows[] = {
        {modem_reset, NULL, MODEM_TASK_RESET, "-"},
        {modem_reset, "{}", MODEM_TASK_RESET, "-"},
        {modem_enable, NULL, MODEM_TASK_ENABLE, "-"},
        {modem_disable, NULL, MODEM_TASK_DISABLE, "-"},
        {modem_ussd, "{\"code\":\"*123#\"}", MODEM_TASK_USSD, "*123#"},
        {modem_ussd, "{\"code\":\"*123#\",\"reply\":null,\"cancel\":false}", MODEM_TASK_USSD,
            "*123#"},
        {modem_ussd, "{\"reply\":\"1\"}", MODEM_TASK_USSD_REPLY, "1"},
        {modem_ussd, "{\"cancel\":true}", MODEM_TASK_USSD_CANCEL, "-"},
        {modem_at, "{\"command\":\"AT+CSQ\"}", MODEM_TASK_AT, "AT+CSQ"},
        {modem_pin, "{\"pin\":\"4711\"}", MODEM_TASK_PIN, "4711"},
    };
    const struct modem_task_result result = {.outcome = MODEM_TASK_DONE, .why = "OK", .text = ""};

    (void)state;
    told = (struct modem_action_answer){.modem = the_modem, .result = &result};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        run(rows[i].handler, rows[i].body);
        assert_false(refused.is_refused);
        assert_string_equal(asked.modem, "counter");
        assert_int_equal(asked.kind, rows[i].kind);
        assert_string_equal(asked_text, rows[i].text);
    }
}

static void test_refuses(void **state)
{
    static const struct {
        void (*handler)(struct call *call);
        const char *body;
        enum gateway_error error;
        const char *param;
    } rows[] = {
        {modem_reset, "{\"now\":true}", ERROR_INVALID, "now"},
        {modem_reset, "[]", ERROR_MALFORMED, ""},
        {modem_ussd, "", ERROR_MALFORMED, ""},
        {modem_ussd, "{}", ERROR_INVALID, "code"},
        {modem_ussd, "{\"code\":\"1\",\"reply\":\"1\"}", ERROR_INVALID, "code"},
        {modem_ussd, "{\"code\":\"1\",\"cancel\":true}", ERROR_INVALID, "code"},
        {modem_ussd, "{\"cancel\":\"yes\"}", ERROR_INVALID, "code"},
        {modem_ussd, "{\"code\":123}", ERROR_INVALID, "code"},
        {modem_ussd, "{\"text\":\"*123#\"}", ERROR_INVALID, "text"},
        {modem_at, "{}", ERROR_INVALID, "command"},
        {modem_at, "{\"command\":\"AT\\r\"}", ERROR_INVALID, "command"},
        {modem_pin, "{\"pin\":4711}", ERROR_INVALID, "pin"},
        {modem_pin, "{\"pin\":\"\"}", ERROR_INVALID, "pin"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        run(rows[i].handler, rows[i].body);
        assert_null(asked.modem);
        if (refused.error != rows[i].error || strcmp(refused.param, rows[i].param) != 0)
            fail_msg(
                "%s: %s, %s", rows[i].body, gateway_error_to_string(refused.error), refused.param);
    }
}

static void expect(const char *text)
{
    json_t *expected = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(expected);
    if (!json_equal(answered, expected))
        fail_msg("%s", json_dumps(answered, JSON_COMPACT));
    json_decref(expected);
}

static void test_answers(void **state)
{
    struct modem_task_result result = {
        .outcome = MODEM_TASK_DONE, .why = "", .text = "₹ 1\n2", .awaits_reply = true};
    const struct refusal refusal = {.is_refused = true, .error = ERROR_MODEM_BUSY};

    (void)state;
    told = (struct modem_action_answer){.modem = the_modem, .result = &result};
    run(modem_ussd, "{\"code\":\"*1#\"}");
    expect("{\"name\":\"counter\",\"text\":\"₹ 1\\n2\",\"awaits_reply\":true}");
    result = (struct modem_task_result){.why = "OK", .text = "+CSQ: 20,99\n+X"};
    run(modem_at, "{\"command\":\"AT\"}");
    expect("{\"name\":\"counter\",\"result\":\"OK\",\"lines\":[\"+CSQ: 20,99\",\"+X\"]}");
    result.text = "";
    run(modem_at, "{\"command\":\"AT\"}");
    expect("{\"name\":\"counter\",\"result\":\"OK\",\"lines\":[]}");
    run(modem_reset, NULL);
    assert_string_equal(json_string_value(json_object_get(answered, "state")), "ready");
    told = (struct modem_action_answer){.modem = the_modem, .refusal = &refusal};
    for (unsigned i = 0; i < 3; i++) {
        run((void (*[])(struct call *)){modem_reset, modem_ussd, modem_at}[i],
            (const char *[]){NULL, "{\"code\":\"*1#\"}", "{\"command\":\"AT\"}"}[i]);
        assert_int_equal(refused.error, ERROR_MODEM_BUSY);
    }
}

static void test_reads(void **state)
{
    struct call call = {.segments = {"v1", "modems", "nobody"}, .n_segments = 3};
    json_t *history = json_pack("[{s:s, s:i}, {s:s, s:n}]", "at", "2026-11-23T12:00:00Z", "dbm",
        -91, "at", "2026-11-23T12:01:00Z", "dbm");

    (void)state;
    run(modem_list, NULL);
    assert_int_equal(json_array_size(json_object_get(answered, "modems")), 1);
    run(modem_read, NULL);
    assert_string_equal(json_string_value(json_object_get(answered, "number")), "+919812345678");
    assert_string_equal(
        json_string_value(json_object_get(answered, "network_time")), "2026-11-23T12:00:00Z");
    assert_true(json_is_null(json_object_get(answered, "pin_tries_left")));
    assert_int_equal(json_integer_value(json_object_get(answered, "signal_dbm")), -73);
    assert_int_equal(json_array_size(json_object_get(answered, "signal_history")), 0);
    signal_history_note(&status.signal, UINT64_C(1795435200) * USEC_PER_SEC, -91);
    signal_history_note(&status.signal, UINT64_C(1795435260) * USEC_PER_SEC, 0);
    run(modem_read, NULL);
    assert_true(json_equal(json_object_get(answered, "signal_history"), history));
    json_decref(history);
    modem_read(&call);
    assert_int_equal(refused.error, ERROR_NOT_FOUND);
    json_decref(answered);
    answered = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asks),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
