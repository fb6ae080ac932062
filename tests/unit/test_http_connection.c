/* A connection over a socket pair: order of answers, peers that leave or do not read, streams. */
#include "http/connection.h"

#include "smsotp/limits.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cmocka.h>

#define GET "GET /a HTTP/1.1\r\nHost:\r\n\r\n"
#define LARGE (4 * 1024 * 1024) /* more than a socket takes */

/* What the service makes of the next request. */
enum behaviour { ANSWER_AT_ONCE, KEEP, ANSWER_LARGE };

struct fixture {
    struct loop *loop;
    struct http_service service;
    int peer; /* -1: gone */
    int ours; /* the connection's own end, which it closes */
    enum behaviour behaviour;
    struct http_connection *kept; /* whose request is to be answered */
    unsigned n_requests, n_gone;
    enum http_fault fault;
};

static char large[LARGE];

/* A clock that can be made to fly: each look at it is so much later than the one before. */
static usec_t flown, pace;

static usec_t read_time(void *userdata)
{
    (void)userdata;
    flown += pace;
    return clock_boottime(&clock_system) + flown;
}

static usec_t read_wall(void *userdata)
{
    (void)userdata;
    return 0;
}

static const struct clock flying = {.boottime = read_time, .realtime = read_wall};

static void answer(struct http_connection *connection, const char *body, size_t n)
{
    http_connection_answer(connection, &(struct http_answer){.status = 200,
                                           .content_type = "text/plain",
                                           .fields = "X: y\r\n",
                                           .body = body,
                                           .n_body = n});
}

static void on_request(
    void *userdata, struct http_connection *connection, struct http_request *request)
{
    struct fixture *f = userdata;

    f->n_requests++;
    if (f->behaviour == KEEP)
        f->kept = connection;
    else if (f->behaviour == ANSWER_LARGE)
        answer(connection, large, LARGE);
    else
        answer(connection, request->target, strlen(request->target));
    http_request_fini(request);
}

static void on_fault(void *userdata, struct http_connection *connection, enum http_fault fault)
{
    struct fixture *f = userdata;

    f->fault = fault;
    http_connection_answer(
        connection, &(struct http_answer){
                        .status = 400, .content_type = "text/plain", .body = "no", .n_body = 2});
}

static void on_gone(void *userdata)
{
    struct fixture *f = userdata;

    f->n_gone++;
}

static void join(struct fixture *f, struct http_service *service, bool is_refused)
{
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    f->peer = fds[0];
    f->ours = fds[1];
    assert_int_equal(http_connection_new(service, fds[1], is_refused, f), 0);
}

static void connect_peer(struct fixture *f, bool is_refused)
{
    join(f, &f->service, is_refused);
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof(f));
    flown = 0;
    memset(large, 'l', sizeof(large));
    pace = 0;
    if (loop_new(&f.loop, &flying) < 0)
        return -1;
    http_service_init(&f.service, f.loop);
    f.service.on_request = on_request;
    f.service.on_fault = on_fault;
    connect_peer(&f, false);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    cleanup_closep(&f->peer);
    http_service_fini(&f->service);
    loop_free(f->loop);
    return 0;
}

static void turn(struct fixture *f)
{
    for (int i = 0; i < 4; i++)
        assert_int_equal(loop_run_once(f->loop), 0);
}

