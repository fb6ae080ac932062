/* What connections have in common: the date, who leaves first, and the end of all. */
#include "http/service.h"

#include "http/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

static usec_t wall;

static usec_t read_wall(void *userdata)
{
    (void)userdata;
    return wall;
}

static usec_t read_boottime(void *userdata)
{
    (void)userdata;
    return 1;
}

static const struct clock still = {.boottime = read_boottime, .realtime = read_wall};

static int set_up(void **state)
{
    static struct http_service service;
    struct loop *loop;

    if (loop_new(&loop, &still) < 0)
        return -1;
    http_service_init(&service, loop);
    *state = &service;
    return 0;
}

static int tear_down(void **state)
{
    struct http_service *service = *state;
    struct loop *loop = service->loop;

    http_service_fini(service);
    loop_free(loop);
    return 0;
}

static void test_date(void **state)
{
    wall = 784111777 * USEC_PER_SEC + 999999;
    assert_string_equal(http_service_date(*state), "Sun, 06 Nov 1994 08:49:37 GMT");
    wall += 1;
    assert_string_equal(http_service_date(*state), "Sun, 06 Nov 1994 08:49:38 GMT");
    wall -= USEC_PER_SEC; /* a clock may go back */
    assert_string_equal(http_service_date(*state), "Sun, 06 Nov 1994 08:49:37 GMT");
}

static void test_ends(void **state)
{
    struct http_service *service = *state;
    char byte;
    int ours[3], theirs[3];

    for (int i = 0; i < 3; i++) {
        int fds[2];

        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
        ours[i] = fds[0];
        theirs[i] = fds[1];
        assert_int_equal(http_connection_new(service, theirs[i], false, NULL), 0);
    }
    assert_true(http_service_make_room(service));
    assert_int_equal(recv(ours[0], &byte, 1, 0), 0); /* the eldest */
    assert_int_equal(recv(ours[1], &byte, 1, 0), -1);
    http_service_fini(service);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(recv(ours[i], &byte, 1, 0), 0);
        close(ours[i]);
    }
    assert_int_equal(service->crowd.n, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(test_date), TEST(test_ends)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
