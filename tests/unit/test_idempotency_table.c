#include "core/idempotency_table.h"
#include "core_fixture.h"

#define DAY USEC_PER_DAY /* SMSOTP_IDEMPOTENCY_SEC */

static struct idempotency_row row_of(uint8_t n)
{
    struct idempotency_row row = {.position = n, .eta_sec = 3 * n};

    memset(row.body_digest, n, sizeof(row.body_digest));
    snprintf(row.verification_id, sizeof(row.verification_id), "vf_%026u", n);
    snprintf(row.message_id, sizeof(row.message_id), "ms_%026u", n);
    return row;
}

static void test_remembers(void **state)
{
    static const struct {
        const char *client, *key;
        usec_t age;
        int found; /* 0: not */
    } rows[] = {
        {"till", "k", 0, 1}, {"till", "k", DAY - 1, 1}, {"till", "k", DAY, 0},
        {"web", "k", 0, 2}, {"web", "K", 0, 0}, {"uid:0", "k", 0, 0}, {"till", "", 0, 0},
    };
    struct core_fixture *f = *state;
    struct idempotency_row one = row_of(1), two = row_of(2);

    assert_int_equal(idempotency_insert(f->db, "till", "k", CORE_WALL, &one), 0);
    assert_int_equal(idempotency_insert(f->db, "web", "k", CORE_WALL, &two), 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct idempotency_row out, expected = row_of((uint8_t)rows[i].found);
        int r = idempotency_load(
            f->db, rows[i].client, rows[i].key, CORE_NOW(rows[i].age), &out);

        assert_int_equal(r, rows[i].found ? 0 : -ENOENT);
        if (rows[i].found)
            assert_memory_equal(&out, &expected, sizeof(out));
    }
}

static void test_replaces_and_forgets(void **state)
{
    struct core_fixture *f = *state;
    struct idempotency_row out, one = row_of(1), two = row_of(2);
    unsigned n;

    assert_int_equal(idempotency_insert(f->db, "till", "k", CORE_WALL, &one), 0);
    assert_int_equal(idempotency_insert(f->db, "till", "k", CORE_WALL + DAY, &two), 0);
    assert_int_equal(idempotency_load(f->db, "till", "k", CORE_NOW(DAY), &out), 0);
    assert_memory_equal(&out, &two, sizeof(out));
    assert_int_equal(idempotency_purge(f->db, CORE_NOW(2 * DAY - 1), 9, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM idempotency"), 1);
    assert_int_equal(idempotency_purge(f->db, CORE_NOW(2 * DAY), 9, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(core_query(f, "SELECT count(*) FROM idempotency"), 0);
    core_run(f, "INSERT INTO idempotency VALUES ('till', 'k', x'00', 'vf', 'ms', 0, 0, 1000)");
    assert_int_equal(idempotency_load(f->db, "till", "k", &(struct moment){.wall = 1000}, &out),
        -EUCLEAN);
}

static void test_forgets_in_batches(void **state)
{
    static const unsigned expected[] = {2, 2, 1, 0};
    struct core_fixture *f = *state;
    struct idempotency_row row = row_of(1);
    unsigned n = 99;
    char key[2] = "a";

    for (; key[0] <= 'f'; key[0]++)
        assert_int_equal(idempotency_insert(
            f->db, "till", key, CORE_WALL + (key[0] == 'f'), &row), 0);
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        assert_int_equal(idempotency_purge(f->db, CORE_NOW(DAY), 2, &n), 0);
        assert_int_equal(n, expected[i]);
    }
    assert_int_equal(core_query(f, "SELECT count(*) FROM idempotency"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_remembers),
        CORE_TEST(test_replaces_and_forgets),
        CORE_TEST(test_forgets_in_batches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
