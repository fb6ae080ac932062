#include "core/row.h"
#include "core_fixture.h"

static void test_columns(void **state)
{
    static const struct db_sql sql = {
        "SELECT NULL, '', 'abcdefg', 'abcdefgh', x'01020304', x'010203', x'', 'abcd', 5"};
    static const char *const texts[] = {"", "", "abcdefg", "abcdefg"};
    struct core_fixture *f = *state;
    struct db_statement *s = db_use(f->db, &sql);
    char text[8], blob[4];

    assert_int_equal(db_step(s), 1);
    for (int i = 0; i < 4; i++) {
        memset(text, 'x', sizeof(text));
        row_copy_text(s, i, text, sizeof(text));
        assert_string_equal(text, texts[i]);
    }
    for (int i = 0; i < 9; i++) {
        memset(blob, 0x55, sizeof(blob));
        /* text is no blob, but its bytes are taken where they are as many: SQLite converts */
        assert_int_equal(row_copy_blob(s, i, blob, sizeof(blob)), i == 4 || i == 7);
        assert_memory_equal(blob, i == 4 ? "\1\2\3\4" : i == 7 ? "abcd" : "UUUU", 4);
    }
    db_reset(s);
}

static void test_update_one(void **state)
{
    static const struct {
        struct db_sql sql;
        int r;
    } rows[] = {
        {{"UPDATE meta SET value = 1 WHERE key = 'a'"}, 0},
        {{"UPDATE meta SET value = 1 WHERE key = 'c'"}, -ENOENT},
        {{"UPDATE meta SET value = 1"}, -ENOENT}, /* two */
        {{"UPDATE meta SET key = 'a' WHERE key = 'b'"}, -EEXIST},
    };
    struct core_fixture *f = *state;

    core_run(f, "DELETE FROM meta; INSERT INTO meta VALUES ('a', 0), ('b', 0)");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(row_update_one(f->db, db_use(f->db, &rows[i].sql)), rows[i].r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_columns),
        CORE_TEST(test_update_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
