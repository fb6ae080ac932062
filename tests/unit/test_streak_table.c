/* Wrong codes in a row: each number's own, until they are ended. */
#include "core/streak_table.h"

#include "core_fixture.h"

static const uint8_t index_a[OTP_NUMBER_INDEX_SIZE] = {1}, index_b[OTP_NUMBER_INDEX_SIZE] = {2};

static unsigned load(struct core_fixture *f, const uint8_t *number_index)
{
    unsigned n = 99;

    assert_int_equal(streak_load(f->db, number_index, &n), 0);
    return n;
}

static void test_counts(void **state)
{
    struct core_fixture *f = *state;

    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(load(f, index_a), i);
        assert_int_equal(streak_add(f->db, index_a), 0);
    }
    assert_int_equal(streak_add(f->db, index_b), 0);
    assert_int_equal(streak_end(f->db, index_a), 0);
    assert_int_equal(load(f, index_a), 0);
    assert_int_equal(load(f, index_b), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {CORE_TEST(test_counts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
