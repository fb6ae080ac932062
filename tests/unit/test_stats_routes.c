/* GET /v1/stats: its members, also where nothing has happened and nobody counts. */
#include "server_fixture.h"

static void test_rows(void **state)
{
    static const struct server_row rows[] = {
        {"GET", "/v1/stats", NULL, 200, "\"queued\":0"},
        {"GET", "/v1/stats", NULL, 200, "\"conversion\":null"},
        {"GET", "/v1/stats", NULL, 200, "\"verifications\":{\"created\":0"},
        {"GET", "/v1/stats", NULL, 200, "\"send\":{\"count\":0,\"mean_ms\":null"},
        {"GET", "/v1/stats", NULL, 200, "\"shop\":\""},
        {"GET", "/v1/stats", NULL, 200, "\"failed_commits\":0"},
        {"POST", "/v1/stats", "{}", 405, "GET, HEAD"},
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
