#include "store/db_open.h"
#include "store_fixture.h"

struct context {
    struct fixture fixture;
    struct db *db;
};

static int set_up(void **state)
{
    struct context *context = calloc(1, sizeof(*context));
    char error[DB_ERROR_SIZE];

    fixture_init(&context->fixture, NULL);
    assert_int_equal(db_open(&context->db, &fixture_log, context->fixture.path, 1, error), 0);
    assert_int_equal(db_run_script(context->db,
                         "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT UNIQUE, blob BLOB, "
                         "n INTEGER NOT NULL DEFAULT 0 CHECK (n < 10))"),
        0);
    *state = context;
    return 0;
}

static int tear_down(void **state)
{
    struct context *context = *state;

    db_close(context->db);
    fixture_fini(&context->fixture);
    free(context);
    return 0;
}

static int64_t count(struct db *db)
{
    static const struct db_sql sql = {"SELECT count(*) FROM t"};
    _cleanup_(db_resetp) struct db_statement *statement = db_use(db, &sql);

    assert_int_equal(db_step(statement), 1);
    return db_column_int(statement, 0);
}

static const struct db_sql insert = {"INSERT INTO t (id, text, blob, n) VALUES (?, ?, ?, ?)"};

static int put(struct db *db, int64_t id, const char *text, const void *blob, size_t n, int number)
{
    struct db_statement *statement = db_use(db, &insert);

    db_bind_int(statement, 1, id);
    db_bind_text(statement, 2, text);
    db_bind_blob(statement, 3, blob, n);
    db_bind_int(statement, 4, number);
    return db_run(statement);
}

static void test_values_come_back(void **state)
{
    static const struct db_sql get = {"SELECT id, text, blob FROM t ORDER BY id"};
    static const struct {
        int64_t id;
        const char *text;
        const char *blob;
        size_t n;
    } table[] = {
        {INT64_MIN, "", "\0\1\2", 3},
        {-1, "नमस्ते", NULL, 0},
        {0, NULL, "x", 1},
        {INT64_MAX, "it's; DROP TABLE t --", "\xff\0", 2},
    };
    struct context *context = *state;
    struct db_statement *statement;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        assert_int_equal(
            put(context->db, table[i].id, table[i].text, table[i].blob, table[i].n, 0), 0);
    statement = db_use(context->db, &get);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        const void *blob;
        size_t n = 99;

        assert_int_equal(db_step(statement), 1);
        assert_true(db_column_int(statement, 0) == table[i].id);
        assert_int_equal(db_column_is_null(statement, 1), table[i].text == NULL);
        if (table[i].text)
            assert_string_equal(db_column_text(statement, 1), table[i].text);
        else
            assert_null(db_column_text(statement, 1));
        assert_int_equal(db_column_is_null(statement, 2), table[i].blob == NULL);
        blob = db_column_blob(statement, 2, &n);
        assert_int_equal(n, table[i].n);
        if (n > 0)
            assert_memory_equal(blob, table[i].blob, n);
    }
    assert_int_equal(db_step(statement), 0);
    assert_null(db_reset(statement));
}

static void test_errors(void **state)
{
    static const struct db_sql misspelt = {"SELECT x FROM nowhere"};
    static const struct db_sql one = {"SELECT ?"};
    struct context *context = *state;
    struct db_statement *statement;

    assert_int_equal(put(context->db, 1, "a", NULL, 0, 0), 0);
    assert_int_equal(put(context->db, 1, "b", NULL, 0, 0), -EEXIST); /* PRIMARY KEY */
    assert_int_equal(put(context->db, 2, "a", NULL, 0, 0), -EEXIST); /* UNIQUE */
    assert_int_equal(put(context->db, 2, "b", NULL, 0, 10), -EIO);   /* CHECK */
    assert_int_equal(put(context->db, 2, "b", NULL, 0, 9), 0);
    /* What cannot be prepared is a statement all the same, and takes everything. */
    for (int i = 0; i < 2; i++) {
        statement = db_use(context->db, &misspelt);
        assert_non_null(statement);
        db_bind_int(statement, 1, 1);
        db_bind_text(statement, 2, "x");
        assert_int_equal(db_step(statement), -EIO);
        assert_int_equal(db_column_int(statement, 0), 0);
        db_reset(statement);
    }
    /* It works as soon as it can. */
    assert_int_equal(db_run_script(context->db, "CREATE TABLE nowhere (x)"), 0);
    assert_int_equal(db_run(db_use(context->db, &misspelt)), 0);
    /* A parameter that is not there shows at the step, and only once. */
    statement = db_use(context->db, &one);
    db_bind_int(statement, 2, 1);
    assert_int_equal(db_step(statement), -EIO);
    statement = db_use(context->db, &one);
    assert_int_equal(db_step(statement), 1);
    db_reset(statement);
}

static void test_no_memory(void **state)
{
    size_t n = 1;

    (void)state;
    db_bind_int(NULL, 1, 1);
    db_bind_text(NULL, 1, "x");
    db_bind_blob(NULL, 1, "x", 1);
    db_bind_null(NULL, 1);
    assert_int_equal(db_step(NULL), -ENOMEM);
    assert_int_equal(db_run(NULL), -ENOMEM);
    assert_int_equal(db_column_int(NULL, 0), 0);
    assert_null(db_column_text(NULL, 0));
    assert_null(db_column_blob(NULL, 0, &n));
    assert_int_equal(n, 0);
    assert_true(db_column_is_null(NULL, 0));
    assert_null(db_reset(NULL));
}

