/* The client's connection, against a server in a thread that says what a row tells it to say. */
#include "client/connection.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE (5 * USEC_PER_SEC)
#define TEXT(text) text, sizeof(text) - 1

struct peer {
    char folder[32];
    char path[48];
    int fd;
    pthread_t thread;
    const char *says; /* to the first connection, once it has asked */
    size_t n;
    unsigned times;      /* that it says it, request by request */
    bool stays;          /* does not hang up */
    char heard[4096];
};

static void *serve(void *userdata)
{
    struct peer *peer = userdata;
    int fd = accept(peer->fd, NULL, NULL);
    size_t heard = 0;

    for (unsigned i = 0; i < peer->times; i++) {
        ssize_t n = read(fd, peer->heard + heard, sizeof(peer->heard) - 1 - heard);

        if (n <= 0)
            break;
        heard += (size_t)n;
        for (size_t sent = 0; sent < peer->n;) {
            n = send(fd, peer->says + sent, peer->n - sent, MSG_NOSIGNAL);
            if (n <= 0)
                break;
            sent += (size_t)n;
        }
    }
    while (peer->stays && read(fd, (char[64]){0}, 64) > 0)
        ;
    close(fd);
    return NULL;
}

static void start(struct peer *peer, const char *says, size_t n)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(peer->folder, sizeof(peer->folder), "/tmp/smsotp-cc-XXXXXX");
    assert_non_null(mkdtemp(peer->folder));
    snprintf(peer->path, sizeof(peer->path), "%s/s", peer->folder);
    memcpy(address.sun_path, peer->path, strlen(peer->path) + 1);
    peer->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(peer->fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(peer->fd, 5), 0);
    peer->says = says;
    peer->n = n;
    if (peer->times == 0)
        peer->times = 1;
    assert_int_equal(pthread_create(&peer->thread, NULL, serve, peer), 0);
}

static void end(struct peer *peer)
{
    pthread_join(peer->thread, NULL);
    close(peer->fd);
    unlink(peer->path);
    rmdir(peer->folder);
}

static int ask(struct peer *peer, usec_t timeout, struct reply *ret,
    char ret_error[static CONNECTION_ERROR_SIZE])
{
    _cleanup_(connection_freep) struct connection *connection = NULL;

    assert_int_equal(connection_new(&connection, peer->path), 0);
    return connection_call(connection, "GET", "/v1/health", NULL, timeout, ret, ret_error);
}

