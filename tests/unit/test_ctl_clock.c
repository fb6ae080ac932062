/* `smsotpctl clock`: which route is called, what is said, and how it leaves. */
#include "ctl_bench.h"

#define ACCEPTED "{\"at\":\"2026-11-23T05:00:00Z\",\"codes_void\":2}"
#define ASKED "POST /v1/clock/accept -"

static void test_accept(void **state)
{
    static const struct ctl_row rows[] = {
        {{"clock", "accept"}, NULL, 200, ACCEPTED, true, CTL_EXIT_OK, ASKED, ACCEPTED "\n", ""},
        {{"clock", "accept"}, NULL, 200, ACCEPTED, false, CTL_EXIT_OK, ASKED,
            "it is 2026-11-23T05:00:00Z; codes that are void for it: 2\n", ""},
        {{"clock", "accept"}, NULL, 503, "{\"code\":\"clock_untrusted\",\"detail\":\"set it\"}",
            false, CTL_EXIT_REFUSED, ASKED, "", "clock_untrusted: set it"},
        {{"clock"}, NULL, 200, ACCEPTED, false, CTL_EXIT_USAGE, "", "",
            "Usage: smsotpctl clock accept"},
        {{"clock", "accept", "accept"}, NULL, 200, ACCEPTED, false, CTL_EXIT_USAGE, "", "",
            "Usage"},
        {{"clock", "set"}, NULL, 200, ACCEPTED, false, CTL_EXIT_USAGE, "", "", "Usage"},
    };

    (void)state;
    ctl_bench_check(ctl_clock, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accept)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
