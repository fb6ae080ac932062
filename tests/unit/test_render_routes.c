/* POST /v1/render: what it reads, and the members of its answer. */
#include "server_fixture.h"

#define R "/v1/render"

static void test_rows(void **state)
{
    static const struct server_row rows[] = {
        {"POST", R, "{}", 422, "either"},
        {"POST", R, "{\"purpose\":\"login\",\"text\":\"x\"}", 422, "either"},
        {"POST", R, "{\"purpose\":\"nosuch\"}", 422, "\"name\":\"purpose\""},
        {"POST", R, "{\"purpose\":\"checkout\"}", 422, "`amount`"},
        {"POST", R, "{\"purpose\":\"login\"}", 200, "\"text\":\"123456 is your OTP"},
        {"POST", R, "{\"purpose\":\"login\",\"locale\":\"hi\"}", 200, "\"locale\":\"hi\""},
        {"POST", R, "{\"purpose\":\"login\",\"locale\":\"hi\"}", 200, "\"code_point\":\"U+092E\""},
        {"POST", R, "{\"text\":\"5 \u20b9\"}", 200, "\"written_as\":\"Rs\""},
        {"POST", R, "{\"text\":\"plain\"}", 200, "\"forced_by\":null"},
        {"POST", R, "{\"text\":\"plain\"}", 200, "\"warnings\":[]"},
    };

    server_run_rows(*state, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVER_TEST(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
