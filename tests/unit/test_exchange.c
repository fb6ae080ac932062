/* One request and its answer, against a peer in a thread that says what a row tells it to say. */
#include "client/exchange.h"

#include "http_peer.h"

#include <errno.h>

#define PATIENCE (5 * USEC_PER_SEC)

static int ask(const struct peer *peer, usec_t timeout, struct reply *ret,
    char ret_error[static EXCHANGE_ERROR_SIZE])
{
    struct exchange exchange = {.socket_path = peer->path,
        .method = "GET",
        .route = "/v1/health",
        .timeout_usec = timeout};

    return exchange_run(&exchange, ret, ret_error);
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
        {TEXT(
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
            200, "abc"},
        {TEXT("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 1\r\n\r\nx"), 201,
            "x"},
        /* Nobody is followed elsewhere. */
        {TEXT("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"),
            302, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char error[EXCHANGE_ERROR_SIZE] = "";
        struct reply reply = {0};
        struct peer peer = {0};

        peer_start(&peer, rows[i].says, rows[i].n);
        if (ask(&peer, PATIENCE, &reply, error) < 0)
            fail_msg("row %zu: %s", i, error);
        assert_int_equal(reply.status, rows[i].status);
        assert_string_equal(reply.body, rows[i].body);
        assert_int_equal(reply.n_body, strlen(rows[i].body));
        reply_fini(&reply);
        assert_null(reply.body);
        peer_end(&peer);
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
        char error[EXCHANGE_ERROR_SIZE] = "";
        struct reply reply = {.status = 7};
        struct peer peer = {0};
        int r;

        peer_start(&peer, rows[i].says, rows[i].n);
        r = ask(&peer, PATIENCE, &reply, error);
        if (r != -EIO)
            fail_msg("row %zu: %d %s", i, r, error);
        assert_int_equal(reply.status, 7);
        assert_non_null(strstr(error, peer.path));
        peer_end(&peer);
    }
}

static void test_sizes(void **state)
{
    static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";
    size_t n_head = sizeof(head) - 1;

    (void)state;
    for (size_t n = (1 << 20) - 1; n <= (1 << 20) + 1; n++) {
        _cleanup_free_ char *says = malloc(n_head + n);
        char error[EXCHANGE_ERROR_SIZE] = "";
        struct reply reply = {0};
        struct peer peer = {0};
        int r;

        memcpy(says, head, n_head);
        memset(says + n_head, 'x', n);
        peer_start(&peer, says, n_head + n);
        r = ask(&peer, PATIENCE, &reply, error);
        assert_int_equal(r, n <= 1 << 20 ? 0 : -EIO);
        if (r == 0)
            assert_int_equal(reply.n_body, n);
        reply_fini(&reply);
        peer_end(&peer);
    }
}

static void test_time_out(void **state)
{
    static const char *const says[] = {"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
        usec_t begin = clock_boottime(&clock_system), took;
        char error[EXCHANGE_ERROR_SIZE] = "";
        struct peer peer = {.stays = true};
        struct reply reply = {0};

        peer_start(&peer, says[i], strlen(says[i]));
        assert_int_equal(ask(&peer, 200 * USEC_PER_MSEC, &reply, error), -ETIMEDOUT);
        took = clock_boottime(&clock_system) - begin;
        assert_true(took >= 150 * USEC_PER_MSEC && took < 3 * USEC_PER_SEC);
        assert_non_null(strstr(error, "in time"));
        peer_end(&peer);
    }
}

static void test_nobody_there(void **state)
{
    static const char *const paths[] = {"/no/such/socket", "/tmp", "/dev/null"};
    char error[EXCHANGE_ERROR_SIZE];
    struct reply reply;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        struct exchange exchange = {.socket_path = paths[i],
            .method = "GET",
            .route = "/",
            .timeout_usec = PATIENCE};

        assert_int_equal(exchange_run(&exchange, &reply, error), -ENOTCONN);
        assert_non_null(strstr(error, paths[i]));
    }
}

