/* The keys that a database has been used with. */
#include "core/key_table.h"

#include "core_fixture.h"

static struct key_row row_of(uint32_t id, usec_t created_wall)
{
    struct key_row row = {.id = id, .created_wall = created_wall};

    memset(row.public_key, (int)(id & 0xFF), sizeof(row.public_key));
    return row;
}

static void test_newest_first(void **state)
{
    struct core_fixture *f = *state;
    struct key_row rows[] = {row_of(7, CORE_WALL), row_of(UINT32_MAX, CORE_WALL + 2),
        row_of(1, CORE_WALL + 1)};
    struct key_row again = row_of(7, CORE_WALL + 9), read[4];
    unsigned n = 99;

    assert_int_equal(key_load_all(f->db, read, 4, &n), 0);
    assert_int_equal(n, 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(key_insert(f->db, &rows[i]), 0);
    assert_int_equal(key_insert(f->db, &again), 0); /* stays as it was */
    assert_int_equal(key_load_all(f->db, read, 4, &n), 0);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < 3; i++) {
        static const size_t order[] = {1, 2, 0};

        assert_int_equal(read[i].id, rows[order[i]].id);
        assert_int_equal(read[i].created_wall, rows[order[i]].created_wall);
        assert_memory_equal(
            read[i].public_key, rows[order[i]].public_key, sizeof(read[i].public_key));
    }
    assert_int_equal(key_load_all(f->db, read, 2, &n), 0);
    assert_int_equal(n, 2);
}

static void test_damaged(void **state)
{
    struct core_fixture *f = *state;
    struct key_row read[1];
    unsigned n;

    core_run(f, "INSERT INTO keys VALUES (5, x'00', 1)");
    assert_int_equal(key_load_all(f->db, read, 1, &n), -EUCLEAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_newest_first),
        CORE_TEST(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
