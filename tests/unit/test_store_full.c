/*
 * A full disk, twice: as a limit on the size of a file (RLIMIT_FSIZE, which needs no privileges),
 * and as a small tmpfs in a mount namespace of our own, skipped where the kernel does not allow
 * one.
 */
#include "store_fixture.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

static char tmpfs_directory[] = "/tmp/smsotp-tmpfs-XXXXXX";
static bool have_tmpfs;

/* Ways to fill the disk; `end` makes room again. */
struct filler {
    void (*begin)(struct fixture *f);
    void (*end)(struct fixture *f);
};

static void limit_file_size(rlim_t n_octets)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = n_octets;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void limit_begin(struct fixture *f)
{
    limit_file_size((rlim_t)fixture_size(f, "-wal") + 8192);
}

static void limit_end(struct fixture *f)
{
    (void)f;
    limit_file_size(RLIM_INFINITY);
}

static void ballast_begin(struct fixture *f)
{
    static const char octets[4096];
    char name[128];
    int fd;

    snprintf(name, sizeof(name), "%s/ballast", f->directory);
    fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    while (write(fd, octets, sizeof(octets)) > 0)
        ;
    assert_int_equal(errno, ENOSPC);
    close(fd);
}

static void ballast_end(struct fixture *f)
{
    char name[128];

    snprintf(name, sizeof(name), "%s/ballast", f->directory);
    assert_int_equal(unlink(name), 0);
}

static const struct filler limit_filler = {limit_begin, limit_end};
static const struct filler ballast_filler = {ballast_begin, ballast_end};

/* Small jobs meet the full disk at the commit, a large one while it runs. */
static void check_full(const char *directory, const struct filler *filler, size_t n_large_octets)
{
    struct fixture f;
    struct fixture_job before = {.id = 1}, after = {.id = 2};
    /* Its row is there already: it changes nothing, since the disk is full when it ends. */
    struct fixture_job holder = {.id = 1};
    struct fixture_job jobs[8] = {0};
    struct store_stats stats;

    fixture_init(&f, directory);
    fixture_open(&f);
    fixture_submit(&f, &before);
    fixture_wait(&f, 1);
    for (int i = 0; i < 8; i++) {
        jobs[i].id = 10 + i;
        jobs[i].n_octets = i == 3 ? n_large_octets : 16384;
    }
    fixture_run_behind(&f, &holder, jobs, 8, filler->begin);
    filler->end(&f);
    for (int i = 0; i < 8; i++)
        assert_int_equal(jobs[i].result, -ENOSPC);
    assert_int_equal(fixture_query(&f, "SELECT sum(id) FROM rows"), 1);
    fixture_submit(&f, &after);
    fixture_wait(&f, f.n_done + 1);
    assert_int_equal(before.result, 0);
    assert_int_equal(after.result, 0);
    for (int i = 0; i < 8; i++)
        jobs[i].n_octets = 100;
    fixture_run_batch(&f, jobs, 8, 2000);
    for (int i = 0; i < 8; i++)
        assert_int_equal(jobs[i].result, 0);
    store_get_stats(f.store, &stats);
    assert_int_equal(stats.failed_commits, 1);
    f.store = store_close(f.store);
    assert_int_equal(fixture_query(&f, "SELECT count(*) FROM rows"), 1 + 1 + 8 + 1);
    fixture_fini(&f);
}

static void test_limit_at_commit(void **state)
{
    (void)state;
    check_full(NULL, &limit_filler, 16384);
}

/* 3 MB are more than the cache holds: pages go out, and fail, before the commit. */
static void test_limit_within_a_job(void **state)
{
    (void)state;
    check_full(NULL, &limit_filler, 3000000);
}

static void needs_tmpfs(void)
{
    if (!have_tmpfs) {
        print_message("a tmpfs cannot be mounted here\n");
        skip();
    }
}

static void test_tmpfs_at_commit(void **state)
{
    (void)state;
    needs_tmpfs();
    check_full(tmpfs_directory, &ballast_filler, 16384);
}

static void test_tmpfs_within_a_job(void **state)
{
    (void)state;
    needs_tmpfs();
    check_full(tmpfs_directory, &ballast_filler, 3000000);
}

static void check_open_refused(int expected, const char *text)
{
    struct fixture f;
    struct store *store = NULL;
    char error[STORE_ERROR_SIZE] = "";
    struct store_config config;

    fixture_init(&f, tmpfs_directory);
    config.url = f.url;
    assert_int_equal(loop_new(&f.loop, &clock_system), 0);
    assert_int_equal(store_open(&store, f.loop, &fixture_log, &config, error), expected);
    assert_null(store);
    assert_non_null(strstr(error, text));
    fixture_fini(&f);
}

static void test_open_on_full_disk(void **state)
{
    struct fixture f;

    (void)state;
    needs_tmpfs();
    fixture_init(&f, tmpfs_directory);
    ballast_begin(&f);
    check_open_refused(-ENOSPC, "room");
    ballast_end(&f);
    fixture_open(&f);
    fixture_fini(&f);
}

static void test_open_read_only(void **state)
{
    (void)state;
    needs_tmpfs();
    assert_int_equal(mount("none", tmpfs_directory, "none", MS_REMOUNT | MS_RDONLY, NULL), 0);
    check_open_refused(-EROFS, "read-only");
    assert_int_equal(mount("none", tmpfs_directory, "none", MS_REMOUNT, NULL), 0);
}

static void write_file(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        if (write(fd, text, strlen(text)) < 0)
            print_message("%s: %s\n", name, strerror(errno));
        close(fd);
    }
}

/* Root in a namespace of our own, as whoever we are outside. */
static bool enter_namespace(void)
{
    char uid_map[32], gid_map[32];

    snprintf(uid_map, sizeof(uid_map), "0 %ld 1", (long)geteuid());
    snprintf(gid_map, sizeof(gid_map), "0 %ld 1", (long)getegid());
    if (geteuid() == 0)
        return unshare(CLONE_NEWNS) == 0;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return false;
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", uid_map);
    write_file("/proc/self/gid_map", gid_map);
    return true;
}

static int set_up_group(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    if (!mkdtemp(tmpfs_directory))
        return -1;
    have_tmpfs = enter_namespace() && mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
                 mount("tmpfs", tmpfs_directory, "tmpfs", 0, "size=1m") == 0;
    return 0;
}

static int tear_down_group(void **state)
{
    (void)state;
    if (have_tmpfs)
        umount(tmpfs_directory);
    rmdir(tmpfs_directory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limit_at_commit),
        cmocka_unit_test(test_limit_within_a_job),
        cmocka_unit_test(test_tmpfs_at_commit),
        cmocka_unit_test(test_tmpfs_within_a_job),
        cmocka_unit_test(test_open_on_full_disk),
        cmocka_unit_test(test_open_read_only),
    };

    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
