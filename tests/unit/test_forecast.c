#include "core/forecast.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define TEXTS_MAX 8

static usec_t next(struct forecast *forecast, unsigned n_parts, usec_t latest)
{
    return forecast_next(
        forecast, &(struct forecast_text){.n_parts = n_parts, .latest = latest});
}

static void test_when_they_have_gone(void **state)
{
    static const struct {
        const char *label;
        struct {
            usec_t busy, takes;
        } modems[3];
        unsigned n_modems;
        struct {
            unsigned n_parts;
            usec_t gone;
        } texts[TEXTS_MAX];
    } rows[] = {
        {"one modem", {{0, 3}}, 1, {{1, 3}, {1, 6}, {1, 9}}},
        {"one that is busy", {{2, 3}}, 1, {{1, 5}, {1, 8}}},
        {"parts", {{0, 3}}, 1, {{2, 6}, {1, 9}, {4, 21}}},
        {"two alike", {{0, 3}, {0, 3}}, 2, {{1, 3}, {1, 3}, {1, 6}, {1, 6}, {1, 9}}},
        {"the first that is free", {{9, 1}, {0, 4}}, 2, {{1, 4}, {1, 8}, {1, 12}, {1, 10}}},
        {"the fast one does more", {{0, 1}, {0, 5}}, 2,
            {{1, 1}, {1, 5}, {1, 2}, {1, 3}, {1, 4}, {1, 5}}},
        {"a long text holds one of two", {{0, 3}, {0, 3}}, 2, {{4, 12}, {1, 3}, {1, 6}, {1, 9}}},
        {"three", {{0, 2}, {1, 2}, {2, 2}}, 3, {{1, 2}, {1, 3}, {1, 4}, {1, 4}, {1, 5}}},
        {"no time known", {{0, 0}}, 1, {{1, 0}, {9, 0}}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct forecast forecast = {.n_modems = 0};

        for (unsigned m = 0; m < rows[i].n_modems; m++)
            forecast_add_modem(&forecast, rows[i].modems[m].busy, rows[i].modems[m].takes);
        for (unsigned t = 0; t < TEXTS_MAX && rows[i].texts[t].n_parts; t++) {
            usec_t gone = next(&forecast, rows[i].texts[t].n_parts, USEC_INFINITY);

            if (gone != rows[i].texts[t].gone)
                fail_msg("%s: text %u: %u", rows[i].label, t, (unsigned)gone);
        }
    }
}

static void test_no_modem(void **state)
{
    struct forecast forecast = {.n_modems = 0};

    (void)state;
    assert_true(next(&forecast, 1, USEC_INFINITY) == USEC_INFINITY);
}

/* One that would be too late is told when it would be, and leaves its time to the next. */
static void test_too_late_takes_no_time(void **state)
{
    struct forecast forecast = {.n_modems = 0};

    (void)state;
    forecast_add_modem(&forecast, 0, 3);
    assert_int_equal(next(&forecast, 1, 3), 3);
    assert_int_equal(next(&forecast, 2, 8), 9);
    assert_int_equal(next(&forecast, 1, 5), 6);
    assert_int_equal(next(&forecast, 1, 6), 6);
    assert_int_equal(next(&forecast, 1, 9), 9);
}

/*
 * Who begins first, whose it is meant to be, who is faster; a modem that would be late has it not.
 */
static void test_who_may(void **state)
{
    static const struct {
        const char *label;
        usec_t busy[3], takes[3], waits[3];
        unsigned affinities[3];
        usec_t latest, gone;
        unsigned by; /* 3: none */
    } rows[] = {
        {"the faster", {0, 0, 0}, {4, 3, 4}, {0}, {0}, 99, 3, 1},
        {"whose it is", {0, 0, 0}, {4, 3, 4}, {0}, {0, 1, 2}, 99, 4, 2},
        {"his who comes later", {0, 0, 1}, {4, 3, 4}, {0}, {0, 0, 2}, 99, 3, 1},
        {"who may not yet", {0, 0, 0}, {4, 3, 5}, {9, 9, 2}, {2, 1, 0}, 99, 7, 2},
        {"who may never", {7, 0, 0}, {4, 3, 3}, {0, USEC_INFINITY, USEC_INFINITY}, {0}, 99, 11, 0},
        {"nobody may", {0}, {1, 1, 1}, {USEC_INFINITY, USEC_INFINITY, USEC_INFINITY}, {0}, 99,
            USEC_INFINITY, 3},
        {"his who would be late", {0, 5, 5}, {20, 2, 2}, {0}, {1, 0, 0}, 10, 7, 1},
        {"all would be late", {0, 15, 5}, {20, 2, 9}, {0}, {0}, 10, 14, 3},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct forecast_text text = {.n_parts = 1, .latest = rows[i].latest,
            .waits = rows[i].waits, .affinities = rows[i].affinities};
        struct forecast forecast = {.n_modems = 0};
        usec_t gone;

        for (unsigned m = 0; m < 3; m++)
            forecast_add_modem(&forecast, rows[i].busy[m], rows[i].takes[m]);
        gone = forecast_next(&forecast, &text);
        if (gone != rows[i].gone)
            fail_msg("%s: %u", rows[i].label, (unsigned)gone);
        for (unsigned m = 0; m < 3; m++) /* one that waits for it holds up nobody */
            if (forecast.modems[m].free_in !=
                rows[i].busy[m] + (m == rows[i].by ? rows[i].takes[m] : 0))
                fail_msg("%s: modem %u", rows[i].label, m);
    }
}

/* As many modems as may be, and sums that would overflow. */
static void test_bounds(void **state)
{
    struct forecast forecast = {.n_modems = 0};

    (void)state;
    for (unsigned i = 0; i < SMSOTP_MODEMS_MAX; i++)
        forecast_add_modem(&forecast, USEC_INFINITY - 1 - i, 5);
    assert_true(next(&forecast, 1, 0) == USEC_INFINITY - SMSOTP_MODEMS_MAX + 5);
    assert_true(next(&forecast, 100, USEC_INFINITY) == USEC_INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_when_they_have_gone),
        cmocka_unit_test(test_no_modem),
        cmocka_unit_test(test_who_may),
        cmocka_unit_test(test_too_late_takes_no_time),
        cmocka_unit_test(test_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
