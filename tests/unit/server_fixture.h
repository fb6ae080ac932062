/*
 * The HTTP server before a gateway with a scripted modem, and a peer that asks it, byte by byte as
 * a till would. The peer is the test's own user, who is an admin, on either socket.
 */
#pragma once

#include "api/server.h"
#include "api/unix_listener.h"
#include "gateway_fixture.h"

#include <jansson.h>
#include <sys/socket.h>
#include <sys/un.h>

struct server_fixture {
    struct gateway_fixture *gateway;
    struct server *server;
    char folder[32];
    char api[48], admin[48];
};

/* What came back. */
struct http_said {
    unsigned status;
    char head[2048];
    char body[65536];
    json_t *json; /* NULL: the body is none; to be released */
};

static inline void server_fixture_listen(struct server_fixture *f, const char *path, bool is_admin)
{
    char error[UNIX_LISTENER_ERROR_SIZE];
    int fd = unix_listener_open(path, &(struct unix_access){.mode = 0600}, error);

    assert_true(fd >= 0);
    assert_int_equal(server_add_listener(f->server, fd, path, is_admin), 0);
}

static inline int server_set_up(void **state)
{
    struct server_fixture *f = calloc(1, sizeof(*f));

    gateway_set_up((void **)&f->gateway);
    snprintf(f->folder, sizeof(f->folder), "/tmp/smsotp-sf-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->api, sizeof(f->api), "%s/api", f->folder);
    snprintf(f->admin, sizeof(f->admin), "%s/admin", f->folder);
    assert_int_equal(
        server_new(&f->server, f->gateway->store.loop, &fixture_log, f->gateway->gateway), 0);
    server_fixture_listen(f, f->api, false);
    server_fixture_listen(f, f->admin, true);
    *state = f;
    return 0;
}

static inline int server_tear_down(void **state)
{
    struct server_fixture *f = *state;

    server_shut(f->server);
    store_drain(f->gateway->store.store);
    server_free(f->server);
    gateway_tear_down((void **)&f->gateway);
    rmdir(f->folder);
    free(f);
    return 0;
}

#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, server_set_up, server_tear_down)

static inline int server_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Whether a whole answer is there; those of the tests have a Content-Length. */
static inline bool server_has_answer(const char *said)
{
    const char *end = strstr(said, "\r\n\r\n"), *length = strcasestr(said, "content-length:");

    return end && (!length || strlen(end + 4) >= strtoul(length + 15, NULL, 10));
}

/* Sends bytes and reads the answer, the gateway working meanwhile. */
static inline void server_say(struct server_fixture *f, const char *path, const char *bytes,
    struct http_said *ret)
{
    static char said[sizeof(ret->head) + sizeof(ret->body)];
    usec_t end = clock_boottime(&clock_system) + 60 * USEC_PER_SEC;
    int fd = server_connect(path);
    size_t n = 0;

    assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
    said[0] = '\0';
    while (!server_has_answer(said) && clock_boottime(&clock_system) < end) {
        ssize_t more;

        if (!gateway_turn(f->gateway))
            usleep(100);
        more = read(fd, said + n, sizeof(said) - 1 - n);
        if (more == 0)
            break;
        n += more > 0 ? (size_t)more : 0;
        said[n] = '\0';
    }
    close(fd);
    assert_true(server_has_answer(said));
    *ret = (struct http_said){.status = (unsigned)strtoul(said + 9, NULL, 10)};
    n = (size_t)(strstr(said, "\r\n\r\n") - said) + 2;
    assert_true(n < sizeof(ret->head));
    memcpy(ret->head, said, n);
    memcpy(ret->body, said + n + 2, strlen(said + n + 2) + 1);
    ret->json = json_loads(ret->body, 0, NULL);
}

/* Asks as a program does; `body` may be NULL. On the shop systems' socket. */
static inline void server_ask(struct server_fixture *f, const char *method, const char *route,
    const char *body, struct http_said *ret)
{
    char bytes[16384];

    snprintf(bytes, sizeof(bytes),
        "%s %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
        "%zu\r\n\r\n%s",
        method, route, body ? strlen(body) : 0, body ? body : "");
    server_say(f, f->api, bytes, ret);
}

/* A text of the answer, "" when it has none. */
static inline const char *said_text(const struct http_said *said, const char *member)
{
    const char *text = json_string_value(json_object_get(said->json, member));

    return text ? text : "";
}

/* Rows of requests and what they come to. */
struct server_row {
    const char *method, *route, *body;
    unsigned status;
    const char *words; /* somewhere in the body */
};

static inline void server_run_rows(
    struct server_fixture *f, const struct server_row *rows, size_t n)
{
    struct http_said *said = malloc(sizeof(*said));

    for (size_t i = 0; i < n; i++) {
        server_ask(f, rows[i].method, rows[i].route, rows[i].body, said);
        if (said->status != rows[i].status || !strstr(said->body, rows[i].words))
            fail_msg("%s %s %s\nanswered %u %s", rows[i].method, rows[i].route,
                rows[i].body ? rows[i].body : "", said->status, said->body);
        if (said->status >= 400)
            assert_non_null(strstr(said->head, "application/problem+json"));
        json_decref(said->json);
    }
    free(said);
}
