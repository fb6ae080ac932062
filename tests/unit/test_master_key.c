/* Where the master key comes from, and which files are refused. */
#include "daemon/master_key.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define RAW                                                                                        \
    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16" \
    "\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"

struct place {
    char folder[32];
    char path[64]; /* of the key in it */
    char source[80];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));

    snprintf(place->folder, sizeof(place->folder), "/tmp/smsotp-mk-XXXXXX");
    if (!mkdtemp(place->folder))
        return -1;
    snprintf(place->path, sizeof(place->path), "%s/smsotp.key", place->folder);
    snprintf(place->source, sizeof(place->source), "file:%s", place->path);
    unsetenv("CREDENTIALS_DIRECTORY");
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;

    unsetenv("CREDENTIALS_DIRECTORY");
    unlink(place->path);
    rmdir(place->path);
    if (rmdir(place->folder) < 0)
        print_error("something was left in %s\n", place->folder);
    free(place);
    return 0;
}

static void write_key(const struct place *place, const char *octets, size_t n, mode_t mode)
{
    int fd;

    unlink(place->path);
    fd = open(place->path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_int_equal(write(fd, octets, n), n);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

/* The name of the key that is loaded: equal keys have equal names. */
static uint32_t load(const char *source, const char *state_dir)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = NULL;
    char error[MASTER_KEY_ERROR_SIZE];
    struct master_key master;

    if (master_key_load(&master, &keyring, source, state_dir, error) < 0)
        fail_msg("%s", error);
    return otp_keyring_id(keyring);
}

static void refuse(const char *source, const char *state_dir, int expected, const char *words)
{
    char error[MASTER_KEY_ERROR_SIZE] = "";
    struct otp_keyring *keyring = NULL;
    struct master_key master;

    assert_int_equal(master_key_load(&master, &keyring, source, state_dir, error), expected);
    assert_null(keyring);
    if (!strstr(error, words))
        fail_msg("%s", error);
}

static uint32_t expected_id(void)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = NULL;

    assert_int_equal(otp_keyring_new(&keyring, (const uint8_t *)RAW), 0);
    return otp_keyring_id(keyring);
}

static void test_contents(void **state)
{
    static const struct {
        const char *octets;
        size_t n;
        bool is_key;
    } rows[] = {
        {RAW, 32, true},
        {HEX, 64, true},
        {HEX "\n", 65, true},
        {"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 64, true},
        {"", 0, false},
        {RAW, 31, false},
        {RAW "\n", 33, false},
        {HEX, 63, false},
        {HEX "\n\n", 66, false},
        {HEX "\r\n", 66, false},
        {HEX "0", 65, false},
        {"g" HEX, 64, false},
        {HEX HEX, 128, false},
    };
    const struct place *place = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        write_key(place, rows[i].octets, rows[i].n, 0400);
        if (rows[i].is_key)
            assert_int_equal(load(place->source, "/nowhere"), expected_id());
        else
            refuse(place->source, "/nowhere", -EINVAL, "expected 32 bytes or 64 hex digits");
    }
}

static void test_modes(void **state)
{
    static const mode_t good[] = {0400, 0600, 0700};
    static const mode_t bad[] = {0440, 0404, 0444, 0640, 0420, 0402, 0410, 0401, 0666};
    const struct place *place = *state;

    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        write_key(place, RAW, 32, good[i]);
        assert_int_equal(load(place->source, "/nowhere"), expected_id());
    }
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        char words[32];

        write_key(place, RAW, 32, bad[i]);
        snprintf(words, sizeof(words), "mode %04o", (unsigned)bad[i]);
        refuse(place->source, "/nowhere", -EPERM, words);
    }
}

static void test_owner(void **state)
{
    const struct place *place = *state;

    write_key(place, RAW, 32, 0400);
    if (chown(place->path, 61001, 0) < 0) {
        print_message("only root can give a file away\n");
        skip();
    }
    refuse(place->source, "/nowhere", -EPERM, "belongs to uid 61001");
}

static void test_what_is_no_file(void **state)
{
    const struct place *place = *state;

    refuse(place->source, "/nowhere", -ENOENT, place->path);
    assert_int_equal(mkdir(place->path, 0700), 0);
    refuse(place->source, "/nowhere", -EINVAL, "not a regular file");
    refuse("file:/dev/null", "/nowhere", -EINVAL, "not a regular file");
}

static void test_ephemeral(void **state)
{
    (void)state;
    assert_int_not_equal(load("ephemeral", "/nowhere"), load("ephemeral", "/nowhere"));
}

