/* The counter beside the database: it shows an older copy, and accuses nobody else. */
#include "store/epoch.h"

#include "store/migrate.h"
#include "store/schema.h"
#include "store_fixture.h"

#define MARKED "SELECT count(*) FROM meta WHERE key = 'rolled_back'"

struct epoch_fixture {
    struct fixture f;
    char path[96];
};

static int set_up(void **state)
{
    struct epoch_fixture *e = calloc(1, sizeof(*e));

    fixture_init(&e->f, NULL);
    snprintf(e->path, sizeof(e->path), "%s.epoch", e->f.path);
    *state = e;
    return 0;
}

static int tear_down(void **state)
{
    struct epoch_fixture *e = *state;

    unlink(e->path);
    fixture_fini(&e->f);
    free(e);
    return 0;
}

/* A run that commits so many times; answers whether the database was found to be older. */
static bool live(struct epoch_fixture *e, unsigned n_commits)
{
    char error[DB_ERROR_SIZE] = "";
    struct epoch epoch;
    struct db *db;
    int r;

    assert_int_equal(db_open(&db, &fixture_log, e->f.path, 99, error), 0);
    assert_int_equal(migrate(db, schema_migrations, schema_n_migrations, error), 0);
    r = epoch_open(&epoch, db, &fixture_log, e->path, error);
    if (r < 0)
        fail_msg("%s", error);
    for (unsigned i = 0; i < n_commits; i++) {
        assert_int_equal(db_begin(db), 0);
        assert_int_equal(epoch_count(&epoch, db), 0);
        assert_int_equal(db_commit(db), 0);
        epoch_committed(&epoch);
    }
    epoch_close(&epoch);
    db_close(db);
    return fixture_query(&e->f, MARKED) > 0;
}

static void copy(const char *from, const char *to)
{
    char command[256];

    snprintf(command, sizeof(command), "cp '%s' '%s'", from, to);
    assert_int_equal(system(command), 0);
}

static void test_an_older_copy(void **state)
{
    struct epoch_fixture *e = *state;
    char old[96];

    snprintf(old, sizeof(old), "%s.old", e->f.path);
    assert_false(live(e, 3));
    copy(e->f.path, old);
    assert_false(live(e, 1));
    copy(old, e->f.path);
    assert_true(live(e, 0));
    /* The mark stays until somebody has acted on it, restarts and crashes in between or not. */
    assert_true(live(e, 2));
    (void)fixture_query(&e->f, "DELETE FROM meta WHERE key = 'rolled_back' RETURNING 1");
    assert_false(live(e, 0));
    unlink(old);
}

/* One commit is enough to tell, and no commit leaves nothing to tell. */
static void test_the_same_copy(void **state)
{
    struct epoch_fixture *e = *state;

    for (unsigned i = 0; i < 5; i++)
        assert_false(live(e, i));
}

/* As after a power cut: the file is what it was a while ago. */
static void test_a_file_that_lags(void **state)
{
    struct epoch_fixture *e = *state;
    char old[128];

    snprintf(old, sizeof(old), "%s.old", e->path);
    assert_false(live(e, 3));
    copy(e->path, old);
    assert_false(live(e, 5));
    copy(old, e->path);
    assert_false(live(e, 1));
    unlink(old);
}

static void write_file(struct epoch_fixture *e, const char *line)
{
    int fd = open(e->path, O_WRONLY | O_TRUNC);

    assert_int_equal(write(fd, line, strlen(line)), strlen(line));
    close(fd);
}

/* Of a database that was counted on, whose file is gone or another: it may be any copy. */
static void test_no_file_and_a_strange_one(void **state)
{
    static const char *const lines[] = {NULL, "", "something else",
        "00000000000000000000000000000000 00000000000000999999\n",
        "00000000000000000000000000000000 00000000000000000001\n"}; /* of another database */
    struct epoch_fixture *e = *state;

    assert_false(live(e, 3));
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        if (lines[i])
            write_file(e, lines[i]);
        else
            unlink(e->path);
        assert_true(live(e, 1));
        (void)fixture_query(&e->f, "DELETE FROM meta WHERE key = 'rolled_back' RETURNING 1");
        assert_false(live(e, 0));
    }
}

/*
 * A database that nobody has counted on yet: a first start, or the first since there is a counter.
 */
static void test_a_new_database(void **state)
{
    struct epoch_fixture *e = *state;
    int fd = open(e->path, O_WRONLY | O_CREAT, 0600);

    close(fd);
    write_file(e, "00000000000000000000000000000000 00000000000000999999\n");
    assert_false(live(e, 1));
    assert_false(live(e, 1));
}

static void test_a_place_that_cannot_be(void **state)
{
    struct epoch_fixture *e = *state;
    char error[DB_ERROR_SIZE] = "";
    struct epoch epoch;
    struct db *db;

    assert_int_equal(db_open(&db, &fixture_log, e->f.path, 99, error), 0);
    assert_int_equal(epoch_open(&epoch, db, &fixture_log, "/nowhere/epoch", error), -ENOENT);
    assert_non_null(strstr(error, "/nowhere/epoch"));
    db_close(db);
}

int main(void)
{
#define EPOCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        EPOCH(test_an_older_copy),
        EPOCH(test_the_same_copy),
        EPOCH(test_a_file_that_lags),
        EPOCH(test_no_file_and_a_strange_one),
        EPOCH(test_a_new_database),
        EPOCH(test_a_place_that_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
