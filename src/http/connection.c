#include "http/connection.h"

#include "http/output.h"
#include "loop/fd_watch.h"
#include "loop/timer.h"
#include "smsotp/limits.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"

enum state {
    READING,
    PUT_OFF,  /* more has come than one request; others have their turn first */
    AWAITING, /* a request is with the service */
    SENDING,  /* the answer waits for room in the socket */
    STREAMING,
    LINGERING, /* all is said; what still comes is dropped, or the peer would not see the answer */
    GONE,      /* closed; lives on for the answer that is due, or for the function that runs */
};

struct http_connection {
    struct http_service *service;
    void *userdata;
    enum state state;
    int fd;
    struct fd_watch *watch;
    struct timer timer;
    usec_t deadline; /* the timer may fire before: it then looks here */
    struct crowd_member member;
    struct list_link turn; /* while PUT_OFF, in the service's line */
    struct peer peer;
    struct http_reader reader;
    struct output output;
    unsigned n_holds;   /* functions of ours that run */
    bool is_owed;       /* the service will answer, or has a stream */
    bool is_in_request; /* the deadline is that of a request */
    bool is_head, is_1_0, keeps_alive; /* of the request under way */
    size_t n_dropped;   /* while lingering */
    void (*gone)(void *userdata);
    void *gone_userdata;
};

static struct iovec part(const char *bytes, size_t n)
{
    return (struct iovec){.iov_base = (void *)(uintptr_t)bytes, .iov_len = n};
}

static void hold(struct http_connection *connection)
{
    connection->n_holds++;
}

/* Frees one that is gone, once nobody has it in hand. */
static void release(struct http_connection *connection)
{
    if (--connection->n_holds > 0 || connection->state != GONE || connection->is_owed)
        return;
    http_reader_fini(&connection->reader);
    output_fini(&connection->output);
    peer_fini(&connection->peer);
    free(connection);
}

static void set_deadline(struct http_connection *connection, unsigned seconds)
{
    usec_t deadline = usec_add(loop_now(connection->service->loop), seconds * USEC_PER_SEC);

    connection->deadline = deadline;
    if (!timer_is_armed(&connection->timer) || connection->timer.deadline > deadline)
        timer_arm_at(&connection->timer, deadline);
}

static void close_now(struct http_connection *connection)
{
    void (*gone)(void *userdata) = connection->gone;

    if (connection->state == GONE)
        return;
    connection->state = GONE;
    connection->gone = NULL;
    timer_fini(&connection->timer);
    list_unlink(&connection->turn);
    crowd_leave(&connection->service->crowd, &connection->member);
    connection->watch = fd_watch_free(connection->watch);
    close(TAKE_FD(connection->fd));
    if (gone) {
        connection->is_owed = false;
        gone(connection->gone_userdata);
    }
}

/* From what the socket is told of: bytes to read, and room for those that wait. */
static void watch_for(struct http_connection *connection, unsigned events)
{
    if (fd_watch_set_events(connection->watch, events) < 0)
        close_now(connection);
}

static void linger(struct http_connection *connection)
{
    connection->state = LINGERING;
    crowd_move(&connection->service->crowd, &connection->member, CROWD_IDLE);
    shutdown(connection->fd, SHUT_WR);
    set_deadline(connection, SMSOTP_LINGER_SEC);
    watch_for(connection, FD_READABLE);
}

/*
 * The answer has left. What has come behind its request waits for its turn, or who sends hundreds
 * at once would have the loop to himself.
 */
static void end_answer(struct http_connection *connection)
{
    connection->is_in_request = false;
    if (!connection->keeps_alive) {
        linger(connection);
        return;
    }
    crowd_move(&connection->service->crowd, &connection->member, CROWD_IDLE);
    set_deadline(connection, SMSOTP_IDLE_TIMEOUT_SEC);
    if (http_reader_is_in_request(&connection->reader)) {
        connection->state = PUT_OFF;
        http_service_put_off(connection->service, &connection->turn);
        watch_for(connection, 0);
    } else {
        connection->state = READING;
        watch_for(connection, FD_READABLE);
    }
}

/* Sends, or has the socket tell when there is room. False: the connection is gone. */
static bool send_parts(
    struct http_connection *connection, const struct iovec *parts, size_t n_parts)
{
    if (output_send(&connection->output, connection->fd, parts, n_parts) < 0) {
        close_now(connection);
        return false;
    }
    if (output_waiting(&connection->output) > 0) {
        if (connection->deadline == USEC_INFINITY) /* a request that is read has its own */
            set_deadline(connection, SMSOTP_SEND_TIMEOUT_SEC);
        watch_for(connection,
            FD_WRITABLE | (connection->state == STREAMING ? FD_READABLE : 0));
    }
    return connection->state != GONE;
}

/* A request, or what is instead of one, goes up; the answer comes back at once or later. */
static void begin_request(struct http_connection *connection)
{
    connection->state = AWAITING;
    connection->is_owed = true;
    connection->deadline = USEC_INFINITY;
    crowd_move(&connection->service->crowd, &connection->member, CROWD_BUSY);
}

