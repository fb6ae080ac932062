#include "modem/pin_guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#define A "8991101200003204510"
#define B "8944500612345678901"

static void test_tries(void **unused)
{
    const struct pin_guard guard = {.n_sims = 0};

    (void)unused;
    for (int tries = -1; tries <= 10; tries++)
        assert_int_equal(pin_guard_ask(&guard, A, tries),
            tries == -1 || tries >= 3 ? PIN_GUARD_SEND : PIN_GUARD_FEW_TRIES);
}

static void test_refusal_is_remembered_per_sim(void **unused)
{
    struct pin_guard guard = {.n_sims = 0};

    (void)unused;
    pin_guard_sending(&guard, A);
    pin_guard_answered(&guard, A, false);
    assert_int_equal(pin_guard_ask(&guard, A, 3), PIN_GUARD_REFUSED);
    assert_int_equal(pin_guard_ask(&guard, "", 3), PIN_GUARD_REFUSED); /* may be the same */
    assert_int_equal(pin_guard_ask(&guard, B, 3), PIN_GUARD_SEND);
    pin_guard_sending(&guard, "");
    pin_guard_answered(&guard, "", false);
    assert_int_equal(pin_guard_ask(&guard, B, 3), PIN_GUARD_REFUSED);
}

static void test_unanswered(void **unused)
{
    struct pin_guard guard = {.n_sims = 0};

    (void)unused;
    pin_guard_sending(&guard, A);
    assert_int_equal(pin_guard_ask(&guard, A, -1), PIN_GUARD_UNSURE);
    assert_int_equal(pin_guard_ask(&guard, A, 3), PIN_GUARD_SEND); /* it cost no try */
    pin_guard_answered(&guard, A, true);
    assert_int_equal(pin_guard_ask(&guard, A, -1), PIN_GUARD_SEND);
}

/* A PIN that one SIM has taken goes to no other, nor to one that does not say which it is. */
static void test_belongs_to_one_sim(void **unused)
{
    struct pin_guard guard = {.n_sims = 0};

    (void)unused;
    pin_guard_sending(&guard, A);
    assert_int_equal(pin_guard_ask(&guard, B, 3), PIN_GUARD_SEND); /* not taken yet */
    pin_guard_answered(&guard, A, true);
    assert_int_equal(pin_guard_ask(&guard, A, 3), PIN_GUARD_SEND);
    assert_int_equal(pin_guard_ask(&guard, B, 3), PIN_GUARD_OTHER_SIM);
    assert_int_equal(pin_guard_ask(&guard, "", 3), PIN_GUARD_UNREADABLE);
    /* A modem that never tells: then it cannot be bound. */
    guard = (struct pin_guard){.n_sims = 0};
    pin_guard_sending(&guard, "");
    pin_guard_answered(&guard, "", true);
    assert_int_equal(pin_guard_ask(&guard, "", 3), PIN_GUARD_SEND);
}

static void test_full_table_stays_shut(void **unused)
{
    struct pin_guard guard = {.n_sims = 0};

    (void)unused;
    for (int i = 0; i < PIN_GUARD_SIMS; i++) {
        char iccid[AT_ICCID_SIZE];

        snprintf(iccid, sizeof(iccid), "891%d", i);
        pin_guard_sending(&guard, iccid);
        pin_guard_answered(&guard, iccid, false);
    }
    assert_int_equal(pin_guard_ask(&guard, B, 3), PIN_GUARD_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tries),
        cmocka_unit_test(test_refusal_is_remembered_per_sim),
        cmocka_unit_test(test_unanswered),
        cmocka_unit_test(test_belongs_to_one_sim),
        cmocka_unit_test(test_full_table_stays_shut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