static void say(struct fixture *f, const char *text)
{
    assert_int_equal(send(f->peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    turn(f);
}

/* All that the connection has sent; ends in `(end)` where it has ended. */
static const char *hear(struct fixture *f)
{
    static char text[65536];
    size_t n = 0;
    ssize_t got;

    turn(f);
    while ((got = recv(f->peer, text + n, sizeof(text) - n - 8, 0)) > 0)
        n += (size_t)got;
    snprintf(text + n, sizeof(text) - n, "%s", got == 0 ? "(end)" : "");
    return text;
}

static unsigned count(const char *text, const char *what)
{
    unsigned n = 0;

    while ((text = strstr(text, what))) {
        text += strlen(what);
        n++;
    }
    return n;
}

static void test_answers(void **state)
{
    struct fixture *f = *state;
    const char *heard;

    say(f, GET);
    heard = hear(f);
    assert_non_null(strstr(heard, "HTTP/1.1 200 OK\r\nDate: "));
    assert_non_null(strstr(heard, "\r\nContent-Type: text/plain\r\n"));
    assert_non_null(strstr(heard, "\r\nContent-Length: 2\r\n"));
    assert_non_null(strstr(heard, "\r\nX: y\r\n\r\n/a"));
    assert_null(strstr(heard, "Connection:"));
    say(f, "HEAD /abc HTTP/1.1\r\nHost:\r\n\r\n" GET);
    heard = hear(f);
    assert_non_null(strstr(heard, "\r\nContent-Length: 4\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n"));
    say(f, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_non_null(strstr(hear(f), "\r\nConnection: keep-alive\r\n"));
    say(f, "GET /a HTTP/1.0\r\n\r\n");
    heard = hear(f);
    assert_non_null(strstr(heard, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(heard, "/a(end)"));
}

/* The second is not looked at before the first is answered, and nothing is read meanwhile. */
static void test_one_at_a_time(void **state)
{
    struct fixture *f = *state;

    f->behaviour = KEEP;
    say(f, GET GET);
    say(f, GET);
    assert_int_equal(f->n_requests, 1);
    assert_string_equal(hear(f), "");
    answer(f->kept, "1", 1);
    turn(f);
    assert_int_equal(f->n_requests, 2);
    answer(f->kept, "2", 1);
    turn(f);
    assert_int_equal(f->n_requests, 3);
    answer(f->kept, "3", 1);
    assert_int_equal(count(hear(f), "HTTP/1.1 200"), 3);
}

/* So many requests in one piece: to /0, /1 and on. */
static void say_many(struct fixture *f, unsigned n)
{
    static char text[65536];
    size_t length = 0;

    for (unsigned i = 0; i < n; i++)
        length += (size_t)snprintf(
            text + length, sizeof(text) - length, "GET /%u HTTP/1.1\r\nHost:\r\n\r\n", i);
    assert_int_equal(send(f->peer, text, length, MSG_NOSIGNAL), length);
}

/* Reads answers to so many in their order, whatever pieces they come in. */
static void hear_many(struct fixture *f, unsigned n)
{
    static char text[262144];
    char *p = text, body[32];
    unsigned i;

    text[0] = '\0';
    for (i = 0; i < 100 + n && count(text, "HTTP/1.1 200") < n; i++)
        strcat(text, hear(f));
    for (i = 0; i < n; i++) {
        snprintf(body, sizeof(body), "\r\n\r\n/%u%s", i, i + 1 < n ? "HTTP/1.1" : "");
        p = strstr(p, body);
        assert_non_null(p);
    }
    assert_string_equal(p, body); /* and no more */
}

/*
 * Who sends hundreds of requests at once gets a few of them answered, then others have their turn.
 */
static void test_many_at_once(void **state)
{
    struct fixture *f = *state, other = {0};

    join(&other, &f->service, false);
    say_many(f, 1200); /* more than the connection reads at once */
    say_many(&other, 1);
    while (f->n_requests < 200) {
        unsigned before = f->n_requests;

        assert_int_equal(loop_run_once(f->loop), 0);
        assert_in_range(f->n_requests - before, 1, 9);
        assert_int_equal(other.n_requests, 1);
    }
    hear_many(f, 1200);
    assert_int_equal(f->n_requests, 1200);
    assert_false(timer_is_armed(&f->service.next_turn.timer));
    close(other.peer);
}

/* Those who wait have their turns one after the other; one that goes leaves no gap. */
static void test_turns_in_rotation(void **state)
{
    struct fixture *f = *state, others[3] = {0};

    for (int i = 0; i < 3; i++) {
        others[i].loop = f->loop;
        join(&others[i], &f->service, false);
    }
    others[2].behaviour = KEEP;
    say_many(f, 60);
    for (int i = 0; i < 3; i++)
        say_many(&others[i], 60);
    for (int i = 0; f->n_requests < 30 && i < 60; i++) { /* all in one piece */
        assert_int_equal(loop_run_once(f->loop), 0);
        assert_true(f->n_requests - others[0].n_requests + 1 <= 2);
        assert_true(f->n_requests - others[1].n_requests + 1 <= 2);
    }
    assert_int_equal(others[2].n_requests, 1);
    answer(others[2].kept, "", 0);
    http_connection_end(others[2].kept); /* put off, and gone */
    close(others[0].peer);
    hear_many(&others[1], 60);
    hear_many(f, 60);
    assert_int_equal(others[2].n_requests, 1);
    close(others[1].peer);
    close(others[2].peer);
}

static void test_peer_that_leaves(void **state)
{
    struct fixture *f = *state;

    f->behaviour = KEEP;
    say(f, GET);
    cleanup_closep(&f->peer);
    f->peer = -1;
    turn(f);
    answer(f->kept, "1", 1); /* to nobody; it is not known yet that the peer has gone */
    turn(f);
    assert_int_equal(f->service.crowd.n, 0);

    connect_peer(f, false);
    say(f, GET);
    http_connection_end(f->kept);
    assert_int_equal(f->service.crowd.n, 0);
    answer(f->kept, "1", 1); /* the connection waits for it; a memory checker sees if not */
}

static void test_half_closed(void **state)
{
    struct fixture *f = *state;
    const char *heard;

    f->behaviour = KEEP;
    say(f, GET);
    shutdown(f->peer, SHUT_WR);
    turn(f);
    assert_int_equal(f->service.crowd.n, 1);
    answer(f->kept, "1", 1);
    heard = hear(f);
    assert_non_null(strstr(heard, "\r\n\r\n1(end)"));
    assert_int_equal(f->service.crowd.n, 0);
}

/* Nothing is read for a peer that does not read. */
static void test_peer_that_does_not_read(void **state)
{
    struct fixture *f = *state;
    size_t n = 0;

    f->behaviour = ANSWER_LARGE;
    say(f, GET GET);
    assert_int_equal(f->n_requests, 1);
    while (f->n_requests == 1) {
        size_t heard = strlen(hear(f));

        assert_int_not_equal(heard, 0);
        n += heard;
    }
    assert_true(n > LARGE / 2);
    assert_int_equal(f->n_requests, 2);
}

static void test_faults_end_it(void **state)
{
    struct fixture *f = *state;
    const char *heard;

    say(f, GET "nonsense\r\n\r\n" GET);
    heard = hear(f);
    assert_int_equal(f->fault, HTTP_FAULT_REQUEST_LINE);
    assert_int_equal(f->n_requests, 1);
    assert_non_null(strstr(heard, "HTTP/1.1 400 Bad Request\r\n"));
    assert_non_null(strstr(heard, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(heard, "no(end)"));
    say(f, GET); /* it still listens, so that the answer is not lost, and does not answer */
    assert_int_equal(f->n_requests, 1);
    cleanup_closep(&f->peer);
    f->peer = -1;
    turn(f);
    assert_int_equal(f->service.crowd.n, 0);
}

static void test_refused(void **state)
{
    struct fixture *f = *state;
    int first = f->peer;

    connect_peer(f, true);
    assert_int_equal(f->fault, HTTP_FAULT_CROWDED);
    say(f, GET);
    assert_non_null(strstr(hear(f), "no(end)"));
    assert_int_equal(f->n_requests, 0);
    close(first);
}

/* The oldest that waits goes for a new one; where all are at work the new one is told. */
static void test_too_many(void **state)
{
    struct fixture *f = *state;
    int first = f->peer;

    f->service.crowd.max_per_user = 1;
    connect_peer(f, false);
    assert_int_equal(f->service.crowd.n, 1);
    assert_int_equal(recv(first, (char[1]){0}, 1, 0), 0);
    close(first);
    first = f->peer;
    f->behaviour = KEEP;
    say(f, GET);
    connect_peer(f, false);
    assert_int_equal(f->fault, HTTP_FAULT_CROWDED);
    assert_non_null(strstr(hear(f), "no(end)"));
    answer(f->kept, "1", 1);
    close(first);
}

static void wait_for_the_end(struct fixture *f)
{
    while (f->service.crowd.n > 0)
        turn(f);
}

static void test_idle_for_too_long(void **state)
{
    struct fixture *f = *state;

    close(f->peer);
    turn(f);
    pace = SMSOTP_IDLE_TIMEOUT_SEC * USEC_PER_SEC - 50 * USEC_PER_MSEC;
    connect_peer(f, false);
    wait_for_the_end(f);
    assert_string_equal(hear(f), "(end)");
    assert_int_equal(f->fault, HTTP_FAULT_NONE);
}

/* The time of a request runs from its first byte, whatever comes after it. */
static void test_slow_request(void **state)
{
    struct fixture *f = *state;

    pace = SMSOTP_REQUEST_TIMEOUT_SEC * USEC_PER_SEC - 50 * USEC_PER_MSEC;
    say(f, "GET ");
    pace = 0;
    for (int i = 0; i < 100 && f->fault == HTTP_FAULT_NONE; i++) {
        say(f, "x");
        usleep(2000);
    }
    assert_int_equal(f->fault, HTTP_FAULT_TOO_SLOW);
    assert_non_null(strstr(hear(f), "no(end)"));
    assert_int_equal(f->n_requests, 0);
}

/* The socket is full before the peer is told that it may go on with its request, whose time is
 * nearly over. */
static void expect_with_a_full_socket(struct fixture *f)
{
    while (send(f->ours, large, 1000, MSG_DONTWAIT) > 0)
        ;
    pace = SMSOTP_REQUEST_TIMEOUT_SEC * USEC_PER_SEC - 200 * USEC_PER_MSEC;
    say(f, "POST /a HTTP/1.1\r\nHost:\r\nExpect: 100-continue\r\n");
    pace = 0;
    say(f, "Content-Length: 10\r\n\r\n");
}

static void wait_for_a_fault(struct fixture *f)
{
    for (int i = 0; i < 1000 && f->fault == HTTP_FAULT_NONE; i++) {
        turn(f);
        usleep(2000);
    }
    assert_int_equal(f->fault, HTTP_FAULT_TOO_SLOW);
}

/* No time for a request is got by not reading that it may go on. */
static void test_slow_request_and_slow_reader(void **state)
{
    struct fixture *f = *state;

    expect_with_a_full_socket(f);
    while (!strstr(hear(f), "HTTP/1.1 100 Continue\r\n\r\n"))
        ;
    assert_int_equal(f->fault, HTTP_FAULT_NONE);
    wait_for_a_fault(f);
    assert_non_null(strstr(hear(f), "no(end)"));
}

/* Who does not read the answer to his fault either is left after a while. */
static void test_fault_and_slow_reader(void **state)
{
    struct fixture *f = *state;

    expect_with_a_full_socket(f);
    pace = SMSOTP_SEND_TIMEOUT_SEC * USEC_PER_SEC - 200 * USEC_PER_MSEC;
    wait_for_a_fault(f);
    for (int i = 0; i < 1000 && f->service.crowd.n > 0; i++) {
        turn(f);
        usleep(2000);
    }
    assert_int_equal(f->service.crowd.n, 0);
}

/* What is with the service has its time. */
static void test_slow_service(void **state)
{
    struct fixture *f = *state;

    f->behaviour = KEEP;
    say(f, GET);
    pace = USEC_PER_HOUR;
    turn(f);
    pace = 0;
    assert_int_equal(f->service.crowd.n, 1);
    answer(f->kept, "1", 1);
    assert_int_equal(count(hear(f), "HTTP/1.1 200"), 1);
}

static void test_slow_reader(void **state)
{
    struct fixture *f = *state;

    f->behaviour = ANSWER_LARGE;
    pace = (SMSOTP_SEND_TIMEOUT_SEC - 2) * USEC_PER_SEC;
    say(f, GET);
    assert_int_equal(f->n_requests, 1);
    wait_for_the_end(f);
}

static bool start_stream(struct fixture *f, const char *request)
{
    f->behaviour = KEEP;
    say(f, request);
    return http_connection_stream(f->kept,
        &(struct http_answer){.status = 200, .content_type = "text/event-stream"}, on_gone, f);
}

static void test_stream(void **state)
{
    struct fixture *f = *state;
    const char *heard;

    assert_true(start_stream(f, GET));
    assert_int_equal(http_connection_stream_send(f->kept, "one\n", 4), 0);
    heard = hear(f);
    assert_non_null(strstr(heard, "\r\nTransfer-Encoding: chunked\r\n"));
    assert_null(strstr(heard, "Content-Length"));
    assert_non_null(strstr(heard, "\r\n\r\n4\r\none\n\r\n"));
    say(f, "what a peer says meanwhile is dropped");
    assert_int_equal(http_connection_stream_send(f->kept, "two", 3), 0);
    assert_string_equal(hear(f), "3\r\ntwo\r\n");
    http_connection_stream_end(f->kept);
    assert_string_equal(hear(f), "0\r\n\r\n");
    f->behaviour = ANSWER_AT_ONCE;
    say(f, GET);
    assert_int_equal(count(hear(f), "HTTP/1.1 200"), 1);
    assert_int_equal(f->n_gone, 0);
}

static void test_stream_to_old_peers_and_to_head(void **state)
{
    struct fixture *f = *state;
    const char *heard;

    assert_false(start_stream(f, "HEAD /a HTTP/1.1\r\nHost:\r\n\r\n"));
    assert_non_null(strstr(hear(f), "\r\nTransfer-Encoding: chunked\r\n\r\n"));
    assert_true(start_stream(f, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    assert_int_equal(http_connection_stream_send(f->kept, "one", 3), 0);
    http_connection_stream_end(f->kept);
    heard = hear(f);
    assert_null(strstr(heard, "chunked"));
    assert_non_null(strstr(heard, "\r\nConnection: close\r\n\r\none(end)"));
    assert_int_equal(f->n_gone, 0);
}

static void test_stream_whose_peer_leaves(void **state)
{
    struct fixture *f = *state;

    assert_true(start_stream(f, GET));
    cleanup_closep(&f->peer);
    f->peer = -1;
    turn(f);
    assert_int_equal(f->n_gone, 1);
    assert_int_equal(f->service.crowd.n, 0);

    connect_peer(f, false);
    assert_true(start_stream(f, GET));
    cleanup_closep(&f->peer);
    f->peer = -1;
    assert_int_equal(http_connection_stream_send(f->kept, "one", 3), -EPIPE);
    assert_int_equal(f->n_gone, 1); /* what is returned is not told twice */

    connect_peer(f, false);
    f->behaviour = KEEP;
    say(f, GET);
    http_connection_end(f->kept);
    assert_false(http_connection_stream(f->kept,
        &(struct http_answer){.status = 200, .content_type = "text/event-stream"}, on_gone, f));
    assert_int_equal(f->n_gone, 1);
}

static void test_stream_whose_peer_does_not_read(void **state)
{
    struct fixture *f = *state;
    size_t n = 0;
    int r = 0;

    assert_true(start_stream(f, GET));
    while (r == 0 && n < LARGE) {
        r = http_connection_stream_send(f->kept, large, 1000);
        n += 1000;
        turn(f);
    }
    assert_int_equal(r, -ENOBUFS);
    assert_true(n > SMSOTP_STREAM_BACKLOG_MAX);
    assert_int_equal(f->n_gone, 0);
    assert_int_equal(f->service.crowd.n, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_answers),
        TEST(test_one_at_a_time),
        TEST(test_many_at_once),
        TEST(test_turns_in_rotation),
        TEST(test_peer_that_leaves),
        TEST(test_half_closed),
        TEST(test_peer_that_does_not_read),
        TEST(test_faults_end_it),
        TEST(test_refused),
        TEST(test_too_many),
        TEST(test_idle_for_too_long),
        TEST(test_slow_request),
        TEST(test_slow_request_and_slow_reader),
        TEST(test_fault_and_slow_reader),
        TEST(test_slow_service),
        TEST(test_slow_reader),
        TEST(test_stream),
        TEST(test_stream_to_old_peers_and_to_head),
        TEST(test_stream_whose_peer_leaves),
        TEST(test_stream_whose_peer_does_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
