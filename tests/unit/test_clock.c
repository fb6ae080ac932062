/* Time: arithmetic that stops at its ends, the injected clock, RFC 3339. */
#include "util/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_add_and_sub(void **state)
{
    static const struct {
        usec_t a, b, sum, difference;
    } cases[] = {
        {5, 3, 8, 2},
        {3, 5, 8, 0},
        {0, 0, 0, 0},
        {USEC_INFINITY, 0, USEC_INFINITY, USEC_INFINITY},
        {USEC_INFINITY, 1, USEC_INFINITY, USEC_INFINITY - 1},
        {USEC_INFINITY - 1, 1, USEC_INFINITY, USEC_INFINITY - 2},
        {USEC_INFINITY - 1, 2, USEC_INFINITY, USEC_INFINITY - 3},
        {1, USEC_INFINITY, USEC_INFINITY, 0},
        {USEC_INFINITY, USEC_INFINITY, USEC_INFINITY, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(usec_add(cases[i].a, cases[i].b) == cases[i].sum);
        assert_true(usec_sub(cases[i].a, cases[i].b) == cases[i].difference);
    }
}

static usec_t fixed(void *userdata)
{
    return *(usec_t *)userdata;
}

static void test_injected(void **state)
{
    usec_t now = 42;
    const struct clock clock = {.boottime = fixed, .realtime = fixed, .userdata = &now};

    (void)state;
    assert_int_equal(clock_boottime(&clock), 42);
    now = 43;
    assert_int_equal(clock_realtime(&clock), 43);
}

static void test_system(void **state)
{
    usec_t before = clock_boottime(&clock_system), after = clock_boottime(&clock_system);

    (void)state;
    assert_true(before > 0 && after >= before && after - before < USEC_PER_MINUTE);
    assert_true(clock_realtime(&clock_system) > 1600000000 * USEC_PER_SEC); /* microseconds */
}

/* Expected: `date -u -d @SECONDS +%FT%TZ`. */
static void test_rfc3339(void **state)
{
    static const struct {
        usec_t realtime_usec;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {USEC_PER_SEC - 1, "1970-01-01T00:00:00Z"},
        {1795410000 * USEC_PER_SEC, "2026-11-23T05:00:00Z"},
        {951782400 * USEC_PER_SEC, "2000-02-29T00:00:00Z"},
        {4102444799 * USEC_PER_SEC + 999999, "2099-12-31T23:59:59Z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[CLOCK_RFC3339_SIZE];

        clock_format_rfc3339(cases[i].realtime_usec, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_parse_rfc3339(void **state)
{
    static const struct {
        const char *text;
        usec_t seconds; /* 1: refused */
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-11-23T05:00:00Z", 1795410000},
        {"2026-11-23", 1795410000 - 5 * 3600},
        {"2000-02-29", 951782400},
        {"2099-12-31T23:59:59Z", 4102444799},
        {"", 1},
        {"2026", 1},
        {"2026-11-23T05:00:00", 1},
        {"2026-11-23T05:00:00+05:30", 1},
        {"2026-11-23 05:00:00Z", 1},
        {"2026-11-23T05:00Z", 1},
        {"2026-11-23T05:00:00Zx", 1},
        {" 2026-11-23", 1},
        {"2026-13-01", 1},
        {"2026-00-01", 1},
        {"2026-02-30", 1},
        {"2026-11-00", 1},
        {"2026-11-23T24:00:00Z", 1},
        {"2026-11-23T05:60:00Z", 1},
        {"1969-12-31", 1},
        {"2026-1-123", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        usec_t found = 1;
        int r = clock_parse_rfc3339(rows[i].text, &found);

        if (r != (rows[i].seconds == 1 ? -EINVAL : 0) ||
            found != (rows[i].seconds == 1 ? 1 : rows[i].seconds * USEC_PER_SEC))
            fail_msg("%s", rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_and_sub),
        cmocka_unit_test(test_injected),
        cmocka_unit_test(test_system),
        cmocka_unit_test(test_rfc3339),
        cmocka_unit_test(test_parse_rfc3339),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
