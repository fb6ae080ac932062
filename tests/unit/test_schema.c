/* The tables as they are made, from nothing and from each older version. */
#include "store/schema.h"
#include "store_fixture.h"

/* What a database looks like: all the SQL of its schema, in one text. */
static char *describe(const struct fixture *f)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    char *text = NULL;

    assert_int_equal(sqlite3_open(f->path, &handle), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(handle,
            "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)", -1,
            &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    if (sqlite3_column_text(statement, 0))
        text = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return text;
}

/* From each older version the way leads to the same schema as from nothing. */
static void check_all_ways(const char *const *scripts, size_t n_scripts)
{
    _cleanup_free_ char *fresh = NULL;
    char error[DB_ERROR_SIZE];

    for (size_t start = 0; start <= n_scripts; start++) {
        _cleanup_free_ char *schema = NULL;
        struct fixture f;

        fixture_init(&f, NULL);
        assert_int_equal(fixture_migrate(&f, scripts, start, error), 0);
        assert_int_equal(fixture_query(&f, "PRAGMA user_version"), start);
        assert_int_equal(fixture_migrate(&f, scripts, n_scripts, error), 0);
        assert_int_equal(fixture_query(&f, "PRAGMA user_version"), n_scripts);
        schema = describe(&f);
        assert_non_null(schema);
        if (fresh)
            assert_string_equal(schema, fresh);
        else
            fresh = TAKE_PTR(schema);
        fixture_fini(&f);
    }
}

static void test_ways(void **state)
{
    (void)state;
    check_all_ways(schema_migrations, schema_n_migrations);
}

/* Wrong codes from before there were streaks go on counting. */
static void test_streaks_begin_with_guesses(void **state)
{
    const char *scripts[13];
    char error[DB_ERROR_SIZE];
    struct fixture f;

    (void)state;
    memcpy(scripts, schema_migrations, 11 * sizeof(scripts[0]));
    scripts[11] =
        "INSERT INTO guesses VALUES (x'01', 1, 'a'), (x'01', 2, 'b'), (x'02', 1, 'a')";
    scripts[12] = schema_migrations[11];
    fixture_init(&f, NULL);
    assert_int_equal(fixture_migrate(&f, scripts, ARRAY_SIZE(scripts), error), 0);
    assert_int_equal(
        fixture_query(&f, "SELECT failures FROM streaks WHERE number_index = x'01'"), 2);
    assert_int_equal(
        fixture_query(&f, "SELECT failures FROM streaks WHERE number_index = x'02'"), 1);
    fixture_fini(&f);
}

/* The names that core/ uses. */
static void test_tables(void **state)
{
    static const struct {
        const char *table;
        int n_columns;
    } table[] = {
        {"meta", 2},
        {"verifications", 31},
        {"messages", 26},
        {"message_parts", 5},
        {"idempotency", 8},
        {"attempts", 5},
        {"guesses", 3},
        {"streaks", 2},
        {"conversion_resets", 3},
        {"optouts", 4},
        {"inbound", 13},
        {"inbound_parts", 6},
        {"keys", 5},
        {"sim_pins", 4},
    };
    struct fixture f;

    (void)state;
    fixture_init(&f, NULL);
    fixture_open(&f);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        char query[128];

        snprintf(
            query, sizeof(query), "SELECT count(*) FROM pragma_table_info('%s')", table[i].table);
        assert_int_equal(fixture_query(&f, query), table[i].n_columns);
    }
    fixture_fini(&f);
}