static void take_request(struct http_connection *connection, struct http_request *request)
{
    connection->is_head = strcmp(request->method, "HEAD") == 0;
    connection->is_1_0 = request->is_1_0;
    connection->keeps_alive = request->keeps_alive;
    begin_request(connection);
    connection->service->on_request(connection->userdata, connection, request);
}

static void take_fault(struct http_connection *connection, enum http_fault fault)
{
    connection->is_head = connection->is_1_0 = connection->keeps_alive = false;
    begin_request(connection);
    connection->service->on_fault(connection->userdata, connection, fault);
}

/* Bytes are missing; the time of a request runs from its first one. */
static void await_more(struct http_connection *connection)
{
    if (!http_reader_is_in_request(&connection->reader) || connection->is_in_request)
        return;
    connection->is_in_request = true;
    set_deadline(connection, SMSOTP_REQUEST_TIMEOUT_SEC);
}

/* Takes the next request, or whatever is there instead. */
static void advance(struct http_connection *connection)
{
    struct http_request request = {0};
    enum http_fault fault = HTTP_FAULT_NONE;
    struct iovec go_on = part(CONTINUE, strlen(CONTINUE));

    switch (http_reader_next(&connection->reader, &request, &fault)) {
    case HTTP_STEP_REQUEST:
        take_request(connection, &request);
        break;
    case HTTP_STEP_FAULT:
        take_fault(connection, fault);
        break;
    case HTTP_STEP_CONTINUE:
        if (send_parts(connection, &go_on, 1))
            await_more(connection);
        break;
    case HTTP_STEP_MORE:
        await_more(connection);
        break;
    }
}

static void receive(struct http_connection *connection)
{
    char *place;
    size_t size;
    ssize_t n;

    if (http_reader_room(&connection->reader, &place, &size) < 0) {
        close_now(connection);
        return;
    }
    n = recv(connection->fd, place, size, MSG_DONTWAIT);
    if (n > 0) {
        http_reader_add(&connection->reader, (size_t)n);
        advance(connection);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        close_now(connection);
    }
}

/* What a peer sends that is not listened to any more. */
static void drop_input(struct http_connection *connection)
{
    char scratch[16384];
    ssize_t n = recv(connection->fd, scratch, sizeof(scratch), MSG_DONTWAIT);

    if (n > 0)
        connection->n_dropped += (size_t)n;
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
        connection->n_dropped > SMSOTP_LINGER_OCTETS_MAX)
        close_now(connection);
}

static void flush(struct http_connection *connection)
{
    if (output_flush(&connection->output, connection->fd) < 0) {
        close_now(connection);
        return;
    }
    if (output_waiting(&connection->output) > 0)
        return;
    if (connection->state == SENDING) {
        end_answer(connection);
        return;
    }
    if (connection->state == STREAMING)
        connection->deadline = USEC_INFINITY;
    watch_for(connection, FD_READABLE);
}

static void on_ready(void *userdata, unsigned ready)
{
    struct http_connection *connection = userdata;

    hold(connection);
    if (ready & FD_WRITABLE)
        flush(connection);
    if (ready & FD_READABLE)
        switch (connection->state) {
        case READING:
            receive(connection);
            break;
        case STREAMING:
        case LINGERING:
            drop_input(connection);
            break;
        case PUT_OFF:
        case AWAITING: /* the next request, or the peer's farewell: later */
            watch_for(connection, 0);
            break;
        case SENDING:
            watch_for(connection, FD_WRITABLE);
            break;
        case GONE:
            break;
        }
    release(connection);
}

static void on_time(void *userdata)
{
    struct http_connection *connection = userdata;

    hold(connection);
    if (connection->deadline > loop_now(connection->service->loop))
        timer_arm_at(&connection->timer, connection->deadline);
    else if (connection->state == READING && connection->is_in_request)
        take_fault(connection, HTTP_FAULT_TOO_SLOW);
    else
        close_now(connection);
    release(connection);
}

static int join(struct http_connection *connection, int fd, bool *is_refused)
{
    struct http_service *service = connection->service;
    struct crowd_member *victim;
    int r = peer_read(&connection->peer, fd);

    if (r < 0)
        return r;
    if (!crowd_has_room(&service->crowd, connection->peer.uid, &victim))
        *is_refused = true;
    else if (victim)
        http_connection_end(http_connection_of(victim));
    r = fd_watch_new(&connection->watch, service->loop, fd, FD_READABLE, on_ready, connection);
    if (r < 0)
        return r;
    r = crowd_join(&service->crowd, &connection->member, connection->peer.uid);
    if (r < 0)
        fd_watch_free(connection->watch);
    return r;
}

