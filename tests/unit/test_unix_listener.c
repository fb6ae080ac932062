/* Listening sockets: what stands in the way, and what is left alone. */
#include "api/unix_listener.h"

#include "util/macros.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cmocka.h>

struct place {
    char folder[32];
    char path[64];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));

    snprintf(place->folder, sizeof(place->folder), "/tmp/smsotp-ul-XXXXXX");
    if (!mkdtemp(place->folder))
        return -1;
    snprintf(place->path, sizeof(place->path), "%s/s", place->folder);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;

    unlink(place->path);
    rmdir(place->path);
    rmdir(place->folder);
    free(place);
    return 0;
}

static int open_at(const char *path, mode_t mode)
{
    char error[UNIX_LISTENER_ERROR_SIZE];
    int fd = unix_listener_open(path, &(struct unix_access){.mode = mode}, error);

    if (fd < 0)
        fail_msg("%s", error);
    return fd;
}

static void refuse_at(const char *path, int expected, const char *words)
{
    char error[UNIX_LISTENER_ERROR_SIZE] = "";

    assert_int_equal(
        unix_listener_open(path, &(struct unix_access){.mode = 0600}, error), expected);
    if (!strstr(error, words))
        fail_msg("%s", error);
}

/* Whether somebody accepts a connection there. */
static bool can_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, path, strlen(path) + 1);
    return connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode;
}

static void test_modes(void **state)
{
    static const mode_t modes[] = {0600, 0660, 0666};
    static const mode_t masks[] = {0, 022, 077};
    const struct place *place = *state;

    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        mode_t before = umask(masks[i]);
        _cleanup_close_ int fd = open_at(place->path, modes[i]);

        umask(before);
        assert_int_equal(mode_of(place->path), S_IFSOCK | modes[i]);
        assert_true(can_connect(place->path));
        assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
        unlink(place->path);
    }
}

/* A group of root's choice, or our own; one that is not ours is refused, and no socket stays. */
static void test_groups(void **state)
{
    const struct place *place = *state;
    const struct unix_access access = {
        .mode = 0660, .has_gid = true, .gid = geteuid() == 0 ? 4711 : getegid()};
    const struct unix_access strange = {.mode = 0660, .has_gid = true, .gid = 4711};
    char error[UNIX_LISTENER_ERROR_SIZE];
    struct stat st;
    int fd = unix_listener_open(place->path, &access, error);

    assert_true(fd >= 0);
    assert_int_equal(stat(place->path, &st), 0);
    assert_int_equal(st.st_gid, access.gid);
    assert_int_equal(st.st_mode & 07777, 0660);
    close(fd);
    unlink(place->path);
    if (geteuid() == 0)
        return;
    assert_int_equal(unix_listener_open(place->path, &strange, error), -EPERM);
    assert_non_null(strstr(error, "member of the group"));
    assert_int_equal(stat(place->path, &st), -1);
}

static void test_dead_socket_is_replaced(void **state)
{
    const struct place *place = *state;
    int fd;

    close(open_at(place->path, 0600));
    assert_false(can_connect(place->path));
    fd = open_at(place->path, 0666);
    assert_true(can_connect(place->path));
    assert_int_equal(mode_of(place->path), S_IFSOCK | 0666);
    close(fd);
}

static void test_live_socket_is_left_alone(void **state)
{
    const struct place *place = *state;
    int fd = open_at(place->path, 0600);

    refuse_at(place->path, -EADDRINUSE, "another process serves");
    assert_true(can_connect(place->path));
    close(fd);
}

/* One that serves, but so many wait that connect() does not succeed. */
static void test_busy_socket_is_left_alone(void **state)
{
    const struct place *place = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    int peers[3];

    memcpy(address.sun_path, place->path, strlen(place->path) + 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 0), 0);
    for (size_t i = 0; i < ARRAY_SIZE(peers); i++) {
        peers[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(peers[i], (struct sockaddr *)&address, sizeof(address));
    }
    assert_int_equal(errno, EAGAIN);
    refuse_at(place->path, -EADDRINUSE, "another process serves");
    for (size_t i = 0; i < ARRAY_SIZE(peers); i++)
        close(peers[i]);
}

static void test_other_things_are_left_alone(void **state)
{
    const struct place *place = *state;
    struct stat st;
    int fd = open(place->path, O_WRONLY | O_CREAT, 0644);

    assert_int_equal(write(fd, "bill", 4), 4);
    close(fd);
    refuse_at(place->path, -EEXIST, "something else than a socket");
    assert_int_equal(stat(place->path, &st), 0);
    assert_int_equal(st.st_size, 4);
    unlink(place->path);

    assert_int_equal(mkdir(place->path, 0700), 0);
    refuse_at(place->path, -EEXIST, "something else than a socket");
    assert_true(S_ISDIR(mode_of(place->path)));
    rmdir(place->path);

    assert_int_equal(symlink("/tmp/nowhere", place->path), 0);
    refuse_at(place->path, -EEXIST, "something else than a socket");
    assert_true(S_ISLNK(mode_of(place->path)));
}

static void test_lengths(void **state)
{
    const struct place *place = *state;
    char path[256];
    size_t n = (size_t)snprintf(path, sizeof(path), "%s/", place->folder);

    memset(path + n, 'x', sizeof(path) - n);
    path[107] = '\0'; /* sun_path has 108 bytes with the NUL: unix(7) */
    close(open_at(path, 0600));
    unlink(path);
    path[107] = 'x';
    path[108] = '\0';
    refuse_at(path, -ENAMETOOLONG, "107 bytes");
    path[108] = 'x';
    path[255] = '\0';
    refuse_at(path, -ENAMETOOLONG, "107 bytes");
}

static void test_no_folder(void **state)
{
    (void)state;
    refuse_at("/tmp/no/such/folder/s", -ENOENT, "/tmp/no/such/folder/s: No such file");
    refuse_at("/dev/null/s", -ENOTDIR, "/dev/null/s");
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        PLACED(test_modes),
        PLACED(test_groups),
        PLACED(test_dead_socket_is_replaced),
        PLACED(test_live_socket_is_left_alone),
        PLACED(test_busy_socket_is_left_alone),
        PLACED(test_other_things_are_left_alone),
        PLACED(test_lengths),
        cmocka_unit_test(test_no_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
