/* Files that are not ours, or not any more: refused with a reason, and left as they are. */
#include "store/db_open.h"
#include "store/schema.h"
#include "store_fixture.h"

#include <dirent.h>

static void write_octets(const char *path, off_t offset, const void *octets, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, octets, n, offset), (ssize_t)n);
    close(fd);
}

/* Runs SQL as another program does; with `keep_log` it leaves its -wal behind. */
static void run_sql(const char *path, const char *sql, bool keep_log)
{
    sqlite3 *handle = NULL;

    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep_log, NULL);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void make_ours(const char *path)
{
    char error[DB_ERROR_SIZE];
    struct db *db = NULL;

    assert_int_equal(db_open(&db, &fixture_log, path, 1, error), 0);
    assert_int_equal(db_run_script(db, schema_migrations[0]), 0);
    assert_int_equal(db_set_version(db, 1), 0);
    db_close(db);
}

static void make_text(const char *path)
{
    write_octets(path, 0, "shop,amount\n1,2\n", 16);
}

static void make_one_octet(const char *path)
{
    write_octets(path, 0, "S", 1);
}

static void make_long_text(const char *path)
{
    char octets[8192];

    memset(octets, 'x', sizeof(octets));
    write_octets(path, 0, octets, sizeof(octets));
}

static void make_short_header(const char *path)
{
    make_ours(path);
    assert_int_equal(truncate(path, 99), 0);
}

static void make_foreign(const char *path)
{
    run_sql(path, "CREATE TABLE bills (id INTEGER, amount TEXT); INSERT INTO bills VALUES (1, 'x')",
        false);
}

static void make_foreign_without_tables(const char *path)
{
    run_sql(path, "PRAGMA user_version = 1", false);
}

static void make_foreign_with_id(const char *path)
{
    run_sql(path, "PRAGMA application_id = 0x0f055112; CREATE TABLE blob (x)", false);
}

static void make_foreign_with_log(const char *path)
{
    run_sql(path,
        "PRAGMA journal_mode = WAL; CREATE TABLE bills (id INTEGER);"
        "INSERT INTO bills VALUES (1)",
        true);
}

static void make_newer(const char *path)
{
    make_ours(path);
    run_sql(path, "PRAGMA user_version = 2", false);
}

/* The newer version stands in the log alone. */
static void make_newer_in_log(const char *path)
{
    make_ours(path);
    run_sql(path, "PRAGMA user_version = 2; CREATE TABLE tomorrow (x)", true);
}

static void make_negative_version(const char *path)
{
    make_ours(path);
    run_sql(path, "PRAGMA user_version = -1", false);
}

static void make_bad_page_size(const char *path)
{
    make_ours(path);
    write_octets(path, 16, "\x12\x34", 2);
}

static void make_truncated(const char *path)
{
    make_ours(path);
    assert_int_equal(truncate(path, 3 * 4096), 0);
}

static void make_bad_schema(const char *path)
{
    char octets[2000];

    make_ours(path);
    memset(octets, 0xA5, sizeof(octets));
    write_octets(path, 100, octets, sizeof(octets));
}

static void make_bad_table(const char *path)
{
    struct fixture f = {.path = ""};
    char octets[4096];
    int64_t root_page;

    make_ours(path);
    snprintf(f.path, sizeof(f.path), "%s", path);
    root_page = fixture_query(&f, "SELECT rootpage FROM sqlite_schema WHERE name = 'messages'");
    memset(octets, 0xA5, sizeof(octets));
    write_octets(path, (root_page - 1) * 4096, octets, sizeof(octets));
}

static void make_directory(const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
}

static void make_fifo(const char *path)
{
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void make_dangling_link(const char *path)
{
    assert_int_equal(symlink("/nonexistent/smsotp.db", path), 0);
}

/* A sum over names and contents of a directory, and the number of its entries. */
struct picture {
    uint64_t sum;
    int n_entries;
};

static uint64_t hash(uint64_t sum, const void *octets, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ ((const uint8_t *)octets)[i]) * UINT64_C(0x100000001B3);
    return sum;
}

