/* The routes of the list of who gets no texts. The core and the call are played. */
#include "api/optout_routes.h"

#include "api/body.h"
#include "core/optout.h"
#include "route_bench.h"

static char asked[64];
static const char *query;

void gateway_list_optouts(
    struct gateway *gateway, unsigned max, optout_list_callback callback, void *userdata)
{
    const struct optout rows[] = {{"+91******5678", true, UINT64_C(1795000000) * USEC_PER_SEC}};

    assert_null(gateway);
    snprintf(asked, sizeof(asked), "list %u", max);
    callback(userdata, NULL, &(struct optout_list){.rows = rows, .n_rows = 1, .total = 7});
}

void gateway_set_optout(struct gateway *gateway, const struct caller *caller, const char *to,
    bool is_out, optout_set_callback callback, void *userdata)
{
    assert_null(gateway);
    assert_non_null(caller);
    snprintf(asked, sizeof(asked), "%s %s", to, is_out ? "out" : "in");
    callback(userdata, NULL, "+91******5678", is_out);
}

char *call_query(const struct call *call, const char *name)
{
    (void)call;
    assert_string_equal(name, "limit");
    return query ? strdup(query) : NULL;
}

bool body_read(struct call *call, struct refusal *ret)
{
    (void)call, (void)ret;
    return true;
}

bool body_has_only(
    const struct call *call, const char *const *known, size_t n_known, struct refusal *ret)
{
    (void)call, (void)ret;
    return n_known == 1 && strcmp(known[0], "to") == 0;
}

bool body_text(const struct call *call, const char *name, size_t max, bool is_required,
    const char **ret_text, struct refusal *ret)
{
    (void)call, (void)name, (void)max, (void)ret;
    *ret_text = "98123 45678";
    return is_required;
}

static void expect(const char *text)
{
    char *dumped = json_dumps(answered, JSON_COMPACT);

    assert_string_equal(dumped, text);
    free(dumped);
    forget_answer();
}

static void test_routes(void **state)
{
    struct call call = {0};

    (void)state;
    optouts_add(&call);
    assert_string_equal(asked, "98123 45678 out");
    expect("{\"number\":\"+91******5678\",\"changed\":true}");
    optouts_remove(&call);
    assert_string_equal(asked, "98123 45678 in");
    expect("{\"number\":\"+91******5678\",\"changed\":false}");
    optouts_list(&call);
    assert_string_equal(asked, "list 100");
    expect("{\"optouts\":[{\"number\":\"+91******5678\",\"since\":\"2026-11-18T11:06:40Z\","
           "\"by\":\"reply\"}],\"total\":7}");
    query = "5";
    optouts_list(&call);
    assert_string_equal(asked, "list 5");
    forget_answer();
    query = "1001";
    optouts_list(&call);
    assert_string_equal(refused.param, "limit");
    assert_null(answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_routes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