int http_connection_new(struct http_service *service, int fd, bool is_refused, void *userdata)
{
    struct http_connection *connection = calloc(1, sizeof(*connection));
    int r;

    if (!connection)
        return -ENOMEM;
    connection->service = service;
    connection->userdata = userdata;
    list_init(&connection->turn);
    r = join(connection, fd, &is_refused);
    if (r < 0) {
        free(connection);
        return r;
    }
    connection->fd = fd;
    timer_init(&connection->timer, service->loop, on_time, connection);
    set_deadline(connection, SMSOTP_IDLE_TIMEOUT_SEC);
    if (is_refused) {
        hold(connection);
        take_fault(connection, HTTP_FAULT_CROWDED);
        release(connection);
    }
    return 0;
}

void http_connection_end(struct http_connection *connection)
{
    hold(connection);
    close_now(connection);
    release(connection);
}

void http_connection_go_on(struct list_link *turn)
{
    struct http_connection *connection = CONTAINER_OF(turn, struct http_connection, turn);

    hold(connection);
    connection->state = READING;
    watch_for(connection, FD_READABLE);
    if (connection->state == READING)
        advance(connection);
    release(connection);
}

struct http_connection *http_connection_of(struct crowd_member *member)
{
    return CONTAINER_OF(member, struct http_connection, member);
}

const struct peer *http_connection_peer(const struct http_connection *connection)
{
    return &connection->peer;
}

const gid_t *http_connection_groups(struct http_connection *connection, size_t *ret_n)
{
    return peer_groups(&connection->peer, connection->fd, ret_n);
}

/* Sends a head, and the body of an answer that has a length. False: the connection is gone. */
static bool send_answer(struct http_connection *connection, const struct http_answer *answer,
    enum http_ending ending)
{
    bool has_body = ending == HTTP_ENDING_LENGTH && answer->n_body > 0 && !connection->is_head;
    char head[HTTP_HEAD_SIZE];
    struct strbuf sb = STRBUF_ON(head);
    struct iovec parts[2];

    http_answer_head(answer,
        &(struct http_manner){.ending = ending,
            .is_1_0 = connection->is_1_0,
            .keeps_alive = connection->keeps_alive,
            .date = http_service_date(connection->service)},
        &sb);
    if (sb.overflow) {
        close_now(connection);
        return false;
    }
    parts[0] = part(head, sb.length);
    parts[1] = part(answer->body, answer->n_body);
    return send_parts(connection, parts, has_body ? 2 : 1);
}

static void end_if_sent(struct http_connection *connection)
{
    if (connection->state == SENDING && output_waiting(&connection->output) == 0)
        end_answer(connection);
}

void http_connection_answer(
    struct http_connection *connection, const struct http_answer *answer)
{
    hold(connection);
    connection->is_owed = false;
    if (connection->state == AWAITING) {
        connection->state = SENDING;
        if (send_answer(connection, answer, HTTP_ENDING_LENGTH))
            end_if_sent(connection);
    }
    release(connection);
}

bool http_connection_stream(struct http_connection *connection, const struct http_answer *answer,
    void (*gone)(void *userdata), void *userdata)
{
    enum http_ending ending = connection->is_1_0 ? HTTP_ENDING_CLOSE : HTTP_ENDING_CHUNKED;
    bool is_open;

    hold(connection);
    if (connection->is_1_0)
        connection->keeps_alive = false;
    if (connection->state == AWAITING) {
        connection->state = connection->is_head ? SENDING : STREAMING;
        if (send_answer(connection, answer, ending))
            end_if_sent(connection);
    }
    is_open = connection->state == STREAMING;
    if (is_open && output_waiting(&connection->output) == 0)
        watch_for(connection, FD_READABLE);
    is_open = is_open && connection->state == STREAMING;
    connection->is_owed = is_open;
    connection->gone = is_open ? gone : NULL;
    connection->gone_userdata = userdata;
    release(connection);
    return is_open;
}

int http_connection_stream_send(struct http_connection *connection, const char *bytes, size_t n)
{
    void (*gone)(void *userdata) = connection->gone;
    char size[20];
    int n_size = snprintf(size, sizeof(size), "%zx\r\n", n);
    struct iovec parts[] = {part(size, (size_t)n_size), part(bytes, n), part("\r\n", 2)};
    int r = 0;

    hold(connection);
    connection->gone = NULL; /* what ends here is told by what is returned */
    if (!send_parts(connection, connection->is_1_0 ? &parts[1] : parts, connection->is_1_0 ? 1 : 3))
        r = -EPIPE;
    else if (output_waiting(&connection->output) > SMSOTP_STREAM_BACKLOG_MAX)
        r = -ENOBUFS;
    if (r < 0) {
        close_now(connection);
        connection->is_owed = false;
    } else {
        connection->gone = gone;
    }
    release(connection);
    return r;
}

void http_connection_stream_end(struct http_connection *connection)
{
    struct iovec last = part("0\r\n\r\n", 5);

    hold(connection);
    connection->gone = NULL;
    connection->is_owed = false;
    connection->state = SENDING;
    if (send_parts(connection, &last, connection->is_1_0 ? 0 : 1))
        end_if_sent(connection);
    release(connection);
}
