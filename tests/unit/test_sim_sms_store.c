/* A message memory: numbered slots, a fixed count. */
#include "sim/sms_store.h"
#include "util/macros.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#define N_SLOTS 3

/* As some count from 0, others from 1. */
static void test_slots(void **state)
{
    static const unsigned first[] = {0, 1};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
        struct sms_store store;
        unsigned index = 99;

        assert_int_equal(sms_store_init(&store, "SM", N_SLOTS, first[i]), 0);
        assert_string_equal(store.name, "SM");
        assert_int_equal(sms_store_used(&store), 0);
        assert_null(sms_store_at(&store, first[i]));
        for (unsigned n = 0; n < N_SLOTS; n++) {
            struct sms_slot message = {.kind = SMS_KIND_SUBMIT, .n_pdu = n + 1};

            assert_int_equal(sms_store_add(&store, &message, &index), 0);
            assert_int_equal(index, first[i] + n);
            assert_int_equal(sms_store_used(&store), n + 1);
            assert_int_equal(sms_store_at(&store, index)->n_pdu, n + 1);
            assert_int_equal(sms_store_at(&store, index)->kind, SMS_KIND_SUBMIT);
        }
        index = 99;
        assert_int_equal(sms_store_add(&store, store.slots, &index), -ENOSPC);
        assert_int_equal(index, 99);
        assert_null(sms_store_at(&store, first[i] + N_SLOTS));
        if (first[i] > 0)
            assert_null(sms_store_at(&store, 0));
        sms_store_fini(&store);
    }
}

/* A slot that is freed is the next to be filled. */
static void test_reuse(void **state)
{
    struct sms_slot message = {.n_pdu = 1};
    struct sms_store store;
    unsigned index;

    (void)state;
    assert_int_equal(sms_store_init(&store, "ME", N_SLOTS, 1), 0);
    for (unsigned n = 0; n < N_SLOTS; n++)
        assert_int_equal(sms_store_add(&store, &message, &index), 0);
    store.slots[1].used = false;
    assert_null(sms_store_at(&store, 2));
    assert_non_null(sms_store_at(&store, 3));
    assert_int_equal(sms_store_used(&store), 2);
    message.n_pdu = 7;
    assert_int_equal(sms_store_add(&store, &message, &index), 0);
    assert_int_equal(index, 2);
    assert_int_equal(sms_store_at(&store, 2)->n_pdu, 7);
    sms_store_fini(&store);
    assert_null(store.slots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_reuse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