/* What goes out, each on a connection of its own. */
static void test_requests(void **state)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    const char *const headers[] = {"Idempotency-Key: k-1", NULL};
    char error[EXCHANGE_ERROR_SIZE], route[2000] = "/", path[200];
    struct reply reply = {0};
    struct peer peer = {.times = 2};
    struct exchange exchange = {.method = "POST",
        .route = "/v1/x",
        .body = "{\"a\":1}",
        .headers = headers,
        .timeout_usec = PATIENCE};

    (void)state;
    peer_start(&peer, TEXT(ok));
    exchange.socket_path = peer.path;
    assert_int_equal(exchange_run(&exchange, &reply, error), 0);
    reply_fini(&reply);
    exchange = (struct exchange){.socket_path = peer.path,
        .method = "GET",
        .route = "/v1/y?z=1",
        .timeout_usec = PATIENCE};
    assert_int_equal(exchange_run(&exchange, &reply, error), 0);
    reply_fini(&reply);
    memset(route + 1, 'x', sizeof(route) - 2);
    exchange.route = route;
    assert_int_equal(exchange_run(&exchange, &reply, error), -EIO);
    memset(path, 'p', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    exchange.socket_path = path;
    assert_int_equal(exchange_run(&exchange, &reply, error), -ENAMETOOLONG);
    peer_end(&peer);
    assert_ptr_equal(strstr(peer.heard, "POST /v1/x HTTP/1.1\r\n"), peer.heard);
    assert_non_null(strstr(peer.heard, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(peer.heard, "\r\nIdempotency-Key: k-1\r\n"));
    assert_non_null(strstr(peer.heard, "GET /v1/y?z=1 HTTP/1.1\r\n"));
}

struct stream {
    char text[64];
    unsigned n_idle;
    size_t enough; /* bytes after which to stop */
};

static bool on_data(void *userdata, const char *data, size_t n)
{
    struct stream *stream = userdata;

    snprintf(stream->text + strlen(stream->text), sizeof(stream->text) - strlen(stream->text),
        "%.*s", (int)n, data);
    return stream->enough == 0 || strlen(stream->text) < stream->enough;
}

static bool on_idle(void *userdata)
{
    struct stream *stream = userdata;

    return ++stream->n_idle < 3;
}

/* Read to the peer's end, to the reader's in the data, to the reader's while nothing comes. */
static void test_streams(void **state)
{
    static const struct {
        const char *says;
        bool stays;
        size_t enough;
        unsigned status;
        const char *text, *body;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\n\r\nabc", false, 0, 200, "abc", ""},
        {"HTTP/1.1 200 OK\r\n\r\nabc", true, 3, 200, "abc", ""},
        {"HTTP/1.1 200 OK\r\n\r\nabc", true, 0, 200, "abc", ""},
        {"HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno", false, 0, 503, "", "no"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct stream stream = {.enough = rows[i].enough};
        struct exchange_reader reader = {on_data, on_idle, &stream, USEC_INFINITY};
        struct peer peer = {.stays = rows[i].stays};
        char error[EXCHANGE_ERROR_SIZE] = "";
        struct reply reply = {0};
        struct exchange exchange = {.method = "GET", .route = "/", .timeout_usec = USEC_INFINITY};

        peer_start(&peer, rows[i].says, strlen(rows[i].says));
        exchange.socket_path = peer.path;
        if (exchange_stream(&exchange, &reader, &reply, error) < 0)
            fail_msg("row %zu: %s", i, error);
        assert_int_equal(reply.status, rows[i].status);
        assert_string_equal(stream.text, rows[i].text);
        assert_string_equal(reply.body, rows[i].body);
        reply_fini(&reply);
        peer_end(&peer);
    }
}

/* A peer that hangs is found out, before its head and after it; one that is slow is left alone. */
static void test_silence(void **state)
{
    static const struct {
        const char *says, *text;
        unsigned pace_ms;
        int r;
    } rows[] = {
        {"", "", 0, -ETIMEDOUT},
        {"HTTP/1.1 200 OK\r\n\r\n:\n\n", ":\n\n", 0, -ETIMEDOUT},
        {"HTTP/1.1 200 OK\r\n\r\n::", "::", 900, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct stream stream = {0};
        struct exchange_reader reader = {on_data, on_idle, &stream, 1500 * USEC_PER_MSEC};
        struct peer peer = {.stays = rows[i].r < 0, .pace_ms = rows[i].pace_ms};
        char error[EXCHANGE_ERROR_SIZE] = "";
        struct reply reply = {0};
        struct exchange exchange = {.method = "GET", .route = "/", .timeout_usec = USEC_INFINITY};

        peer_start(&peer, rows[i].says, strlen(rows[i].says));
        exchange.socket_path = peer.path;
        assert_int_equal(exchange_stream(&exchange, &reader, &reply, error), rows[i].r);
        assert_string_equal(stream.text, rows[i].text);
        if (rows[i].r < 0)
            assert_non_null(strstr(error, "in time"));
        reply_fini(&reply);
        peer_end(&peer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_no_replies),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_time_out),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_streams),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
