#include "core/balance_table.h"

#include "core_fixture.h"

static void assert_known(
    struct core_fixture *f, const char *sim, int64_t hundredths, usec_t at_wall)
{
    struct balance_row row;

    assert_int_equal(balance_load(f->db, sim, &row), 1);
    assert_int_equal(row.hundredths, hundredths);
    assert_int_equal(row.at_wall, at_wall);
}

/* One row for each SIM, the last. */
static void test_of_each_sim(void **state)
{
    struct core_fixture *f = *state;
    struct balance_row row = {12050, CORE_WALL};

    assert_int_equal(balance_load(f->db, "a", &row), 0);
    assert_int_equal(row.hundredths, 12050);
    assert_int_equal(balance_store(f->db, "a", &row), 0);
    assert_int_equal(balance_store(f->db, "b", &(struct balance_row){-1, 1}), 0);
    assert_known(f, "a", 12050, CORE_WALL);
    assert_known(f, "b", -1, 1);
    assert_int_equal(balance_store(f->db, "a", &(struct balance_row){7, 2}), 0);
    assert_known(f, "a", 7, 2);
    assert_known(f, "b", -1, 1);
    assert_int_equal(core_query(f, "SELECT count(*) FROM sim_balances"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_of_each_sim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
