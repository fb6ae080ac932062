/* Answers counted by method, route and status, within bounds. */
#include "api/traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_rows(void **state)
{
    struct traffic *traffic = calloc(1, sizeof(*traffic));

    (void)state;
    traffic_count(traffic, "GET", "/v1/health", 200);
    traffic_count(traffic, "POST", "/v1/health", 405);
    traffic_count(traffic, "GET", "/v1/health", 200);
    traffic_count(traffic, "GET", "/v1/health", 503);
    traffic_count(traffic, "BREW", "", 404);
    traffic_count(traffic, "BREW2", "", 404);
    assert_int_equal(traffic->n, 4);
    assert_int_equal(traffic->rows[0].count, 2);
    assert_int_equal(traffic->rows[1].status, 405);
    assert_string_equal(traffic->rows[3].method, "other");
    assert_int_equal(traffic->rows[3].count, 2);
    free(traffic);
}

static void test_bound(void **state)
{
    struct traffic *traffic = calloc(1, sizeof(*traffic));

    (void)state;
    for (unsigned status = 0; status < TRAFFIC_ROWS_MAX + 5; status++)
        traffic_count(traffic, "GET", "/", status);
    assert_int_equal(traffic->n, TRAFFIC_ROWS_MAX);
    traffic_count(traffic, "GET", "/", 7); /* what has a row goes on counting */
    assert_int_equal(traffic->rows[7].count, 2);
    free(traffic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