static void test_use_starts_clean(void **state)
{
    static const struct db_sql get = {"SELECT ?"};
    struct context *context = *state;
    struct db_statement *first, *second;

    first = db_use(context->db, &get);
    db_bind_int(first, 1, 7);
    assert_int_equal(db_step(first), 1);
    assert_int_equal(db_column_int(first, 0), 7);
    second = db_use(context->db, &get);
    assert_ptr_equal(first, second); /* prepared once */
    assert_int_equal(db_step(second), 1);
    assert_true(db_column_is_null(second, 0)); /* 7 is forgotten */
    db_reset(second);
}

/* More statements than the first table holds; each address keeps its own. */
static void test_many_statements(void **state)
{
    enum { N = 500 };
    static struct db_sql sql[N];
    static char texts[N][24];
    struct context *context = *state;
    struct db_statement *statements[N];

    for (int i = 0; i < N; i++) {
        snprintf(texts[i], sizeof(texts[i]), "SELECT %d", i);
        sql[i].text = texts[i];
        statements[i] = db_use(context->db, &sql[i]);
    }
    for (int i = 0; i < N; i++) {
        assert_ptr_equal(db_use(context->db, &sql[i]), statements[i]);
        assert_int_equal(db_step(statements[i]), 1);
        assert_int_equal(db_column_int(statements[i], 0), i);
        db_reset(statements[i]);
    }
}

static void test_changes(void **state)
{
    static const struct db_sql update = {"UPDATE t SET n = n + 1 WHERE id <= ?"};
    static const struct {
        int64_t id, expected;
    } table[] = {{0, 0}, {1, 1}, {3, 3}, {9, 3}};
    struct context *context = *state;

    for (int i = 1; i <= 3; i++)
        assert_int_equal(put(context->db, i, NULL, NULL, 0, 0), 0);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct db_statement *statement = db_use(context->db, &update);

        db_bind_int(statement, 1, table[i].id);
        assert_int_equal(db_run(statement), 0);
        assert_int_equal(db_changes(context->db), table[i].expected);
    }
}

static void test_transactions(void **state)
{
    static const struct db_sql all = {"SELECT id FROM t"};
    struct context *context = *state;
    struct db *db = context->db;
    struct db_statement *forgotten;
    int64_t before;

    assert_int_equal(db_begin(db), 0);
    assert_int_equal(put(db, 1, NULL, NULL, 0, 0), 0);
    assert_int_equal(fixture_query(&context->fixture, "SELECT count(*) FROM t"), 0);
    db_rollback(db);
    assert_int_equal(count(db), 0);
    db_rollback(db); /* harmless */

    assert_int_equal(db_begin(db), 0);
    before = db_change_count(db);
    assert_int_equal(put(db, 1, NULL, NULL, 0, 0), 0);
    assert_int_equal(db_change_count(db), before + 1);
    assert_int_equal(put(db, 1, NULL, NULL, 0, 0), -EEXIST);
    assert_int_equal(db_change_count(db), before + 1);
    assert_int_equal(put(db, 3, NULL, NULL, 0, 0), 0);
    assert_false(db_is_lost(db));
    /* A reader that was not reset does not keep its old view. */
    forgotten = db_use(db, &all);
    assert_int_equal(db_step(forgotten), 1);
    assert_int_equal(db_commit(db), 0);
    assert_int_equal(fixture_query(&context->fixture, "SELECT sum(id) FROM t"), 4);
    assert_int_equal(fixture_query(&context->fixture, "DELETE FROM t RETURNING 1"), 1);
    assert_int_equal(count(db), 0);

    assert_int_equal(db_commit(db), -EIO); /* there is none */
}

/* When SQLite ends a transaction by itself, nothing may slip through outside of it. */
static void test_lost_transaction(void **state)
{
    static const struct db_sql boom = {"INSERT OR ROLLBACK INTO t (id) VALUES (1)"};
    struct context *context = *state;
    struct db *db = context->db;

    assert_int_equal(put(db, 1, NULL, NULL, 0, 0), 0);
    assert_int_equal(db_begin(db), 0);
    assert_int_equal(put(db, 2, NULL, NULL, 0, 0), 0);
    assert_int_equal(db_run(db_use(db, &boom)), -EEXIST);
    assert_true(db_is_lost(db));
    assert_int_equal(put(db, 3, NULL, NULL, 0, 0), -EEXIST);
    assert_int_equal(db_run_script(db, "INSERT INTO t (id) VALUES (4)"), -EEXIST);
    assert_int_equal(db_commit(db), -EEXIST);
    assert_int_equal(count(db), 1);
    assert_int_equal(db_begin(db), 0);
    assert_int_equal(put(db, 5, NULL, NULL, 0, 0), 0);
    assert_int_equal(db_commit(db), 0);
    assert_int_equal(count(db), 2);
}

static void test_double_quotes_are_names(void **state)
{
    static const struct db_sql sql = {"SELECT \"pending\""};
    struct context *context = *state;

    assert_int_equal(db_run(db_use(context->db, &sql)), -EIO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values_come_back),
        TEST(test_errors),
        TEST(test_no_memory),
        TEST(test_use_starts_clean),
        TEST(test_many_statements),
        TEST(test_changes),
        TEST(test_transactions),
        TEST(test_lost_transaction),
        TEST(test_double_quotes_are_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
