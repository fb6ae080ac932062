/* Single values by name: what is not there, what replaces what, and what has another type. */
#include "store/meta.h"

#include "store/db_open.h"
#include "store/migrate.h"
#include "store/schema.h"
#include "store_fixture.h"

static void test_values(void **state)
{
    struct fixture f;
    struct db *db;
    char error[DB_ERROR_SIZE], text[8] = "before";
    int64_t number = 77;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(db_open(&db, &fixture_log, f.path, 99, error), 0);
    assert_int_equal(migrate(db, schema_migrations, schema_n_migrations, error), 0);
    assert_int_equal(meta_read_int(db, "one", &number), 0);
    assert_int_equal(meta_read_text(db, "one", text, sizeof(text)), 0);
    assert_int_equal(number, 77);
    assert_string_equal(text, "before");
    assert_int_equal(meta_write_int(db, "one", 1), 0);
    assert_int_equal(meta_write_int(db, "one", INT64_MAX), 0);
    assert_int_equal(meta_write_text(db, "two", "longer than that"), 0);
    assert_int_equal(meta_read_int(db, "one", &number), 1);
    assert_true(number == INT64_MAX);
    assert_int_equal(meta_read_text(db, "two", text, sizeof(text)), 1);
    assert_string_equal(text, "longer ");
    assert_int_equal(meta_write_text(db, "one", ""), 0);
    assert_int_equal(meta_read_text(db, "one", text, sizeof(text)), 1);
    assert_string_equal(text, "");
    assert_int_equal(meta_delete(db, "one"), 0);
    assert_int_equal(meta_delete(db, "one"), 0);
    assert_int_equal(meta_read_int(db, "one", &number), 0);
    assert_int_equal(meta_read_text(db, "two", text, sizeof(text)), 1);
    db_close(db);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
