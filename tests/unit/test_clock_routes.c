/* The routes about the clock: what they answer, whole. The core and the call are played. */
#include "api/clock_routes.h"

#include "core/clock_accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct clock_accept_answer told; /* by the core */
static const char *body;                /* of the request */
static json_t *answered;
static enum gateway_error refused_with;
static unsigned n_asked, n_refused;

void gateway_accept_clock(struct gateway *gateway, const struct caller *caller,
    clock_accept_callback callback, void *userdata)
{
    assert_null(gateway);
    assert_string_equal(caller->name, "uid:0");
    n_asked++;
    callback(userdata, &told);
}

const char *call_body_bytes(const struct call *call, size_t *ret_n)
{
    (void)call;
    *ret_n = strlen(body);
    return body;
}

const char *call_header(const struct call *call, const char *name)
{
    (void)call;
    assert_string_equal(name, "Content-Type");
    return "application/json";
}

void call_answer(struct call *call, unsigned status, json_t *json)
{
    (void)call;
    assert_int_equal(status, 200);
    assert_null(answered);
    answered = json;
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    (void)call;
    refused_with = refusal->error;
    n_refused++;
}

static void ask(const char *text)
{
    struct call call = {.caller = {.name = "uid:0"}};

    body = text;
    clock_accept(&call);
    json_decref(call.body);
}

static void test_accept(void **state)
{
    json_t *expected = json_loads("{\"at\":\"2026-11-23T05:00:00Z\",\"codes_void\":2}", 0, NULL);
    struct refusal refusal = {.is_refused = true, .error = ERROR_CLOCK_UNTRUSTED};

    (void)state;
    told = (struct clock_accept_answer){.wall = 1795410000 * USEC_PER_SEC, .n_void = 2};
    ask("");
    assert_true(json_equal(answered, expected));
    json_decref(expected);
    json_decref(answered);
    answered = NULL;
    told.refusal = &refusal;
    ask("{}");
    assert_int_equal(n_refused, 1);
    assert_int_equal(refused_with, ERROR_CLOCK_UNTRUSTED);
    ask("{\"at\":\"now\"}"); /* the core is not asked */
    assert_int_equal(n_refused, 2);
    assert_int_equal(refused_with, ERROR_INVALID);
    assert_int_equal(n_asked, 2);
    assert_null(answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accept)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
