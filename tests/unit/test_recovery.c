#include "modem/recovery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_climbs_and_starts_anew(void **unused)
{
    struct recovery recovery = {.step = 0};
    usec_t now = 100 * USEC_PER_SEC, wait;

    (void)unused;
    assert_int_equal(recovery_next(&recovery, now, &wait), RECOVERY_REOPEN);
    assert_int_equal(wait, USEC_PER_SEC);
    assert_int_equal(recovery_next(&recovery, now, &wait), RECOVERY_RESET);
    assert_int_equal(wait, 10 * USEC_PER_SEC);
    /* A round without success: slower, and no second reset within five minutes. */
    assert_int_equal(recovery_next(&recovery, now, &wait), RECOVERY_REOPEN);
    assert_int_equal(wait, 30 * USEC_PER_SEC);
    assert_int_equal(recovery_next(&recovery, now, &wait), RECOVERY_REOPEN);
    now += 6 * USEC_PER_MINUTE;
    assert_int_equal(recovery_next(&recovery, now, &wait), RECOVERY_REOPEN);
    assert_int_equal(recovery_next(&recovery, now, &wait), RECOVERY_RESET);
    recovery_succeeded(&recovery);
    assert_int_equal(recovery_next(&recovery, now, &wait), RECOVERY_REOPEN);
    assert_int_equal(wait, USEC_PER_SEC);
    assert_int_equal(recovery.rungs[RECOVERY_RESET].count, 2);
}

static void test_resets_are_capped_per_day(void **unused)
{
    struct recovery recovery = {.step = 0};
    unsigned resets = 0;
    usec_t wait;

    (void)unused;
    for (usec_t now = USEC_PER_SEC; now < USEC_PER_DAY; now += USEC_PER_MINUTE)
        resets += recovery_next(&recovery, now, &wait) == RECOVERY_RESET;
    assert_int_equal(resets, 24);
    for (usec_t now = USEC_PER_DAY; now < 2 * USEC_PER_DAY; now += USEC_PER_MINUTE)
        resets += recovery_next(&recovery, now, &wait) == RECOVERY_RESET;
    assert_int_equal(resets, 48);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_climbs_and_starts_anew),
        cmocka_unit_test(test_resets_are_capped_per_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