static void test_replies(void **state)
{
    static const struct {
        const char *says;
        size_t n;
        unsigned status;
        const char *body;
    } rows[] = {
        {TEXT("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), 200, "{}"},
        {TEXT("HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nabc"), 503, "abc"},
        {TEXT("HTTP/1.1 204 None\r\n\r\n"), 204, ""},
        {TEXT("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 200, ""},
        {TEXT("HTTP/1.1 200 OK\r\n\r\nup to the end"), 200, "up to the end"},
        {TEXT("HTTP/1.0 200 OK\r\n\r\nold"), 200, "old"},
        {TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
            200, "abc"},
        {TEXT("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 1\r\n\r\nx"), 201,
            "x"},
        /* Nobody is followed elsewhere. */
        {TEXT("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"), 302,
            ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char error[CONNECTION_ERROR_SIZE] = "";
        struct reply reply = {0};
        struct peer peer = {0};

        start(&peer, rows[i].says, rows[i].n);
        if (ask(&peer, PATIENCE, &reply, error) < 0)
            fail_msg("row %zu: %s", i, error);
        assert_int_equal(reply.status, rows[i].status);
        assert_string_equal(reply.body, rows[i].body);
        assert_int_equal(reply.n_body, strlen(rows[i].body));
        reply_fini(&reply);
        assert_null(reply.body);
        end(&peer);
    }
}

static void test_no_replies(void **state)
{
    static const struct {
        const char *says;
        size_t n;
    } rows[] = {
        {TEXT("")},
        {TEXT("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")},
        {TEXT("HTTP/1.1 200")},
        {TEXT("SSH-2.0-OpenSSH_9.2\r\n")},
        {TEXT("\0\0\0\0\0\0\0\0\0\0\0\0")},
        {TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")},
        {TEXT("HTTP/7.0 200 OK\r\n\r\n")},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char error[CONNECTION_ERROR_SIZE] = "";
        struct reply reply = {.status = 7};
        struct peer peer = {0};
        int r;

        start(&peer, rows[i].says, rows[i].n);
        r = ask(&peer, PATIENCE, &reply, error);
        if (r != -EIO)
            fail_msg("row %zu: %d %s", i, r, error);
        assert_int_equal(reply.status, 7);
        assert_non_null(strstr(error, peer.path));
        end(&peer);
    }
}

static void test_sizes(void **state)
{
    static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";
    size_t n_head = sizeof(head) - 1;

    (void)state;
    for (size_t n = (1 << 20) - 1; n <= (1 << 20) + 1; n++) {
        _cleanup_free_ char *says = malloc(n_head + n);
        char error[CONNECTION_ERROR_SIZE] = "";
        struct reply reply = {0};
        struct peer peer = {0};
        int r;

        memcpy(says, head, n_head);
        memset(says + n_head, 'x', n);
        start(&peer, says, n_head + n);
        r = ask(&peer, PATIENCE, &reply, error);
        assert_int_equal(r, n <= 1 << 20 ? 0 : -EIO);
        if (r == 0)
            assert_int_equal(reply.n_body, n);
        reply_fini(&reply);
        end(&peer);
    }
}

static void test_time_out(void **state)
{
    static const char *const says[] = {"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
        usec_t begin = clock_boottime(&clock_system), took;
        char error[CONNECTION_ERROR_SIZE] = "";
        struct peer peer = {.stays = true};
        struct reply reply = {0};

        start(&peer, says[i], strlen(says[i]));
        assert_int_equal(ask(&peer, 200 * USEC_PER_MSEC, &reply, error), -ETIMEDOUT);
        took = clock_boottime(&clock_system) - begin;
        assert_true(took >= 150 * USEC_PER_MSEC && took < 3 * USEC_PER_SEC);
        assert_non_null(strstr(error, "in time"));
        end(&peer);
    }
}

static void test_nobody_there(void **state)
{
    static const char *const paths[] = {"/no/such/socket", "/tmp", "/dev/null"};
    char error[CONNECTION_ERROR_SIZE];
    struct reply reply;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        _cleanup_(connection_freep) struct connection *connection = NULL;

        assert_int_equal(connection_new(&connection, paths[i]), 0);
        assert_int_equal(
            connection_call(connection, "GET", "/", NULL, PATIENCE, &reply, error), -ENOTCONN);
        assert_non_null(strstr(error, paths[i]));
    }
}

/* What goes out; and that one connection serves for more than one request. */
static void test_requests(void **state)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    _cleanup_(connection_freep) struct connection *connection = NULL;
    char error[CONNECTION_ERROR_SIZE], route[2000] = "/";
    struct reply reply = {0};
    struct peer peer = {.times = 2};

    (void)state;
    start(&peer, TEXT(ok));
    assert_int_equal(connection_new(&connection, peer.path), 0);
    assert_int_equal(connection_add_header(connection, "Idempotency-Key: k-1"), 0);
    assert_int_equal(
        connection_call(connection, "POST", "/v1/x", "{\"a\":1}", PATIENCE, &reply, error), 0);
    reply_fini(&reply);
    assert_int_equal(
        connection_call(connection, "GET", "/v1/y?z=1", NULL, PATIENCE, &reply, error), 0);
    reply_fini(&reply);
    memset(route + 1, 'x', sizeof(route) - 2);
    assert_int_equal(
        connection_call(connection, "GET", route, NULL, PATIENCE, &reply, error), -EIO);
    end(&peer);
    assert_ptr_equal(strstr(peer.heard, "POST /v1/x HTTP/1.1\r\n"), peer.heard);
    assert_non_null(strstr(peer.heard, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(peer.heard, "\r\nIdempotency-Key: k-1\r\n"));
    assert_non_null(strstr(peer.heard, "\r\n\r\n{\"a\":1}GET /v1/y?z=1 HTTP/1.1\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_no_replies),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_time_out),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_requests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
