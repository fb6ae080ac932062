/* GET /metrics: families and samples, by name. */
#include "server_fixture.h"

static void test_rows(void **state)
{
    static const struct server_row rows[] = {
        {"GET", "/metrics", NULL, 200, "# TYPE smsotp_verifications_total counter\n"},
        {"GET", "/metrics", NULL, 200, "\nsmsotp_ready 1\n"},
        {"GET", "/metrics", NULL, 200,
            "\nsmsotp_modem_state{modem=\"counter\",state=\"ready\"} 1\n"},
        {"GET", "/metrics", NULL, 200,
            "\nsmsotp_modem_state{modem=\"counter\",state=\"absent\"} 0\n"},
        {"GET", "/metrics", NULL, 200, "\nsmsotp_send_seconds_bucket{le=\"+Inf\"} 0\n"},
        {"GET", "/metrics", NULL, 200,
            "\nsmsotp_http_requests_total{method=\"GET\",route=\"/metrics\",code=\"200\"} 5\n"},
        {"GET", "/metrics", NULL, 200, "# TYPE smsotp_storage_available_bytes gauge\n"},
        {"GET", "/v1/nothing", NULL, 404, "not_found"},
        {"GET", "/metrics", NULL, 200,
            "\nsmsotp_http_requests_total{method=\"GET\",route=\"\",code=\"404\"} 1\n"},
        {"POST", "/metrics", "{}", 405, "GET, HEAD"},
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
