/* A call: path and query as the handlers see them, and an answer for whatever was asked. */
#include "server_fixture.h"

#include "api/call.h"

/* A request with this target, and no connection: nothing is answered. */
static struct call *make(const char *target)
{
    struct http_request request = {.bytes = strdup(target), .method = "HEAD", .fields = ""};
    struct call *call = NULL;

    request.target = request.bytes;
    assert_int_equal(call_new(&call, NULL, NULL, &request), 0);
    assert_null(request.bytes); /* taken over */
    return call;
}

static void drop(struct call *call)
{
    http_request_fini(&call->request);
    free(call);
}

static void test_paths(void **state)
{
    static const struct {
        const char *target;
        unsigned n;
        const char *last;
    } rows[] = {{"/", 1, ""}, {"/?x", 1, ""}, {"/v1/", 2, ""}, {"/v1//", 3, ""}, {"", 0, NULL},
        {"*", 0, NULL}, {"/v1", 1, "v1"}, {"/v1/x?y=/z", 2, "x"}, {"/a%2Fb", 1, "a/b"},
        {"/a/b/c/d/e", 5, "e"}, {"/a/b/c/d/e/f", 0, NULL}, {"/a%00b", 0, NULL}, {"/a%zz", 0, NULL},
        {"/a%2", 0, NULL}, {"/%C3%A4", 1, "\u00e4"}, {"/a+b", 1, "a+b"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct call *call = make(rows[i].target);

        if (call->n_segments != rows[i].n)
            fail_msg("%s: %u segments", rows[i].target, call->n_segments);
        if (rows[i].last)
            assert_string_equal(call->segments[call->n_segments - 1], rows[i].last);
        assert_string_equal(call->method, "GET"); /* HEAD is one whose body is left out */
        drop(call);
    }
}

static void test_queries(void **state)
{
    static const struct {
        const char *target, *name, *value;
    } rows[] = {
        {"/x", "a", NULL}, {"/x?a=1", "a", "1"}, {"/x?b=2&a=1", "a", "1"}, {"/x?a", "a", ""},
        {"/x?aa=1", "a", NULL}, {"/x?a=%20b+c", "a", " b c"}, {"/x?a=%00", "a", NULL},
        {"/x?a=1&a=2", "a", "1"}, {"/x?&&a=1", "a", "1"}, {"/x?A=1", "a", NULL}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct call *call = make(rows[i].target);
        _cleanup_free_ char *value = call_query(call, rows[i].name);

        if (rows[i].value)
            assert_string_equal(value, rows[i].value);
        else
            assert_null(value);
        drop(call);
    }
}

static void test_queries_that_cannot_be_decoded(void **state)
{
    static const struct {
        const char *target, *param; /* NULL: all can be decoded */
    } rows[] = {{"/x", NULL}, {"/x?", NULL}, {"/x?&=&a&b=%20c%2B", NULL}, {"/x?a=%zz", "a"},
        {"/x?a=1&bc=%2", "bc"}, {"/x?a=%00&b=%zz", "a"}, {"/x?%=1", "%"}, {"/x?a=%2&5b=1", "a"},
        {"/x?=%", ""}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct call *call = make(rows[i].target);
        struct refusal refusal = {0};

        if (call_check_query(call, &refusal) != !rows[i].param)
            fail_msg("%s", rows[i].target);
        assert_int_equal(refusal.is_refused, rows[i].param != NULL);
        if (rows[i].param)
            assert_string_equal(refusal.param, rows[i].param);
        drop(call);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_queries_that_cannot_be_decoded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
