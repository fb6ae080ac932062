#include "store/db_open.h"
#include "store_fixture.h"

#include <sys/wait.h>

static void write_octets(const char *path, off_t offset, const void *octets, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, octets, n, offset), (ssize_t)n);
    close(fd);
}

static int try_open(const struct fixture *f, char error[static DB_ERROR_SIZE])
{
    struct db *db = NULL;
    int r = db_open(&db, &fixture_log, f->path, 1, error);

    db_close(db);
    return r;
}

static void test_missing_directory(void **state)
{
    char error[DB_ERROR_SIZE] = "";
    struct db *db = NULL;

    (void)state;
    assert_int_equal(
        db_open(&db, &fixture_log, "/tmp/smsotp-no-such-directory/t.db", 1, error), -ENOENT);
    assert_non_null(strstr(error, "its directory does not exist"));
}

static void test_creates(void **state)
{
    static const struct {
        const char *query;
        int64_t expected;
    } table[] = {
        {"PRAGMA application_id", 0x736f7470},
        {"SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'", 1},
        {"SELECT count(*) FROM sqlite_schema", 0},
    };
    mode_t mask = umask(0);
    char error[DB_ERROR_SIZE];
    struct fixture f;
    struct db *db = NULL;
    struct stat st;

    (void)state;
    for (int make_empty = 0; make_empty < 2; make_empty++) {
        fixture_init(&f, NULL);
        if (make_empty)
            write_octets(f.path, 0, "", 0);
        assert_int_equal(db_open(&db, &fixture_log, f.path, 1, error), 0);
        for (size_t i = 0; i < ARRAY_SIZE(table); i++)
            assert_int_equal(fixture_query(&f, table[i].query), table[i].expected);
        assert_int_equal(stat(f.path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        db = db_close(db);
        /* What was made is accepted again. */
        assert_int_equal(try_open(&f, error), 0);
        fixture_fini(&f);
    }
    umask(mask);
}

static int64_t read_setting(struct db *db, const struct db_sql *sql)
{
    struct db_statement *statement = db_use(db, sql);
    int64_t value;

    assert_int_equal(db_step(statement), 1);
    value = db_column_int(statement, 0);
    db_reset(statement);
    return value;
}

static void test_settings(void **state)
{
    static const struct {
        struct db_sql sql;
        int64_t expected;
    } table[] = {
        {{"PRAGMA synchronous"}, 2},
        {{"PRAGMA secure_delete"}, 1},
        {{"PRAGMA cache_size"}, -1024},
        {{"PRAGMA mmap_size"}, 0},
        {{"PRAGMA busy_timeout"}, 5000},
        {{"PRAGMA wal_autocheckpoint"}, 0},
    };
    char error[DB_ERROR_SIZE];
    struct fixture f;
    struct db *db = NULL;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(db_open(&db, &fixture_log, f.path, 1, error), 0);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        assert_int_equal(read_setting(db, &table[i].sql), table[i].expected);
    db_close(db);
    fixture_fini(&f);
}

/* A VFS without shared memory stands for a file system where WAL cannot be had. */
static void test_no_wal(void **state)
{
    sqlite3_vfs *before = sqlite3_vfs_find(NULL);
    char error[DB_ERROR_SIZE] = "";
    struct fixture f;
    int r;

    (void)state;
    fixture_init(&f, NULL);
    sqlite3_vfs_register(sqlite3_vfs_find("unix-none"), 1);
    r = try_open(&f, error);
    sqlite3_vfs_register(before, 1);
    assert_int_equal(r, -ENOTSUP);
    assert_non_null(strstr(error, "write-ahead log"));
    assert_non_null(strstr(error, "found: delete"));
    /* Once the file lies elsewhere, it serves. */
    assert_int_equal(try_open(&f, error), 0);
    fixture_fini(&f);
}

/* What open answers to a user that owns nothing here; 1 when we cannot become one. */
static int open_as_nobody(const struct fixture *f, char error[static DB_ERROR_SIZE])
{
    int fds[2], status;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char text[DB_ERROR_SIZE] = "";
        int r = setresuid(65534, 65534, 65534) < 0 && getuid() == 0 ? 1 : try_open(f, text);

        if (write(fds[1], text, sizeof(text)) < 0)
            _exit(1);
        _exit(-r);
    }
    assert_int_equal(read(fds[0], error, DB_ERROR_SIZE), DB_ERROR_SIZE);
    close(fds[0]);
    close(fds[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return -WEXITSTATUS(status);
}

static void test_no_permission(void **state)
{
    static const struct {
        mode_t directory, file, lock;
    } table[] = {
        {0555, 0, 0},       /* nothing may be created */
        {0777, 0000, 0},    /* not readable */
        {0777, 0444, 0},    /* not writable */
        {0777, 0666, 0444}, /* somebody else's lock */
        {0555, 0666, 0666}, /* no log may be created */
        {0000, 0666, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        char error[DB_ERROR_SIZE] = "", lock[128];
        struct fixture f;
        int r;

        fixture_init(&f, NULL);
        snprintf(lock, sizeof(lock), "%s.lock", f.path);
        if (table[i].directory != 0555 || table[i].file != 0)
            assert_int_equal(try_open(&f, error), 0);
        unlink(lock);
        chmod(f.path, table[i].file);
        if (table[i].lock)
            write_octets(lock, 0, "", 0);
        chmod(lock, table[i].lock);
        chmod(f.directory, table[i].directory);
        r = open_as_nobody(&f, error);
        chmod(f.directory, 0700);
        if (r != -EACCES)
            print_error("row %zu: %d %s\n", i, r, error);
        assert_int_equal(r, -EACCES);
        assert_non_null(strstr(error, "must be writable for the user"));
        fixture_fini(&f);
    }
}

static void test_busy(void **state)
{
    char error[DB_ERROR_SIZE] = "", expected[64], link[96];
    int ready[2], finish[2], status;
    struct fixture f;
    struct db *db = NULL;
    pid_t pid;
    char c;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(finish), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(finish[1]);
        c = db_open(&db, &fixture_log, f.path, 1, error) == 0 ? 'y' : 'n';
        if (write(ready[1], &c, 1) == 1 && read(finish[0], &c, 1) == 0)
            db_close(db);
        _exit(0);
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    assert_int_equal(c, 'y');
    assert_int_equal(try_open(&f, error), -EBUSY);
    snprintf(expected, sizeof(expected), "(process %ld)", (long)pid);
    assert_non_null(strstr(error, expected));
    /* By another name it is the same file. */
    snprintf(link, sizeof(link), "%s/link", f.directory);
    assert_int_equal(symlink(f.path, link), 0);
    assert_int_equal(db_open(&db, &fixture_log, link, 1, error), -EBUSY);
    unlink(link);
    close(finish[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(try_open(&f, error), 0);
    close(finish[0]);
    close(ready[0]);
    close(ready[1]);
    fixture_fini(&f);
}

/*
 * A second attempt within this process must not touch the file: closing it would drop SQLite's
 * locks, and the next sqlite3 of a technician would take itself for the last user and remove the
 * log.
 */
static void test_busy_within_one_process(void **state)
{
    char error[DB_ERROR_SIZE] = "";
    struct fixture f;
    struct db *db = NULL;
    int go[2], status;
    pid_t pid;
    char c;

    (void)state;
    fixture_init(&f, NULL);
    /* Forked before SQLite is used, since its list of locks would be inherited. */
    assert_int_equal(pipe(go), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(read(go[0], &c, 1) != 1 || fixture_query(&f, "SELECT count(*) FROM x") != 0);
    assert_int_equal(db_open(&db, &fixture_log, f.path, 1, error), 0);
    assert_int_equal(db_run_script(db, "CREATE TABLE x (y)"), 0);
    assert_int_equal(try_open(&f, error), -EBUSY);
    assert_int_equal(write(go[1], "g", 1), 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(fixture_size(&f, "-wal") > 0);
    assert_int_equal(db_run_script(db, "CREATE TABLE z (y)"), 0);
    db_close(db);
    close(go[0]);
    close(go[1]);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_directory),
        cmocka_unit_test(test_creates),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_no_wal),
        cmocka_unit_test(test_no_permission),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_busy_within_one_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
