/* What counts as a sign of a weak supply, for how long, and how often the log is told. */
#include "modem/supply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define START (7 * USEC_PER_HOUR)

static void test_voltage(void **unused)
{
    static const struct {
        const char *line, *advice; /* a part of it */
    } cases[] = {
        {"UNDER-VOLTAGE WARNNING", "too low"}, {"UNDER_VOLTAGE POWER DOWN", "too low"},
        {"^SBC: Undervoltage", "too low"}, {"OVER-VOLTAGE WARNNING", "too high"},
        {"OVER_VOLTAGE POWER DOWN", "too high"}, {"^SBC: Overvoltage", "too high"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct supply supply = {0};

        assert_null(supply_advice(&supply, START));
        supply_complain(&supply, cases[i].line, START);
        assert_int_equal(supply.complaints, 1);
        assert_non_null(strstr(supply_advice(&supply, START), cases[i].advice));
        assert_non_null(supply_advice(&supply, START + USEC_PER_HOUR - 1));
        assert_null(supply_advice(&supply, START + USEC_PER_HOUR));
    }
}

/* Three times within an hour, whichever three. */
static void test_losses(void **unused)
{
    struct supply supply = {0};
    usec_t now = START;

    (void)unused;
    for (unsigned i = 0; i < 6; i++, now += 31 * USEC_PER_MINUTE) {
        supply_lose(&supply, now);
        assert_null(supply_advice(&supply, now));
    }
    now -= 30 * USEC_PER_MINUTE;
    supply_lose(&supply, now);
    assert_non_null(strstr(supply_advice(&supply, now), "by itself"));
    assert_int_equal(supply.losses, 7);
    assert_null(supply_advice(&supply, now + 30 * USEC_PER_MINUTE));
}

/* However often it says so, the log has it once an hour. */
static void test_news(void **unused)
{
    struct supply supply = {0};
    unsigned n = 0;

    (void)unused;
    assert_false(supply_is_news(&supply, START));
    for (unsigned i = 0; i < 600; i++) {
        supply_complain(&supply, "UNDER-VOLTAGE WARNNING", START + i * 10 * USEC_PER_SEC);
        n += supply_is_news(&supply, START + i * 10 * USEC_PER_SEC);
    }
    assert_int_equal(n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_voltage),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_news),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
