/* Times in ranges: which one each falls into, mean and percentiles. */
#include "util/histogram.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct histogram_scale scale = {.bounds = {10, 20, 50}, .n = 3};

static void test_ranges(void **state)
{
    static const struct {
        usec_t value;
        int bucket; /* -1: beyond */
    } rows[] = {
        {0, 0}, {10, 0}, {11, 1}, {20, 1}, {21, 2}, {50, 2}, {51, -1}, {USEC_INFINITY / 2, -1}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct histogram h = {0};

        histogram_observe(&h, &scale, rows[i].value);
        assert_int_equal(h.total, 1);
        assert_int_equal(h.sum, rows[i].value);
        for (int k = 0; k < (int)scale.n; k++)
            assert_int_equal(h.counts[k], k == rows[i].bucket);
    }
}

static void test_percentiles(void **state)
{
    struct histogram h = {0};

    (void)state;
    assert_int_equal(histogram_mean(&h), 0);
    assert_int_equal(histogram_percentile(&h, &scale, 50), 0);
    for (usec_t value = 1; value <= 100; value++)
        histogram_observe(&h, &scale, value);
    assert_int_equal(histogram_mean(&h), 50); /* 50.5 */
    assert_int_equal(histogram_percentile(&h, &scale, 10), 10);
    assert_int_equal(histogram_percentile(&h, &scale, 11), 20);
    assert_int_equal(histogram_percentile(&h, &scale, 50), 50);
    assert_true(histogram_percentile(&h, &scale, 51) == USEC_INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_percentiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