static void hash_file(uint64_t *sum, int directory, const char *name)
{
    char octets[4096];
    int fd = openat(directory, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t n;

    while (fd >= 0 && (n = read(fd, octets, sizeof(octets))) > 0)
        *sum = hash(*sum, octets, (size_t)n);
    if (fd >= 0)
        close(fd);
}

/* Without the lock file and -shm, which may stay beside a file of ours. */
static struct picture take_picture(const char *path, bool all)
{
    struct picture picture = {.sum = 0};
    DIR *directory = opendir(path);
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        uint64_t sum = UINT64_C(0xCBF29CE484222325);

        if (!all && (strstr(entry->d_name, ".lock") || strstr(entry->d_name, "-shm")))
            continue;
        sum = hash(sum, entry->d_name, strlen(entry->d_name));
        hash_file(&sum, dirfd(directory), entry->d_name);
        picture.sum += sum; /* the order of entries is not ours */
        picture.n_entries++;
    }
    if (directory)
        closedir(directory);
    return picture;
}

static void remove_all(struct fixture *f)
{
    fixture_fini(f);
    rmdir(f->path);
    rmdir(f->directory);
}

static int try_open(const struct fixture *f, char error[static DB_ERROR_SIZE])
{
    struct db *db = NULL;
    int r = db_open(&db, &fixture_log, f->path, 1, error);

    db_close(db);
    return r;
}

static void test_refuses_and_leaves_alone(void **state)
{
    static const struct {
        const char *name;
        void (*make)(const char *path);
        int expected;
        const char *says;
        bool ours; /* may have a lock file beside it */
    } table[] = {
        {"text", make_text, -EUCLEAN, "not a database"},
        {"one octet", make_one_octet, -EUCLEAN, "not a database"},
        {"long text", make_long_text, -EUCLEAN, "not a database"},
        {"short header", make_short_header, -EUCLEAN, "not a database", true},
        {"foreign", make_foreign, -EUCLEAN, "another program: its application_id is 0x00000000"},
        {"foreign, no tables", make_foreign_without_tables, -EUCLEAN, "another program"},
        {"foreign, with id", make_foreign_with_id, -EUCLEAN, "0x0f055112"},
        {"foreign, with log", make_foreign_with_log, -EUCLEAN, "another program"},
        {"newer", make_newer, -EUCLEAN, "has version 2, this program knows up to 1", true},
        {"newer in the log", make_newer_in_log, -EUCLEAN, "has version 2", true},
        {"negative version", make_negative_version, -EUCLEAN, "newer", true},
        {"page size", make_bad_page_size, -EUCLEAN, "cannot use the database", true},
        {"truncated", make_truncated, -EUCLEAN, "malformed", true},
        {"schema", make_bad_schema, -EUCLEAN, "malformed", true},
        {"table", make_bad_table, -EUCLEAN, "malformed", true},
        {"directory", make_directory, -EINVAL, "is a directory"},
        {"fifo", make_fifo, -EINVAL, "not a regular file"},
        {"dangling link", make_dangling_link, -ENOENT, "symbolic link", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct picture before, after;
        char error[DB_ERROR_SIZE] = "";
        struct fixture f;
        int r;

        fixture_init(&f, NULL);
        table[i].make(f.path);
        before = take_picture(f.directory, !table[i].ours);
        r = try_open(&f, error);
        after = take_picture(f.directory, !table[i].ours);
        if (r != table[i].expected || !strstr(error, table[i].says) || before.sum != after.sum)
            print_error("%s: %d, \"%s\"\n", table[i].name, r, error);
        assert_int_equal(r, table[i].expected);
        assert_non_null(strstr(error, table[i].says));
        assert_null(strchr(error, '\n'));
        assert_int_equal(before.n_entries, after.n_entries);
        assert_true(before.sum == after.sum);
        remove_all(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refuses_and_leaves_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
