/* A file with a key: written whole, readable by nobody else. What is read is in test_master_key.c
 * too. */
#include "daemon/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const uint8_t key_a[OTP_MASTER_KEY_SIZE] = {'a'}, key_b[OTP_MASTER_KEY_SIZE] = {'b'};

static int make_folder(void **state)
{
    char *folder = strdup("/tmp/smsotp-kf-XXXXXX");

    *state = folder;
    return folder && mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    if (rmdir(*state) < 0)
        print_error("something was left in %s\n", (char *)*state);
    free(*state);
    return 0;
}

static void test_written_and_read(void **state)
{
    uint8_t key[OTP_MASTER_KEY_SIZE];
    char path[64], error[KEY_FILE_ERROR_SIZE];
    mode_t before = umask(0);
    struct stat st;

    snprintf(path, sizeof(path), "%s/key", (char *)*state);
    assert_int_equal(key_file_write(path, key_a, error), 0);
    assert_int_equal(key_file_read(path, false, key, error), 0);
    assert_memory_equal(key, key_a, sizeof(key));
    assert_int_equal(key_file_write(path, key_b, error), 0); /* in its place */
    assert_int_equal(key_file_read(path, false, key, error), 0);
    assert_memory_equal(key, key_b, sizeof(key));
    umask(before);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0400);
    assert_int_equal(key_file_remove(path, error), 0);
    assert_int_equal(key_file_read(path, false, key, error), -ENOENT);
    assert_non_null(strstr(error, path));
    assert_int_equal(key_file_remove(path, error), 0);
}

/* A half-written file of an earlier try is no hindrance, and is not what is left. */
static void test_after_an_interrupted_one(void **state)
{
    uint8_t key[OTP_MASTER_KEY_SIZE];
    char path[64], temporary[80], error[KEY_FILE_ERROR_SIZE];
    int fd;

    snprintf(path, sizeof(path), "%s/key", (char *)*state);
    snprintf(temporary, sizeof(temporary), "%s.new", path);
    fd = open(temporary, O_WRONLY | O_CREAT, 0400);
    assert_int_equal(write(fd, "half", 4), 4);
    close(fd);
    assert_int_equal(key_file_write(path, key_a, error), 0);
    assert_int_equal(access(temporary, F_OK), -1);
    assert_int_equal(key_file_read(path, false, key, error), 0);
    assert_memory_equal(key, key_a, sizeof(key));
    assert_int_equal(key_file_remove(path, error), 0);
}

/* Zeroes, and any other byte 32 times, are a file that went wrong. */
static void test_one_byte(void **state)
{
    static const uint8_t bytes[] = {0, '0', 0xFF};
    uint8_t key[OTP_MASTER_KEY_SIZE], bad[OTP_MASTER_KEY_SIZE];
    char path[64], error[KEY_FILE_ERROR_SIZE];

    snprintf(path, sizeof(path), "%s/key", (char *)*state);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        memset(bad, bytes[i], sizeof(bad));
        assert_int_equal(key_file_write(path, bad, error), 0);
        assert_int_equal(key_file_read(path, false, key, error), -EINVAL);
        assert_non_null(strstr(error, "repeats one byte"));
        bad[OTP_MASTER_KEY_SIZE - 1]++;
        assert_int_equal(key_file_write(path, bad, error), 0);
        assert_int_equal(key_file_read(path, false, key, error), 0);
    }
    assert_int_equal(key_file_remove(path, error), 0);
}

static void test_no_place(void **state)
{
    char path[64], error[KEY_FILE_ERROR_SIZE] = "";

    snprintf(path, sizeof(path), "%s/missing/key", (char *)*state);
    assert_int_equal(key_file_write(path, key_a, error), -ENOENT);
    assert_non_null(strstr(error, path));
    assert_int_equal(key_file_remove(*state, error), -EISDIR);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        PLACED(test_written_and_read),
        PLACED(test_after_an_interrupted_one),
        PLACED(test_one_byte),
        PLACED(test_no_place),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
