/* GET /v1/inbound: its parameters. What it lists is test_inbound_table.c's. */
#include "server_fixture.h"

static void test_rows(void **state)
{
    static const struct server_row rows[] = {
        {"GET", "/v1/inbound", NULL, 200, "[]"},
        {"GET", "/v1/inbound?limit=1", NULL, 200, "[]"},
        {"GET", "/v1/inbound?limit=0", NULL, 422, "\"name\":\"limit\""},
        {"GET", "/v1/inbound?limit=201", NULL, 422, "\"name\":\"limit\""},
        {"GET", "/v1/inbound?limit=x", NULL, 422, "\"name\":\"limit\""},
        {"GET", "/v1/inbound?since=in_short", NULL, 422, "\"name\":\"since\""},
        {"GET", "/v1/inbound?since=in_00000000000000000000000000", NULL, 200, "[]"},
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
