/* The server: who is somebody on which socket, what cannot be read, and the end. */
#include "server_fixture.h"

static void test_unreadable(void **state)
{
    static const struct {
        const char *bytes;
        unsigned status;
        const char *code;
    } rows[] = {
        {"nonsense\r\n\r\n", 400, "malformed"},
        {"GET /v1/health HTTP/2.0\r\n\r\n", 505, "http_version"},
        {"GET /v1/health HTTP/1.1\nHost: x\n\n", 400, "malformed"},
        {"GET /v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            400, "malformed"},
        {"GET /v1/health HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417, ""},
        {"BREW /v1/health HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method_not_allowed"},
    };
    struct server_fixture *f = *state;
    struct http_said *said = malloc(sizeof(*said));

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        server_say(f, f->api, rows[i].bytes, said);
        if (said->status != rows[i].status || !strstr(said_text(said, "code"), rows[i].code))
            fail_msg("%s\nanswered %u %s", rows[i].bytes, said->status, said->body);
        assert_non_null(strstr(said->head, "application/problem+json"));
        json_decref(said->json);
    }
    free(said);
}

static void test_both_sockets(void **state)
{
    static const char request[] = "GET /v1/modems HTTP/1.1\r\nHost: x\r\n\r\n";
    struct server_fixture *f = *state;
    struct http_said *said = malloc(sizeof(*said));

    server_say(f, f->admin, request, said);
    assert_int_equal(said->status, 200);
    json_decref(said->json);
    server_say(f, f->api, request, said); /* the daemon's own user is an admin there as well */
    assert_int_equal(said->status, 200);
    json_decref(said->json);
    free(said);
}

/* Nobody is accepted any more; what is connected is told. */
static void test_shut(void **state)
{
    static const char request[] = "GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n";
    struct server_fixture *f = *state;
    int fd = server_connect(f->api);
    char said[1024] = "";
    ssize_t n = 0;

    gateway_settle(f->gateway);
    server_shut(f->server);
    assert_int_equal(access(f->api, F_OK), -1);
    assert_int_equal(access(f->admin, F_OK), -1);
    assert_int_equal(write(fd, request, strlen(request)), strlen(request));
    for (unsigned i = 0; i < 10000 && n <= 0; i++) {
        gateway_settle(f->gateway);
        n = read(fd, said, sizeof(said) - 1);
    }
    assert_memory_equal(said, "HTTP/1.1 503 ", 13);
    assert_non_null(strstr(said, "shutting_down"));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVER_TEST(test_unreadable),
        SERVER_TEST(test_both_sockets),
        SERVER_TEST(test_shut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
