#include "core/attempt_table.h"
#include "core_fixture.h"

static void test_comes_back(void **state)
{
    struct core_fixture *f = *state;

    for (unsigned result = CHECK_APPROVED; result <= CHECK_UNDELIVERABLE; result++) {
        struct attempt_row in = {.result = result, .attempts_left = result}, out;
        char name[8];

        memset(in.code_mac, (int)result, sizeof(in.code_mac));
        snprintf(name, sizeof(name), "a%u", result);
        assert_int_equal(attempt_load(f->db, "vf_1", name, &out), -ENOENT);
        assert_int_equal(attempt_insert(f->db, "vf_1", name, &in), 0);
        assert_int_equal(attempt_load(f->db, "vf_1", name, &out), 0);
        assert_memory_equal(out.code_mac, in.code_mac, sizeof(in.code_mac));
        assert_int_equal(out.result, result);
        assert_int_equal(out.attempts_left, result);
        assert_int_equal(attempt_load(f->db, "vf_2", name, &out), -ENOENT);
        assert_int_equal(attempt_insert(f->db, "vf_1", name, &in), -EEXIST);
        assert_int_equal(attempt_insert(f->db, "vf_2", name, &in), 0);
    }
}

static void test_damaged(void **state)
{
    static const char *const rows[] = {
        "x'00', 'approved'", "NULL, 'approved'", "zeroblob(16), 'perhaps'",
        "zeroblob(17), 'expired'"};
    struct core_fixture *f = *state;
    struct attempt_row out;
    char script[120];

    core_run(f, "DROP TABLE attempts; CREATE TABLE attempts (verification_id, attempt_id, "
                "code_mac, result, attempts_left)");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        snprintf(script, sizeof(script), "INSERT INTO attempts VALUES ('v', 'a%zu', %s, 1)", i,
            rows[i]);
        core_run(f, script);
        snprintf(script, sizeof(script), "a%zu", i);
        assert_int_equal(attempt_load(f->db, "v", script, &out), -EUCLEAN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_comes_back),
        CORE_TEST(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
