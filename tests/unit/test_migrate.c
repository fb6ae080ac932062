/* Scripts in order, each in a transaction of its own, and where a failing one leaves the file. */
#include "store_fixture.h"

static const char *const three[] = {
    "CREATE TABLE a (x); INSERT INTO a VALUES (1)",
    "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1",
    "CREATE TABLE b (z); INSERT INTO b SELECT x + y FROM a; CREATE INDEX b_z ON b (z)",
};

/* From each older version the way leads to the same rows. */
static void test_from_any_version(void **state)
{
    char error[DB_ERROR_SIZE];

    (void)state;
    for (size_t start = 0; start <= ARRAY_SIZE(three); start++) {
        struct fixture f;

        fixture_init(&f, NULL);
        assert_int_equal(fixture_migrate(&f, three, start, error), 0);
        assert_int_equal(fixture_query(&f, "PRAGMA user_version"), start);
        assert_int_equal(fixture_migrate(&f, three, ARRAY_SIZE(three), error), 0);
        assert_int_equal(fixture_migrate(&f, three, ARRAY_SIZE(three), error), 0); /* once each */
        assert_int_equal(fixture_query(&f, "PRAGMA user_version"), ARRAY_SIZE(three));
        assert_int_equal(fixture_query(&f, "SELECT sum(z) FROM b"), 3);
        fixture_fini(&f);
    }
}

static void test_rows_come_along(void **state)
{
    char error[DB_ERROR_SIZE];
    struct fixture f;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(fixture_migrate(&f, three, 1, error), 0);
    assert_int_equal(fixture_migrate(&f, three, 3, error), 0);
    assert_int_equal(fixture_query(&f, "SELECT z FROM b"), 3);
    fixture_fini(&f);
}

static void test_failure_leaves_the_version_before(void **state)
{
    static const char *const broken[] = {
        "CREATE TABLE a (x)",
        "CREATE TABLE b (x); INSERT INTO b VALUES (1); INSERT INTO nowhere VALUES (1)",
        "CREATE TABLE c (x)",
    };
    static const char *const repaired[] = {
        "CREATE TABLE a (x)",
        "CREATE TABLE b (x)",
        "CREATE TABLE c (x)",
    };
    char error[DB_ERROR_SIZE] = "";
    struct fixture f;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(fixture_migrate(&f, broken, 3, error), -EIO);
    assert_non_null(strstr(error, "from schema version 1 to 2: no such table: nowhere"));
    assert_int_equal(fixture_query(&f, "PRAGMA user_version"), 1);
    assert_int_equal(fixture_query(&f, "SELECT count(*) FROM sqlite_schema"), 1);
    assert_int_equal(fixture_migrate(&f, repaired, 3, error), 0);
    assert_int_equal(fixture_query(&f, "SELECT count(*) FROM sqlite_schema"), 3);
    fixture_fini(&f);
}

static void test_newer_is_refused(void **state)
{
    char error[DB_ERROR_SIZE] = "";
    struct fixture f;
    struct db *db = NULL;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(fixture_migrate(&f, three, 3, error), 0);
    assert_int_equal(db_open(&db, &fixture_log, f.path, 2, error), -EUCLEAN);
    assert_non_null(strstr(error, "has version 3, this program knows up to 2"));
    assert_int_equal(fixture_query(&f, "PRAGMA user_version"), 3);
    fixture_fini(&f);
}

/* A transaction is left behind neither by success nor by failure. */
static void test_no_transaction_is_left(void **state)
{
    static const char *const broken[] = {"CREATE TABLE a (x)", "CREATE TABLE a (x)"};
    char error[DB_ERROR_SIZE] = "";
    struct fixture f;
    struct db *db = NULL;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(db_open(&db, &fixture_log, f.path, 2, error), 0);
    assert_int_equal(migrate(db, broken, 1, error), 0);
    assert_int_equal(fixture_query(&f, "INSERT INTO a VALUES (1) RETURNING 1"), 1);
    assert_int_equal(migrate(db, broken, 2, error), -EIO);
    assert_non_null(strstr(error, "was left at version 1"));
    assert_int_equal(fixture_query(&f, "INSERT INTO a VALUES (2) RETURNING 1"), 1);
    db_close(db);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_any_version),
        cmocka_unit_test(test_rows_come_along),
        cmocka_unit_test(test_failure_leaves_the_version_before),
        cmocka_unit_test(test_newer_is_refused),
        cmocka_unit_test(test_no_transaction_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
