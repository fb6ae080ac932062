/* A technician's word for the clock: who gave it is written down, and for what it is not taken. */
#include "clock_accept_bench.h"

#define NOTED                                                                                      \
    COUNT_OF("journal WHERE kind = 'admin.action' AND actor_uid = 0 AND "                          \
             "detail LIKE '%clock.accept%' AND detail LIKE '%\"codes_void\":1%'")

static void test_noted(void **state)
{
    struct gateway_fixture *f = *state;
    struct clock_accepted told;

    (void)issue_and_send(f, NUMBER_1);
    told = accept_clock(f);
    assert_false(told.refusal.is_refused);
    assert_int_equal(told.n_void, 1);
    assert_int_equal(told.wall, fake_now + fake_wall_ahead);
    assert_int_equal(gateway_query(f, NOTED), 1);
}

static void test_refused(void **state)
{
    struct gateway_fixture *f = *state;
    usec_t ahead = fake_wall_ahead;

    (void)issue_and_send(f, NUMBER_1);
    fake_wall_ahead = 0;
    assert_int_equal(accept_clock(f).refusal.error, ERROR_CLOCK_UNTRUSTED);
    fake_wall_ahead = ahead;
    f->gateway->is_loaded = false;
    assert_int_equal(accept_clock(f).refusal.error, ERROR_STORAGE_UNAVAILABLE);
    f->gateway->is_loaded = true;
    assert_int_equal(gateway_query(f, NOTED), 0);
    assert_int_equal(gateway_query(f, COUNT_OF("verifications WHERE expires_boot > 0")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_noted),
        GATEWAY_TEST(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
