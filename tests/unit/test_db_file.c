/* The database as a file: what is found out before the engine sees it, and the lock. */
#include "store/db_file.h"
#include "store/db_open.h"
#include "store_fixture.h"

/* An SQLite header is 100 octets; at 68 stands whose file it is. */
static void write_header(const char *path, const char *magic, uint32_t id, size_t n)
{
    uint8_t header[100] = {0};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    memcpy(header, magic, strlen(magic) + 1);
    for (int i = 0; i < 4; i++)
        header[68 + i] = (uint8_t)(id >> (24 - 8 * i));
    assert_true(fd >= 0);
    assert_int_equal(write(fd, header, n), n);
    close(fd);
}

static void remove_named(const struct fixture *f, const char *suffix)
{
    char path[128];

    snprintf(path, sizeof(path), "%s%s", f->path, suffix);
    (void)unlink(path);
}

static void write_named(const struct fixture *f, const char *suffix, const char *text)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s%s", f->path, suffix);
    file = fopen(path, "we");
    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static void test_headers(void **state)
{
    static const struct {
        const char *magic;
        uint32_t id;
        size_t n;
        int r;
        const char *says;
        bool is_new;
    } rows[] = {
        {"SQLite format 3", DB_FILE_APPLICATION_ID, 100, 0, "", false},
        {"", 0, 0, 0, "", true},
        {"SQLite format 3", DB_FILE_APPLICATION_ID, 99, -EUCLEAN, "not a database", false},
        {"SQLite format 4", DB_FILE_APPLICATION_ID, 100, -EUCLEAN, "not a database", false},
        {"SQLite format 3x", DB_FILE_APPLICATION_ID, 100, -EUCLEAN, "not a database", false},
        {"SQLite format 3", 0, 100, -EUCLEAN, "application_id is 0x00000000", false},
        {"SQLite format 3", DB_FILE_APPLICATION_ID + 1, 100, -EUCLEAN, "is 0x736f7471", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct db_file file = DB_FILE_NULL;
        char error[DB_ERROR_SIZE] = "";
        struct fixture f;

        fixture_init(&f, NULL);
        write_header(f.path, rows[i].magic, rows[i].id, rows[i].n);
        if (db_file_init(&file, f.path, error) != rows[i].r || !strstr(error, rows[i].says))
            fail_msg("case %zu: %s", i, error);
        if (rows[i].r == 0) {
            assert_int_equal(file.is_new, rows[i].is_new);
            assert_string_equal(file.path, f.path);
            assert_true(file.lock_fd >= 0);
        } else {
            assert_null(file.path);
            assert_int_equal(fixture_size(&f, ".lock"), -1); /* none beside what is not ours */
        }
        db_file_fini(&file);
        fixture_fini(&f);
    }
}

/* An empty file is made where none is, for its owner alone, and its lock beside it. */
static void test_creates(void **state)
{
    mode_t mask = umask(0);
    struct db_file file = DB_FILE_NULL;
    char error[DB_ERROR_SIZE], pid[32];
    struct fixture f;
    struct stat st;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(db_file_init(&file, f.path, error), 0);
    assert_true(file.is_new);
    assert_false(file.has_log);
    assert_int_equal(stat(f.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(db_file_sync_directory(&file), 0);
    snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
    assert_int_equal(fixture_size(&f, ".lock"), strlen(pid));
    db_file_fini(&file);
    assert_null(file.path);
    assert_int_equal(file.lock_fd, -1);
    fixture_fini(&f);
    umask(mask);
}

/* A log with content says that an engine ended early; an empty one says nothing. */
static void test_log(void **state)
{
    static const struct {
        const char *text; /* NULL: no log */
        bool has_log;
    } rows[] = {{NULL, false}, {"", false}, {"x", true}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct db_file file = DB_FILE_NULL;
        char error[DB_ERROR_SIZE];
        struct fixture f;

        fixture_init(&f, NULL);
        write_header(f.path, "SQLite format 3", DB_FILE_APPLICATION_ID, 100);
        if (rows[i].text)
            write_named(&f, "-wal", rows[i].text);
        assert_int_equal(db_file_init(&file, f.path, error), 0);
        assert_int_equal(file.has_log, rows[i].has_log);
        db_file_fini(&file);
        fixture_fini(&f);
    }
}

/* Two names of one file meet at one lock; who holds it is told as far as it is known. */
static void test_lock(void **state)
{
    struct db_file first = DB_FILE_NULL, second = DB_FILE_NULL;
    char error[DB_ERROR_SIZE] = "", link[96], expected[64];
    struct fixture f;

    (void)state;
    fixture_init(&f, NULL);
    snprintf(link, sizeof(link), "%s/link", f.directory);
    assert_int_equal(db_file_init(&first, f.path, error), 0);
    assert_int_equal(symlink(f.path, link), 0);
    assert_int_equal(db_file_init(&second, link, error), -EBUSY);
    snprintf(expected, sizeof(expected), "another smsotpd (process %ld)", (long)getpid());
    assert_non_null(strstr(error, expected));
    write_named(&f, ".lock", "12x\n");
    assert_int_equal(db_file_init(&second, link, error), -EBUSY);
    assert_non_null(strstr(error, "(process 12)"));
    write_named(&f, ".lock", "");
    assert_int_equal(db_file_init(&second, link, error), -EBUSY);
    assert_non_null(strstr(error, "(process unknown)"));
    assert_null(second.path);
    db_file_fini(&first);
    assert_int_equal(db_file_init(&second, link, error), 0);
    assert_string_equal(second.path, f.path); /* canonical */
    db_file_fini(&second);
    unlink(link);
    fixture_fini(&f);
}

static void test_names(void **state)
{
    struct db_file file = DB_FILE_NULL;
    char error[DB_ERROR_SIZE] = "", path[128];
    struct fixture f;

    (void)state;
    fixture_init(&f, NULL);
    /* One that does not exist yet is canonical all the same, and needs no slash. */
    snprintf(path, sizeof(path), "%s/../%s/./t.db", f.directory, strrchr(f.directory, '/') + 1);
    assert_int_equal(db_file_init(&file, path, error), 0);
    assert_string_equal(file.path, f.path);
    db_file_fini(&file);
    remove_named(&f, "");
    remove_named(&f, ".lock");
    assert_int_equal(chdir(f.directory), 0);
    assert_int_equal(db_file_init(&file, "t.db", error), 0);
    assert_string_equal(file.path, f.path);
    db_file_fini(&file);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(db_file_init(&file, f.directory, error), -EINVAL);
    assert_non_null(strstr(error, "is a directory"));
    assert_int_equal(db_file_init(&file, "/dev/null", error), -EINVAL);
    assert_non_null(strstr(error, "not a regular file"));
    assert_int_equal(db_file_init(&file, "/nonexistent/t.db", error), -ENOENT);
    assert_non_null(strstr(error, "its directory does not exist"));
    /* Neither the file nor its lock is made through a link to somewhere else. */
    remove_named(&f, "");
    assert_int_equal(symlink("/nonexistent/t.db", f.path), 0);
    assert_int_equal(db_file_init(&file, f.path, error), -ENOENT);
    assert_non_null(strstr(error, "is a symbolic link"));
    remove_named(&f, "");
    remove_named(&f, ".lock");
    snprintf(path, sizeof(path), "%s.lock", f.path);
    assert_int_equal(symlink("/tmp", path), 0);
    assert_int_equal(db_file_init(&file, f.path, error), -ELOOP);
    assert_int_equal(access(f.path, F_OK), -1);
    fixture_fini(&f);
}

static void test_room(void **state)
{
    struct db_file file = DB_FILE_NULL;
    struct db_room room = {1, 2};
    char error[DB_ERROR_SIZE] = "";
    struct fixture f;

    (void)state;
    fixture_init(&f, NULL);
    assert_int_equal(db_file_init(&file, f.path, error), 0);
    assert_int_equal(db_file_room(&file, &room), 0);
    assert_true(room.total > 1024 * 1024 && room.available <= room.total);
    remove_named(&f, "");
    assert_int_equal(db_file_room(&file, &room), -ENOENT);
    db_file_fini(&file);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_creates),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
