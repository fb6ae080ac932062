/* The routes about the clock: what they answer, whole. The core and the call are played. */
#include "api/clock_routes.h"

#include "core/clock_accept.h"
#include "route_bench.h"

static struct clock_accept_answer told; /* by the core */
static unsigned n_asked;

void gateway_accept_clock(struct gateway *gateway, const struct caller *caller,
    clock_accept_callback callback, void *userdata)
{
    assert_null(gateway);
    assert_string_equal(caller->name, "uid:0");
    n_asked++;
    callback(userdata, &told);
}

static void ask(const char *text)
{
    struct call call = {.caller = {.name = "uid:0"}};

    request_body = text;
    clock_accept(&call);
    json_decref(call.body);
}

static void test_accept(void **state)
{
    struct refusal refusal = {.is_refused = true, .error = ERROR_CLOCK_UNTRUSTED};

    (void)state;
    told = (struct clock_accept_answer){.wall = 1795410000 * USEC_PER_SEC, .n_void = 2};
    ask("");
    expect_answer("{\"at\":\"2026-11-23T05:00:00Z\",\"codes_void\":2}");
    told.refusal = &refusal;
    ask("{}");
    assert_int_equal(n_refused, 1);
    assert_int_equal(refused.error, ERROR_CLOCK_UNTRUSTED);
    ask("{\"at\":\"now\"}"); /* the core is not asked */
    assert_int_equal(n_refused, 2);
    assert_int_equal(refused.error, ERROR_INVALID);
    assert_int_equal(n_asked, 2);
    assert_null(answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accept)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