static void test_first_start_makes_one(void **state)
{
    const struct place *place = *state;
    mode_t before = umask(0);
    struct stat st;
    uint32_t id = load(NULL, place->folder);

    umask(before);
    assert_int_equal(stat(place->path, &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0400);
    assert_int_equal(st.st_size, 32);
    assert_int_equal(load(NULL, place->folder), id);
    assert_int_equal(load(place->source, "/nowhere"), id);
    unlink(place->path);
    assert_int_not_equal(load(NULL, place->folder), id);
}

/* What an interrupted first start has left is no key. */
static void test_first_start_after_an_interrupted_one(void **state)
{
    const struct place *place = *state;
    char path[80];
    int fd;

    snprintf(path, sizeof(path), "%s.new", place->path);
    fd = open(path, O_WRONLY | O_CREAT, 0400);
    assert_int_equal(write(fd, RAW, 7), 7);
    close(fd);
    load(NULL, place->folder);
    assert_int_equal(access(path, F_OK), -1);
}

static void test_default_is_held_to_the_same(void **state)
{
    const struct place *place = *state;
    char folder[128];

    write_key(place, RAW, 32, 0440);
    refuse(NULL, place->folder, -EPERM, "mode 0440");
    snprintf(folder, sizeof(folder), "%s/missing", place->folder);
    refuse(NULL, folder, -ENOENT, folder);
}

static void test_credentials(void **state)
{
    const struct place *place = *state;

    refuse("credential:smsotp.key", "/nowhere", -ENOENT, "LoadCredential=");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", place->folder, 1), 0);
    refuse("credential:smsotp.key", "/nowhere", -ENOENT, place->path);
    write_key(place, RAW, 32, 0440); /* as systemd leaves it where the unit runs as root */
    assert_int_equal(load("credential:smsotp.key", "/nowhere"), expected_id());
    assert_int_equal(load(NULL, "/nowhere"), expected_id());
    refuse("credential:other", "/nowhere", -ENOENT, "other");
    write_key(place, RAW, 31, 0400);
    refuse("credential:smsotp.key", "/nowhere", -EINVAL, "expected 32 bytes");
}

/* Loads, and keeps both. */
struct loaded {
    struct master_key master;
    struct otp_keyring *keyring;
};

static struct loaded *load_pair(const char *source, const char *state_dir)
{
    struct loaded *loaded = calloc(1, sizeof(*loaded));
    char error[MASTER_KEY_ERROR_SIZE];

    if (master_key_load(&loaded->master, &loaded->keyring, source, state_dir, error) < 0)
        fail_msg("%s", error);
    return loaded;
}

static struct loaded *forget_pair(struct loaded *loaded)
{
    otp_keyring_free(loaded->keyring);
    free(loaded);
    return NULL;
}

/* The name of the next key, 0 where there is none; then `ret_error` tells why. */
static uint32_t renew(const struct loaded *loaded, int *ret_error, char *ret_reason)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *next = NULL;

    *ret_error = loaded->master.source.renew(loaded->master.source.userdata, &next, ret_reason);
    return *ret_error == 0 ? otp_keyring_id(next) : 0;
}