/* The queries that must not read a whole table, and the index that each is meant to use. */
static void test_indices(void **state)
{
    static const struct {
        const char *query, *index;
    } table[] = {
        {"SELECT id FROM verifications WHERE status = 'pending' AND expires_wall <= 1",
            "verifications_pending"},
        {"SELECT id FROM verifications WHERE reference = 'b' AND client = 'c'",
            "verifications_reference"},
        {"SELECT id FROM messages WHERE status IN ('queued', 'sending')", "messages_open"},
        {"SELECT id FROM messages WHERE verification_id = 'v'", "messages_verification"},
        {"SELECT created_wall FROM messages WHERE number_index = x'00' AND created_wall > 1",
            "messages_number"},
        {"SELECT created_wall FROM messages WHERE created_wall > 1 ORDER BY created_wall DESC",
            "messages_age"},
        {"SELECT created_wall FROM verifications WHERE client = 'c' AND created_wall > 1",
            "verifications_client"},
        {"SELECT at_wall FROM guesses WHERE number_index = x'00' AND at_wall > 1",
            "PRIMARY KEY"},
        {"DELETE FROM idempotency WHERE created_wall < 1", "idempotency_age"},
        {"SELECT id FROM verifications WHERE status = 'pending' AND "
         "number_index = x'00' ORDER BY created_wall DESC LIMIT 9", "verifications_pending_number"},
        {"SELECT created_wall FROM messages WHERE number_index = x'00' AND client = 'c' AND "
         "created_wall > 1", "messages_number"},
        {"SELECT created_wall FROM messages WHERE prefix_index = x'00' AND created_wall > 1",
            "messages_prefix"},
        {"SELECT created_wall FROM verifications WHERE purpose = 'p' AND created_wall > 1",
            "verifications_purpose"},
        {"SELECT at_wall FROM guesses WHERE at_wall > 1 ORDER BY at_wall DESC", "guesses_age"},
        {"SELECT at_wall FROM guesses WHERE client = 'c' AND at_wall > 1", "guesses_client"},
        {"SELECT m.id FROM messages m JOIN verifications v ON v.id = m.verification_id WHERE "
         "m.prefix_index = x'00' AND m.created_wall > 1 ORDER BY m.created_wall DESC LIMIT 9",
            "messages_prefix"},
        {"SELECT m.id FROM verifications v JOIN messages m ON m.verification_id = v.id WHERE "
         "v.client = 'c' AND v.created_wall > 1 ORDER BY v.created_wall DESC LIMIT 9",
            "verifications_client"},
        {"SELECT created_wall FROM messages WHERE client = 'c' AND created_wall > 1 AND "
         "verification_id IS NULL", "messages_plain"},
        {"SELECT created_wall FROM messages WHERE +verification_id IS NULL AND created_wall > 1 "
         "ORDER BY created_wall DESC LIMIT 1 OFFSET 2", "messages_age"},
        {"SELECT sealed FROM inbound_parts WHERE group_digest = x'00' AND received_wall >= 1 AND "
         "sealed IS NOT NULL ORDER BY received_wall", "inbound_parts_group"},
        {"SELECT group_digest, received_wall FROM inbound_parts WHERE sealed IS NOT NULL AND "
         "received_wall < 1 ORDER BY received_wall LIMIT 1", "inbound_parts_open"},
        {"SELECT id FROM inbound WHERE received_wall < 1 LIMIT 9", "inbound_age"},
        {"SELECT digest FROM inbound_parts WHERE received_wall < 1 AND sealed IS NULL LIMIT 9",
            "inbound_parts_age"},
        {"SELECT 1 FROM attempts WHERE verification_id = 'v' AND attempt_id = 'a'", "PRIMARY KEY"},
    };
    struct fixture f;

    (void)state;
    fixture_init(&f, NULL);
    fixture_open(&f);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        sqlite3 *handle = NULL;
        sqlite3_stmt *statement = NULL;
        char explain[256];

        snprintf(explain, sizeof(explain), "EXPLAIN QUERY PLAN %s", table[i].query);
        assert_int_equal(sqlite3_open(f.path, &handle), SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(handle, explain, -1, &statement, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        assert_non_null(strstr((const char *)sqlite3_column_text(statement, 3), table[i].index));
        sqlite3_finalize(statement);
        sqlite3_close(handle);
    }
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways),
        cmocka_unit_test(test_streaks_begin_with_guesses),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_indices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
