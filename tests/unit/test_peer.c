/* Who is at the other end: as the kernel tells of ourselves. */
#include "http/peer.h"

#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MANY 100 /* more than are asked for at first */

static void test_ourselves(void **state)
{
    gid_t ours[1024];
    int n_ours = getgroups(1024, ours);
    struct peer peer;
    const gid_t *groups;
    size_t n;
    int fds[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_int_equal(peer_read(&peer, fds[0]), 0);
    assert_int_equal(peer.uid, geteuid());
    assert_int_equal(peer.gid, getegid());
    groups = peer_groups(&peer, fds[0], &n);
    assert_int_equal(n, n_ours);
    assert_memory_equal(groups, ours, n * sizeof(gid_t));
    close(fds[0]);
    close(fds[1]);
    assert_ptr_equal(peer_groups(&peer, -1, &n), groups); /* asked once */
    peer_fini(&peer);
}

/* In a child, since groups are the whole process's. */
static void test_many_groups(void **state)
{
    struct peer peer;
    size_t n;
    int fds[2], back[2];
    char go;

    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, back), 0);
    if (fork() == 0) {
        gid_t many[MANY];

        for (size_t i = 0; i < MANY; i++)
            many[i] = (gid_t)(70000 + i);
        if (setgroups(MANY, many) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0 ||
            peer_read(&peer, fds[0]) < 0)
            _exit(1);
        go = peer_groups(&peer, fds[0], &n) && n == MANY &&
             peer.groups[MANY - 1] == 70000 + MANY - 1;
        _exit(write(back[1], &go, 1) == 1 ? 0 : 1);
    }
    close(back[1]);
    assert_int_equal(read(back[0], &go, 1), 1);
    assert_int_equal(go, 1);
    close(back[0]);
    assert_true(wait(NULL) > 0);
}

static void test_no_socket(void **state)
{
    struct peer peer = {0};
    size_t n = 7;

    (void)state;
    assert_true(peer_read(&peer, -1) < 0);
    assert_null(peer_groups(&peer, -1, &n));
    assert_int_equal(n, 0);
    peer_fini(&peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ourselves),
        cmocka_unit_test(test_many_groups),
        cmocka_unit_test(test_no_socket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
