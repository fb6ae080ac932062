/* `smsotpctl key`: which route is called, what is said, and how it leaves. */
#include "ctl_bench.h"

#define KEYS                                                                                       \
    "{\"keys\":[{\"key_id\":\"00000001\",\"state\":\"current\",\"since\":\"x\","                   \
    "\"dropped_at\":null},{\"key_id\":\"00000002\",\"state\":\"former\",\"since\":\"x\","          \
    "\"dropped_at\":\"y\"}]}"
#define LISTED "00000001  current   since x\n00000002  former    since x  until y\n"

static void test_routes(void **state)
{
    static const struct ctl_row rows[] = {
        {{"key", "list"}, NULL, 200, KEYS, true, CTL_EXIT_OK, "GET /v1/keys -", KEYS "\n", ""},
        {{"key", "rotate"}, NULL, 200, KEYS, true, CTL_EXIT_OK, "POST /v1/keys/rotate -", KEYS "\n",
            ""},
        {{"key", "list"}, NULL, 200, KEYS, false, CTL_EXIT_OK, "GET /v1/keys -", LISTED, ""},
        {{"key", "rotate"}, NULL, 503, "{\"code\":\"storage_unavailable\",\"detail\":\"full\"}",
            false, CTL_EXIT_REFUSED, "POST /v1/keys/rotate -", "", "storage_unavailable: full"},
    };

    (void)state;
    ctl_bench_check(ctl_key, rows, ARRAY_SIZE(rows));
}

static void test_usage(void **state)
{
    static const struct ctl_row rows[] = {
        {{"key"}, NULL, 200, KEYS, false, CTL_EXIT_USAGE, "", "",
            "Usage: smsotpctl key list|rotate"},
        {{"key", "drop"}, NULL, 200, KEYS, false, CTL_EXIT_USAGE, "", "", "Usage"},
        {{"key", "list", "list"}, NULL, 200, KEYS, false, CTL_EXIT_USAGE, "", "", "Usage"},
    };

    (void)state;
    ctl_bench_check(ctl_key, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
