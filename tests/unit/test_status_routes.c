/* Health and modems, as they are told. */
#include "server_fixture.h"

static void test_rows(void **state)
{
    static const struct server_row rows[] = {
        {"GET", "/v1/health", NULL, 200, "\"status\":\"ready\""},
        {"GET", "/v1/health", NULL, 200, "\"modems\":{\"counter\":\"ready\"}"},
        {"GET", "/v1/modems", NULL, 200, "{\"modems\":[{\"name\":\"counter\",\"state\":\"ready\""},
        {"GET", "/v1/modems/counter", NULL, 200, "\"device\":\"/dev/fake\""},
        {"GET", "/v1/modems/counter", NULL, 200, "\"sent\":0"},
        {"GET", "/v1/modems/other", NULL, 404, "no modem of this name"},
        {"POST", "/v1/health", NULL, 405, "GET, HEAD"},
    };

    server_run_rows(*state, rows, ARRAY_SIZE(rows));
}

static void test_not_ready(void **state)
{
    static const struct server_row rows[] = {
        {"GET", "/v1/health", NULL, 503, "\"code\":\"no_modem\""},
        {"GET", "/v1/health", NULL, 503, "\"modems\":{\"counter\":\"absent\"}"},
    };
    struct server_fixture *f = *state;
    struct http_said *said = malloc(sizeof(*said));

    gateway_unplug(f->gateway);
    gateway_pass(f->gateway, USEC_PER_SEC);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) { /* 503 here is an answer, not a problem */
        server_ask(f, "GET", "/v1/health", NULL, said);
        assert_int_equal(said->status, rows[i].status);
        assert_non_null(strstr(said->body, rows[i].words));
        assert_non_null(strstr(said->head, "application/json"));
        json_decref(said->json);
    }
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVER_TEST(test_rows),
        SERVER_TEST(test_not_ready),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
