/* Prometheus' text format 0.0.4, byte by byte. */
#include "api/exposition.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_text(void **state)
{
    static const struct histogram_scale scale = {.bounds = {500, USEC_PER_SEC}, .n = 2};
    struct histogram histogram = {0};
    _cleanup_free_ char *text = NULL;
    size_t n;
    FILE *file = open_memstream(&text, &n);

    (void)state;
    histogram_observe(&histogram, &scale, 400);
    histogram_observe(&histogram, &scale, 600);
    histogram_observe(&histogram, &scale, 2 * USEC_PER_SEC);
    exposition_family(file, "a_total", "counter", "What it is.");
    exposition_sample(file, "a_total", 3, NULL);
    exposition_sample(file, "a_total", 0.5, "modem", "m\"0\\\n", "state", "ready", NULL);
    exposition_sample(file, "a_total", 1e15, NULL);
    exposition_histogram(file, "b_seconds", &histogram, &scale);
    fclose(file);
    assert_string_equal(text,
        "# HELP a_total What it is.\n"
        "# TYPE a_total counter\n"
        "a_total 3\n"
        "a_total{modem=\"m\\\"0\\\\\\n\",state=\"ready\"} 0.5\n"
        "a_total 1000000000000000\n"
        "b_seconds_bucket{le=\"0.0005\"} 1\n"
        "b_seconds_bucket{le=\"1\"} 2\n"
        "b_seconds_bucket{le=\"+Inf\"} 3\n"
        "b_seconds_sum 2.0009999999999999\n"
        "b_seconds_count 3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
