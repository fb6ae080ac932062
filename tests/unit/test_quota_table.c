#include "core/quota_table.h"

#include "core_fixture.h"

#define COUNT(condition) "SELECT count(*) FROM sim_parts WHERE " condition

static const uint8_t index_a[OTP_NUMBER_INDEX_SIZE] = {1}, index_b[OTP_NUMBER_INDEX_SIZE] = {2};

static void insert(struct core_fixture *f, const char *message, const char *sim, unsigned first,
    unsigned n, const uint8_t *number_index, usec_t ago)
{
    struct quota_entry entry = {.message_id = message,
        .sim = sim,
        .first_part = first,
        .n_parts = n,
        .number_index = number_index};

    assert_int_equal(quota_insert(f->db, &entry, CORE_WALL - ago), 0);
}

static const struct quota_limits limits = {{[QUOTA_DAY] = 9, [QUOTA_RECIPIENTS] = 9}};

static struct quota load(struct core_fixture *f, const char *sim)
{
    struct quota quota;

    quota_init(&quota, &limits);
    assert_int_equal(quota_load(f->db, sim, CORE_NOW(0), &quota), 0);
    return quota;
}

static void assert_used(struct core_fixture *f, const char *sim, unsigned day, unsigned month,
    unsigned recipients)
{
    struct quota quota = load(f, sim);

    assert_int_equal(quota_used(&quota, QUOTA_DAY, CORE_WALL), day);
    assert_int_equal(quota_used(&quota, QUOTA_MONTH, CORE_WALL), month);
    assert_int_equal(quota_used(&quota, QUOTA_RECIPIENTS, CORE_WALL), recipients);
    quota_fini(&quota);
}

static void test_each_sim_has_its_own(void **state)
{
    struct core_fixture *f = *state;

    insert(f, "ms_1", "8991", 0, 3, index_a, USEC_PER_DAY);
    insert(f, "ms_2", "8991", 0, 1, index_b, USEC_PER_DAY - 1);
    insert(f, "ms_3", "8991", 0, 1, index_a, 0);
    insert(f, "ms_4", "8992", 0, 2, index_a, 5);
    insert(f, "ms_5", "8991", 0, 1, NULL, 5);
    insert(f, "ms_6", "8991", 0, 1, index_a, QUOTA_MONTH_USEC);
    assert_used(f, "8991", 3, 6, 2);
    assert_used(f, "8992", 2, 2, 1);
    assert_used(f, "899", 0, 0, 0);
}

/* When a number was last written to, not when first. */
static void test_last_of_a_number(void **state)
{
    struct core_fixture *f = *state;
    struct quota quota;

    insert(f, "ms_1", "8991", 0, 1, index_a, 1);
    insert(f, "ms_2", "8991", 0, 1, index_a, 20 * USEC_PER_DAY);
    quota = load(f, "8991");
    assert_int_equal(quota.n_recipients, 1);
    assert_int_equal(quota.recipients[0].last_wall, CORE_WALL - 1);
    quota_fini(&quota);
}

/* What did not leave is taken back; what is sent by another SIM then counts there. */
static void test_parts_that_did_not_leave(void **state)
{
    struct core_fixture *f = *state;

    insert(f, "ms_1", "8991", 0, 4, NULL, 5);
    insert(f, "ms_2", "8991", 0, 4, NULL, 5);
    assert_int_equal(quota_remove(f->db, "ms_1", 2), 0);
    assert_int_equal(core_query(f, COUNT("message_id = 'ms_1' AND part < 2")), 2);
    assert_used(f, "8991", 6, 6, 0);
    insert(f, "ms_1", "8992", 2, 2, NULL, 1);
    assert_used(f, "8991", 6, 6, 0);
    assert_used(f, "8992", 2, 2, 0);
    insert(f, "ms_1", "8992", 0, 2, NULL, 1); /* in any case each part counts once */
    assert_used(f, "8991", 4, 4, 0);
    assert_used(f, "8992", 4, 4, 0);
    assert_int_equal(quota_remove(f->db, "ms_2", 4), 0);
    assert_int_equal(core_query(f, COUNT("message_id = 'ms_2'")), 4);
}

static void test_clock_set_back(void **state)
{
    struct core_fixture *f = *state;

    insert(f, "ms_1", "8991", 0, 2, NULL, 5);
    core_run(f, "UPDATE sim_parts SET at_wall = at_wall + 86400000000 * 999 WHERE part = 1");
    assert_used(f, "8991", 2, 2, 0);
    assert_int_equal(core_query(f, COUNT("at_wall = 1795000000000000")), 1);
}

static void test_damaged(void **state)
{
    struct core_fixture *f = *state;

    insert(f, "ms_1", "8991", 0, 2, index_a, 5);
    core_run(f, "UPDATE sim_parts SET number_index = x'00' WHERE part = 0");
    assert_used(f, "8991", 2, 2, 1);
}

static void test_purge(void **state)
{
    struct core_fixture *f = *state;
    unsigned n = 99;

    insert(f, "ms_1", "8991", 0, 2, NULL, QUOTA_MONTH_USEC);
    insert(f, "ms_2", "8992", 0, 1, NULL, QUOTA_MONTH_USEC - 1);
    assert_int_equal(quota_purge(f->db, CORE_NOW(0), 1, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(core_query(f, COUNT("1")), 2);
    assert_int_equal(quota_purge(f->db, CORE_NOW(0), 9, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(core_query(f, COUNT("1")), 1);
    assert_int_equal(core_query(f, COUNT("message_id = 'ms_2'")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_each_sim_has_its_own),
        CORE_TEST(test_last_of_a_number),
        CORE_TEST(test_parts_that_did_not_leave),
        CORE_TEST(test_clock_set_back),
        CORE_TEST(test_damaged),
        CORE_TEST(test_purge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