static void test_renewed_file(void **state)
{
    const struct place *place = *state;
    char previous[80], reason[KEY_SOURCE_ERROR_SIZE];
    struct loaded *loaded;
    uint32_t first, next;
    struct stat st;
    int r;

    snprintf(previous, sizeof(previous), "%s.previous", place->path);
    write_key(place, HEX "\n", 65, 0400);
    loaded = load_pair(place->source, "/nowhere");
    first = otp_keyring_id(loaded->keyring);
    assert_int_equal(otp_keyring_previous_id(loaded->keyring), 0);
    next = renew(loaded, &r, reason);
    assert_int_equal(r, 0);
    assert_int_not_equal(next, first);
    assert_int_equal(stat(previous, &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0400);

    /* A second time, before the first is in force: the same new key, none is lost. */
    assert_int_equal(renew(loaded, &r, reason), next);
    forget_pair(loaded);
    loaded = load_pair(place->source, "/nowhere");
    assert_int_equal(otp_keyring_id(loaded->keyring), next);
    assert_int_equal(otp_keyring_previous_id(loaded->keyring), first);
    assert_int_equal(
        loaded->master.source.drop_previous(loaded->master.source.userdata, reason), 0);
    assert_int_equal(access(previous, F_OK), -1);
    forget_pair(loaded);
    loaded = load_pair(place->source, "/nowhere");
    assert_int_equal(otp_keyring_previous_id(loaded->keyring), 0);
    forget_pair(loaded);
}

/* The power went between the two files: both have the key in force. */
static void test_renewal_that_was_interrupted(void **state)
{
    const struct place *place = *state;
    char previous[80], reason[KEY_SOURCE_ERROR_SIZE];
    struct loaded *loaded;
    uint32_t first;
    int r;

    snprintf(previous, sizeof(previous), "%s.previous", place->path);
    write_key(place, RAW, 32, 0400);
    assert_int_equal(link(place->path, previous), 0);
    loaded = load_pair(place->source, "/nowhere");
    first = otp_keyring_id(loaded->keyring);
    assert_int_equal(otp_keyring_previous_id(loaded->keyring), 0);
    assert_int_not_equal(renew(loaded, &r, reason), first);
    assert_int_equal(r, 0);
    forget_pair(loaded);
    loaded = load_pair(place->source, "/nowhere");
    assert_int_equal(otp_keyring_previous_id(loaded->keyring), first);
    forget_pair(loaded);
    unlink(previous);
}

/* Somebody has put another key there meanwhile: neither it nor the one in force is touched. */
static void test_renewal_of_a_changed_file(void **state)
{
    const struct place *place = *state;
    char reason[KEY_SOURCE_ERROR_SIZE], other[32] = {1};
    struct loaded *loaded;
    int r;

    write_key(place, RAW, 32, 0400);
    loaded = load_pair(place->source, "/nowhere");
    write_key(place, other, 32, 0400);
    assert_int_equal(renew(loaded, &r, reason), 0);
    assert_int_equal(r, -ENOTSUP);
    assert_non_null(strstr(reason, "restart"));
    forget_pair(loaded);
}

static void test_previous_is_held_to_the_same(void **state)
{
    const struct place *place = *state;
    char previous[80];

    snprintf(previous, sizeof(previous), "%s.previous", place->path);
    write_key(place, RAW, 32, 0440);
    assert_int_equal(rename(place->path, previous), 0);
    write_key(place, RAW, 32, 0400);
    refuse(place->source, "/nowhere", -EPERM, ".previous has mode 0440");
    unlink(previous);
}

static void test_renewal_by_hand(void **state)
{
    const struct place *place = *state;
    char reason[KEY_SOURCE_ERROR_SIZE] = "", previous[80];
    struct loaded *loaded;
    int r;

    snprintf(previous, sizeof(previous), "%s.previous", place->path);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", place->folder, 1), 0);
    write_key(place, HEX HEX, 64, 0400);
    assert_int_equal(rename(place->path, previous), 0);
    write_key(place, "0123456789abcdef0123456789abcdef", 32, 0400);
    loaded = load_pair(NULL, "/nowhere");
    assert_int_equal(otp_keyring_previous_id(loaded->keyring), expected_id());
    assert_int_equal(renew(loaded, &r, reason), 0);
    assert_int_equal(r, -ENOTSUP);
    assert_non_null(strstr(reason, "smsotp.key.previous"));
    r = loaded->master.source.drop_previous(loaded->master.source.userdata, reason);
    assert_int_equal(r, -ENOTSUP);
    assert_non_null(strstr(reason, "smsotp.key.previous"));
    assert_int_equal(access(previous, F_OK), 0);
    forget_pair(loaded);
    unlink(previous);
}

static void test_renewal_where_nothing_may_be_written(void **state)
{
    const struct place *place = *state;
    char reason[KEY_SOURCE_ERROR_SIZE] = "";
    struct loaded *loaded;
    int r;

    if (geteuid() != 0) {
        print_message("only root can become somebody else\n");
        skip();
    }
    write_key(place, RAW, 32, 0400);
    loaded = load_pair(place->source, "/nowhere");
    assert_int_equal(chown(place->path, 61001, (gid_t)-1), 0);
    assert_int_equal(chmod(place->folder, 0755), 0);
    assert_int_equal(seteuid(61001), 0);
    assert_int_equal(renew(loaded, &r, reason), 0);
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(r, -ENOTSUP);
    assert_non_null(strstr(reason, "smsotp.key.previous"));
    forget_pair(loaded);
}

static void test_renewal_in_memory(void **state)
{
    char reason[KEY_SOURCE_ERROR_SIZE];
    struct loaded *loaded = load_pair("ephemeral", "/nowhere");
    uint32_t next;
    int r;

    (void)state;
    next = renew(loaded, &r, reason);
    assert_int_equal(r, 0);
    assert_int_not_equal(next, otp_keyring_id(loaded->keyring));
    assert_int_equal(
        loaded->master.source.drop_previous(loaded->master.source.userdata, reason), 0);
    forget_pair(loaded);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        PLACED(test_contents),
        PLACED(test_modes),
        PLACED(test_owner),
        PLACED(test_what_is_no_file),
        cmocka_unit_test(test_ephemeral),
        PLACED(test_first_start_makes_one),
        PLACED(test_first_start_after_an_interrupted_one),
        PLACED(test_default_is_held_to_the_same),
        PLACED(test_credentials),
        PLACED(test_renewed_file),
        PLACED(test_renewal_that_was_interrupted),
        PLACED(test_renewal_of_a_changed_file),
        PLACED(test_previous_is_held_to_the_same),
        PLACED(test_renewal_by_hand),
        PLACED(test_renewal_where_nothing_may_be_written),
        cmocka_unit_test(test_renewal_in_memory),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
