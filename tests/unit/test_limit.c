#include "core/limit.h"

#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_read(void **state)
{
    static const struct {
        const char *text;
        struct limit limit;
    } rows[] = {
        {"off", {.n_windows = 0}},
        {"1/30s", {{{1, 30 * USEC_PER_SEC}}, 1}},
        {"1/30s 3/10m 5/1h 10/1d",
            {{{1, 30 * USEC_PER_SEC}, {3, 10 * USEC_PER_MINUTE}, {5, USEC_PER_HOUR},
                 {10, USEC_PER_DAY}},
                4}},
        {"  2/5 \t 7/1ms ", {{{2, 5 * USEC_PER_SEC}, {7, USEC_PER_MSEC}}, 2}},
        {"1000000/366d", {{{1000000, 366 * USEC_PER_DAY}}, 1}},
        {"1/1s 2/2s 3/3s 4/4s 5/5s 6/6s",
            {{{1, 1000000}, {2, 2000000}, {3, 3000000}, {4, 4000000}, {5, 5000000}, {6, 6000000}},
                6}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct limit limit = {.n_windows = 99};

        assert_int_equal(limit_parse(&limit, rows[i].text), 0);
        assert_int_equal(limit.n_windows, rows[i].limit.n_windows);
        for (unsigned j = 0; j < limit.n_windows; j++) {
            assert_int_equal(limit.windows[j].max, rows[i].limit.windows[j].max);
            assert_int_equal(limit.windows[j].span, rows[i].limit.windows[j].span);
        }
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *text;
        int r;
    } rows[] = {
        {"", -EINVAL},
        {"  ", -EINVAL},
        {"OFF", -EINVAL},
        {"off 1/1s", -EINVAL},
        {"3", -EINVAL},
        {"3/", -EINVAL},
        {"/10s", -EINVAL},
        {"0/10s", -EINVAL},
        {"3/0s", -EINVAL},
        {"-3/10s", -EINVAL},
        {"+3/10s", -EINVAL},
        {"3/-10s", -EINVAL},
        {"3 /10s", -EINVAL},
        {"3/10x", -EINVAL},
        {"3/10s,4/1h", -EINVAL},
        {"3/10s 4", -EINVAL},
        {"3/10s/2", -EINVAL},
        {"1000001/1d", -EINVAL},
        {"1/367d", -EINVAL},
        {"1/000000000000001s", -EINVAL}, /* 16 characters */
        {"1/99999999999999d", -EINVAL},
        {"18446744073709551617/1d", -EINVAL},
        {"1/1s 2/2s 3/3s 4/4s 5/5s 6/6s 7/7s", -E2BIG},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct limit limit = {.n_windows = 99};
        int r = limit_parse(&limit, rows[i].text);

        if (r != rows[i].r)
            print_error("\"%s\"\n", rows[i].text);
        assert_int_equal(r, rows[i].r);
        assert_int_equal(limit.n_windows, 99); /* nothing half-read */
    }
}

static void test_pause(void **state)
{
    static const struct {
        const char *text;
        usec_t pause;
    } rows[] = {
        {"off", 0},
        {"3/10m 10/1d", 0},
        {"1/30s 3/10m", 30 * USEC_PER_SEC},
        {"1/30s 1/45s 1/5s 2/1h", 45 * USEC_PER_SEC},
    };
    struct limit limit;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(limit_parse(&limit, rows[i].text), 0);
        assert_int_equal(limit_pause(&limit), rows[i].pause);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_pause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
