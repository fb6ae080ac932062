/* POST and GET /v1/messages: what is read from a request. */
#include "server_fixture.h"

#define TO "\"to\":\"+919812345678\""
#define QUEUED 201, "\"status\":\"queued\""

static void test_rows(void **state)
{
    static const struct server_row rows[] = {
        {"POST", "/v1/messages", "{" TO ",\"text\":\"Hello\"}", QUEUED},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"Two\\nlines\"}", QUEUED},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"a\\u200Db\"}", QUEUED},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"x\",\"validity\":\"1h\"}", QUEUED},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"x\",\"validity\":60}", QUEUED},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"x\",\"validity\":null}", QUEUED},
        {"POST", "/v1/messages", "{" TO "}", 422, "\"name\":\"text\""},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"\"}", 422, "\"name\":\"text\""},
        {"POST", "/v1/messages", "{" TO ",\"text\":5}", 422, "\"name\":\"text\""},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"a\\tb\"}", 422, "\"name\":\"text\""},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"a\\u202Eb\"}", 422, "\"name\":\"text\""},
        {"POST", "/v1/messages", "{\"text\":\"x\"}", 422, "\"name\":\"to\""},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"x\",\"validity\":59}", 422,
            "\"name\":\"validity\""},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"x\",\"validity\":\"73h\"}", 422,
            "\"name\":\"validity\""},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"x\",\"validity\":[]}", 422,
            "\"name\":\"validity\""},
        {"POST", "/v1/messages", "{" TO ",\"text\":\"x\",\"purpose\":\"login\"}", 422,
            "\"name\":\"purpose\""},
        {"GET", "/v1/messages", NULL, 422, "\"name\":\"reference\""},
        {"GET", "/v1/messages?reference=order-17", NULL, 404, "not_found"},
        {"GET", "/v1/messages/nonsense", NULL, 404, "not_found"},
        {"GET", "/v1/messages/ms_00000000000000000000000000", NULL, 404, "not_found"},
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
