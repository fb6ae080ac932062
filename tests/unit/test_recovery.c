#include "modem/recovery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ALL ((1U << RECOVERY_RESET) | (1U << RECOVERY_USB_RESET) | (1U << RECOVERY_POWER))
#define START (100 * USEC_PER_SEC)

/* For texts that fail: never only a reopening, while something else may be used. */
static void test_distrusted(void **unused)
{
    static const struct {
        unsigned at_sec;
        bool trust; /* a text went before */
        unsigned available;
        enum recovery_rung rung;
        bool exhausted;
    } steps[] = {
        {0, false, ALL, RECOVERY_RESET, false},
        {100, false, ALL, RECOVERY_USB_RESET, false},
        {200, false, ALL, RECOVERY_POWER, false},
        {250, false, ALL, RECOVERY_REOPEN, true},  /* each has its spacing */
        {600, false, ALL, RECOVERY_RESET, true},
        {1000, true, ALL, RECOVERY_RESET, false},
        {1100, false, 1U << RECOVERY_RESET, RECOVERY_REOPEN, true},
        {1400, false, 1U << RECOVERY_RESET, RECOVERY_RESET, true},
        {1800, true, ALL, RECOVERY_RESET, false},
        {1900, true, ALL, RECOVERY_USB_RESET, false}, /* a reset so soon is too much */
    };
    struct recovery recovery = {.available = ALL};

    (void)unused;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        enum recovery_rung rung;
        usec_t wait;

        if (steps[i].trust)
            recovery_trust(&recovery);
        recovery.available = steps[i].available;
        rung = recovery_distrust(&recovery, START + steps[i].at_sec * USEC_PER_SEC, &wait);
        if (rung != steps[i].rung || recovery.exhausted != steps[i].exhausted)
            fail_msg("step %zu: %s %d", i, recovery_rung_to_string(rung), recovery.exhausted);
        recovery_succeeded(&recovery);
    }
}

/* What is tried when nothing helps, asked for at these moments. */
static void test_climbs(void **unused)
{
    static const struct {
        unsigned available;
        usec_t after_reset;
        struct {
            unsigned at_sec;
            enum recovery_rung rung;
            unsigned wait_sec;
        } steps[8];
    } rows[] = {
        {1U << RECOVERY_RESET, 0,
            {{0, RECOVERY_REOPEN, 1}, {1, RECOVERY_RESET, 10},
                {12, RECOVERY_REOPEN, 1},   /* it may still be booting */
                {60, RECOVERY_REOPEN, 1}, {62, RECOVERY_REOPEN, 30}, /* a round without success */
                {92, RECOVERY_REOPEN, 30},  /* no second reset within five minutes */
                {302, RECOVERY_RESET, 10}}},
        {1U << RECOVERY_RESET, 90 * USEC_PER_SEC,
            {{0, RECOVERY_REOPEN, 1}, {1, RECOVERY_RESET, 10}, {89, RECOVERY_REOPEN, 1},
                {92, RECOVERY_REOPEN, 30}}},
        {ALL, 0,
            {{0, RECOVERY_REOPEN, 1}, {1, RECOVERY_RESET, 10}, {61, RECOVERY_USB_RESET, 5},
                {100, RECOVERY_REOPEN, 1}, {121, RECOVERY_POWER, 30}, {181, RECOVERY_REOPEN, 30},
                {301, RECOVERY_RESET, 10}, {361, RECOVERY_USB_RESET, 5}}},
        {1U << RECOVERY_POWER, 0,
            {{0, RECOVERY_REOPEN, 1}, {1, RECOVERY_POWER, 30}, {61, RECOVERY_REOPEN, 30},
                {121, RECOVERY_REOPEN, 30}, {1801, RECOVERY_POWER, 30}}},
        {0, 0, {{0, RECOVERY_REOPEN, 1}, {1, RECOVERY_REOPEN, 30}}},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct recovery recovery = {
            .available = rows[i].available, .after_reset_usec = rows[i].after_reset};
        usec_t wait;

        for (size_t j = 0; j < 8 && rows[i].steps[j].wait_sec; j++) {
            usec_t now = START + rows[i].steps[j].at_sec * USEC_PER_SEC;
            enum recovery_rung rung = recovery_next(&recovery, now, &wait);

            if (rung != rows[i].steps[j].rung || wait != rows[i].steps[j].wait_sec * USEC_PER_SEC)
                fail_msg("row %zu, step %zu: %s, %llu s", i, j, recovery_rung_to_string(rung),
                    (unsigned long long)(wait / USEC_PER_SEC));
        }
    }
}

static void test_success_starts_anew(void **unused)
{
    struct recovery recovery = {.available = 1U << RECOVERY_RESET};
    usec_t wait;

    (void)unused;
    recovery_next(&recovery, START, &wait);
    recovery_next(&recovery, START, &wait);
    recovery_succeeded(&recovery);
    assert_int_equal(recovery_next(&recovery, START, &wait), RECOVERY_REOPEN);
    assert_int_equal(wait, USEC_PER_SEC);
    /* The reset's spacing outlives a success. */
    assert_int_equal(recovery_next(&recovery, START, &wait), RECOVERY_REOPEN);
    assert_int_equal(recovery.rungs[RECOVERY_RESET].count, 1);
}

static void test_caps_per_day(void **unused)
{
    struct recovery recovery = {.available = ALL};
    usec_t wait;

    (void)unused;
    for (unsigned day = 0; day < 2; day++) {
        unsigned n[RECOVERY_RUNGS] = {0};

        for (usec_t t = 0; t < USEC_PER_DAY; t += 10 * USEC_PER_SEC)
            n[recovery_next(&recovery, USEC_PER_SEC + day * USEC_PER_DAY + t, &wait)]++;
        for (unsigned rung = RECOVERY_RESET; rung < RECOVERY_RUNGS; rung++)
            assert_int_equal(n[rung], recovery_limit_of(rung).cap_per_day);
        assert_int_equal(recovery_limit_of(RECOVERY_POWER).cap_per_day, 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distrusted),
        cmocka_unit_test(test_climbs),
        cmocka_unit_test(test_success_starts_anew),
        cmocka_unit_test(test_caps_per_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
