/*
 * Taking connections, with descriptors to spare and without; and the service that they are part of.
 */
#include "http/acceptor.h"

#include "http/connection.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#define N 40
#define LIMIT 64 /* of descriptors; 24 are kept free */

struct fixture {
    struct loop *loop;
    struct http_service service;
    struct acceptor acceptor;
    struct sockaddr_un address;
    struct rlimit limit;
    int peers[N];
    unsigned n_shortages, n_faults;
};

static void on_request(
    void *userdata, struct http_connection *connection, struct http_request *request)
{
    (void)userdata;
    http_request_fini(request);
    http_connection_answer(
        connection, &(struct http_answer){.status = 204, .content_type = "text/plain"});
}

static void on_fault(void *userdata, struct http_connection *connection, enum http_fault fault)
{
    struct fixture *f = userdata;

    f->n_faults += fault == HTTP_FAULT_CROWDED;
    http_connection_answer(
        connection, &(struct http_answer){.status = 503, .content_type = "text/plain"});
}

static void on_shortage(void *userdata)
{
    struct fixture *f = userdata;

    f->n_shortages++;
}

/* A socket in the abstract namespace, where nothing is left behind. */
static int set_up(void **state)
{
    static struct fixture f;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

    memset(&f, 0, sizeof(f));
    for (size_t i = 0; i < N; i++)
        f.peers[i] = -1;
    getrlimit(RLIMIT_NOFILE, &f.limit);
    f.address.sun_family = AF_UNIX;
    snprintf(f.address.sun_path + 1, sizeof(f.address.sun_path) - 1, "smsotp-test-%d", getpid());
    if (loop_new(&f.loop, &clock_system) < 0 ||
        bind(fd, (struct sockaddr *)&f.address, sizeof(f.address)) < 0 || listen(fd, N) < 0)
        return -1;
    http_service_init(&f.service, f.loop);
    f.service.on_request = on_request;
    f.service.on_fault = on_fault;
    *state = &f;
    return acceptor_init(&f.acceptor, &f.service, fd, on_shortage, &f);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    setrlimit(RLIMIT_NOFILE, &f->limit);
    for (size_t i = 0; i < N; i++)
        cleanup_closep(&f->peers[i]);
    acceptor_fini(&f->acceptor);
    http_service_fini(&f->service);
    loop_free(f->loop);
    return 0;
}

static void turn(struct fixture *f)
{
    for (int i = 0; i < 4; i++)
        assert_int_equal(loop_run_once(f->loop), 0);
}

/* Connects the `i`th peer, and has it ask where it is to be one that has asked. */
static void come(struct fixture *f, size_t i, bool asks)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost:\r\n\r\n";

    f->peers[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_true(f->peers[i] >= 0);
    assert_int_equal(
        connect(f->peers[i], (struct sockaddr *)&f->address, sizeof(f->address)), 0);
    if (asks)
        assert_int_equal(send(f->peers[i], request, strlen(request), 0), strlen(request));
}

static bool has_ended(int fd)
{
    char byte[256];
    ssize_t n;

    while ((n = recv(fd, byte, sizeof(byte), 0)) > 0)
        ;
    return n == 0 || errno != EAGAIN;
}

static void test_takes_all(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < N; i++)
        come(f, i, false);
    turn(f);
    assert_int_equal(f->service.crowd.n, N);
    assert_int_equal(f->n_shortages, 0);
    acceptor_fini(&f->acceptor); /* those there stay */
    assert_int_equal(f->service.crowd.n, N);
    acceptor_fini(&f->acceptor);
}

/* Those that have asked stay for longer than those that have not, the younger for longer than the
 * elder. */
static void test_makes_room(void **state)
{
    struct fixture *f = *state;

    come(f, 0, true);
    turn(f);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){LIMIT, f->limit.rlim_max});
    for (size_t i = 1; i < 30; i++) {
        come(f, i, false);
        turn(f);
    }
    assert_true(f->n_shortages > 0);
    assert_int_equal(f->n_faults, 0);
    assert_in_range(f->service.crowd.n, 2, 28);
    assert_false(has_ended(f->peers[0]));
    assert_true(has_ended(f->peers[1]));
    assert_false(has_ended(f->peers[29]));
    assert_true(http_service_make_room(&f->service));
}

/* With none left at all, it waits, and does not spin. */
static void test_pauses(void **state)
{
    struct fixture *f = *state;

    come(f, 0, false);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){3, f->limit.rlim_max});
    turn(f);
    assert_int_equal(f->n_shortages, 1);
    assert_true(timer_is_armed(&f->acceptor.resume));
    setrlimit(RLIMIT_NOFILE, &f->limit);
    assert_int_equal(f->service.crowd.n, 0);
    assert_false(http_service_make_room(&f->service));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_takes_all), TEST(test_makes_room), TEST(test_pauses)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
