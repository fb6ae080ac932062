/* So many a minute pass, the first beyond is told of, and the next minute begins anew. */
#include "modem/flood.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define START (7 * USEC_PER_HOUR)

static void test_minutes(void **unused)
{
    struct flood flood = {0};

    (void)unused;
    for (unsigned minute = 0; minute < 3; minute++) {
        usec_t now = START + minute * USEC_PER_MINUTE;

        assert_int_equal(flood_take(&flood, 2, now), FLOOD_PASS);
        assert_int_equal(flood_take(&flood, 2, now + 5), FLOOD_PASS);
        assert_int_equal(flood_take(&flood, 2, now + 6), FLOOD_BEGINS);
        for (unsigned i = 0; i < 10; i++)
            assert_int_equal(
                flood_take(&flood, 2, now + USEC_PER_MINUTE - 1), FLOOD_GOES_ON);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_minutes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
