#include "core/optout_table.h"

#include "core_fixture.h"

static const uint8_t one[OTP_NUMBER_INDEX_SIZE] = {1}, two[OTP_NUMBER_INDEX_SIZE] = {2};

static void test_list(void **state)
{
    struct core_fixture *f = *state;
    struct optout by_reply = {"+91******5678", true, CORE_WALL};
    struct optout by_operator = {"+91******5679", false, CORE_WALL + 1};
    struct optout rows[2] = {0};
    unsigned n = 99, total = 99;

    assert_int_equal(optout_exists(f->db, one), 0);
    assert_int_equal(optout_delete(f->db, one), 0);
    assert_int_equal(optout_insert(f->db, one, &by_reply), 1);
    assert_int_equal(optout_insert(f->db, two, &by_operator), 1);
    assert_int_equal(optout_insert(f->db, one, &by_operator), 0); /* it stays as it was */
    assert_int_equal(optout_exists(f->db, one), 1);
    assert_int_equal(optout_load(f->db, rows, 2, &n, &total), 0);
    assert_int_equal(n, 2);
    assert_int_equal(total, 2);
    assert_string_equal(rows[0].number_masked, "+91******5679");
    assert_false(rows[0].is_by_reply);
    assert_int_equal(rows[0].at_wall, CORE_WALL + 1);
    assert_true(rows[1].is_by_reply);
    assert_int_equal(optout_load(f->db, rows, 1, &n, &total), 0);
    assert_int_equal(n, 1);
    assert_int_equal(total, 2);
    assert_int_equal(optout_delete(f->db, one), 1);
    assert_int_equal(optout_exists(f->db, one), 0);
    assert_int_equal(optout_exists(f->db, two), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {CORE_TEST(test_list)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
