/* Heads of requests: what is read of them, and what is refused, whole and byte by byte. */
#include "http/head.h"

#include "smsotp/limits.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LINE "GET /x HTTP/1.1\r\n"
#define HOST "Host:\r\n"
#define OCTETS(text) text, sizeof(text) - 1

/* Scans and parses a head that is all of `bytes`, which are cut. */
static enum http_fault read_head(char *bytes, size_t n, struct http_head *ret)
{
    struct http_scan scan = {0};
    size_t n_head;
    enum http_fault fault = http_head_scan(&scan, bytes, n, &n_head);

    if (fault)
        return fault;
    assert_int_equal(n_head, n);
    return http_head_parse(bytes, n_head, ret);
}

static void test_faults(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum http_fault fault;
    } rows[] = {
        {OCTETS(LINE HOST "\r\n"), HTTP_FAULT_NONE},
        {OCTETS(LINE HOST "A:b\r\n\r\n"), HTTP_FAULT_NONE},
        {OCTETS(LINE HOST "A:\r\n\r\n"), HTTP_FAULT_NONE},
        {OCTETS(LINE HOST "A: \xC3\xA9\t\"\r\n\r\n"),
            HTTP_FAULT_NONE}, /* obs-text, RFC 9110 §5.5 */
        {OCTETS("M-SEARCH * HTTP/1.1\r\n" HOST "\r\n"), HTTP_FAULT_NONE},
        {OCTETS("GET HTTP://a:80/x?y HTTP/1.1\r\n" HOST "\r\n"), HTTP_FAULT_NONE},
        {OCTETS("GET /x HTTP/1.0\r\n\r\n"), HTTP_FAULT_NONE},
        {OCTETS(LINE "\r\n"), HTTP_FAULT_HOST},
        {OCTETS(LINE "Hosts: a\r\n\r\n"), HTTP_FAULT_HOST},
        {OCTETS("GET http://a/x HTTP/1.1\r\n\r\n"), HTTP_FAULT_HOST},
        {OCTETS("GET /x HTTP/1.7\r\n" HOST "\r\n"), HTTP_FAULT_NONE}, /* RFC 9110 §2.5 */
        {OCTETS("GET /x HTTP/2.0\r\n\r\n"), HTTP_FAULT_VERSION},
        {OCTETS("GET /x HTTP/0.9\r\n\r\n"), HTTP_FAULT_VERSION},
        {OCTETS("GET /x HTTP/1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /x HTTP/1.10\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /x http/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /x HTTP/1.1 \r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /x\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET \r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET  /x HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /x  HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS(" GET /x HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET\t/x HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("G(T /x HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET x HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET ftp://x/ HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("CONNECT localhost:1 HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /x#y HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /\xC3\xA9 HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /\x7F HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /\0 HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /\r HTTP/1.1\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("\0\r\n\r\n"), HTTP_FAULT_REQUEST_LINE},
        {OCTETS("GET /x HTTP/1.1\n\r\n"), HTTP_FAULT_LINE_END},
        {OCTETS(LINE "A: b\n\r\n"), HTTP_FAULT_LINE_END},
        {OCTETS(LINE "\n"), HTTP_FAULT_LINE_END},
        {OCTETS("\n"), HTTP_FAULT_LINE_END},
        {OCTETS(LINE "A\r\n\r\n"), HTTP_FAULT_FIELD},
        {OCTETS(LINE ": b\r\n\r\n"), HTTP_FAULT_FIELD},
        {OCTETS(LINE "A : b\r\n\r\n"), HTTP_FAULT_FIELD},      /* RFC 9112 §5.1 */
        {OCTETS(LINE "A: b\r\n c\r\n\r\n"), HTTP_FAULT_FIELD}, /* folded */
        {OCTETS(LINE " A: b\r\n\r\n"), HTTP_FAULT_FIELD},
        {OCTETS(LINE "A\xC3\xA9: b\r\n\r\n"), HTTP_FAULT_FIELD},
        {OCTETS(LINE "A: \0\r\n\r\n"), HTTP_FAULT_FIELD},
        {OCTETS(LINE "A: \x7F\r\n\r\n"), HTTP_FAULT_FIELD},
        {OCTETS(LINE "A: \x1B[2J\r\n\r\n"), HTTP_FAULT_FIELD},
        {OCTETS(LINE "A: b\rc\r\n\r\n"), HTTP_FAULT_FIELD},
        {OCTETS(LINE "Host: a\r\nhost: a\r\n\r\n"), HTTP_FAULT_REPEATED},
        {OCTETS(LINE "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"), HTTP_FAULT_REPEATED},
        {OCTETS(LINE "Authorization: a\r\nAuthorization: b\r\n\r\n"), HTTP_FAULT_REPEATED},
        {OCTETS(LINE HOST "A: 1\r\nA: 1\r\n\r\n"), HTTP_FAULT_NONE},
        {OCTETS(LINE "Content-Length: \r\n\r\n"), HTTP_FAULT_LENGTH},
        {OCTETS(LINE "Content-Length: -1\r\n\r\n"), HTTP_FAULT_LENGTH},
        {OCTETS(LINE "Content-Length: +1\r\n\r\n"), HTTP_FAULT_LENGTH},
        {OCTETS(LINE "Content-Length: 1, 1\r\n\r\n"), HTTP_FAULT_LENGTH},
        {OCTETS(LINE "Content-Length: 0x1\r\n\r\n"), HTTP_FAULT_LENGTH},
        {OCTETS(LINE "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_FAULT_LENGTH},
        {OCTETS(LINE "Transfer-Encoding: gzip, chunked\r\n\r\n"), HTTP_FAULT_CODING},
        {OCTETS(LINE "Transfer-Encoding: identity\r\n\r\n"), HTTP_FAULT_CODING},
        {OCTETS("GET /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_FAULT_CODING},
        {OCTETS(LINE "Expect: 200-ok\r\n\r\n"), HTTP_FAULT_EXPECTATION},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char bytes[128];
        struct http_head head;
        enum http_fault fault;

        memcpy(bytes, rows[i].bytes, rows[i].n);
        fault = read_head(bytes, rows[i].n, &head);
        if (fault != rows[i].fault)
            fail_msg("row %zu: %s: %s", i, rows[i].bytes, http_fault_text(fault));
        if (fault)
            assert_string_not_equal(http_fault_text(fault), "");
    }
}

static void test_what_is_read(void **state)
{
    static const char whole[] =
        "POST http://a/b?c=d HTTP/1.1\r\nHost: a\r\nX-Y:\t z \t\r\nEmpty:\r\n"
        "CONTENT-LENGTH: 42\r\nExpect: 100-Continue\r\n\r\n";
    char bytes[sizeof(whole)];
    struct http_head head;
    const char *fields;

    (void)state;
    memcpy(bytes, whole, sizeof(whole));
    assert_int_equal(read_head(bytes, sizeof(whole) - 1, &head), HTTP_FAULT_NONE);
    assert_string_equal(bytes, "POST");
    assert_string_equal(bytes + head.target, "/b?c=d");
    assert_int_equal(head.framing, HTTP_FRAMING_SIZED);
    assert_int_equal(head.length, 42);
    assert_true(head.keeps_alive && head.expects_continue && !head.is_1_0);
    assert_int_equal(head.n_fields, 5);
    fields = bytes + head.fields;
    assert_string_equal(http_field(fields, head.n_fields, "host"), "a");
    assert_string_equal(http_field(fields, head.n_fields, "x-y"), "z");
    assert_string_equal(http_field(fields, head.n_fields, "Empty"), "");
    assert_string_equal(http_field(fields, head.n_fields, "Content-Length"), "42");
    assert_null(http_field(fields, head.n_fields, "X"));
    assert_null(http_field(fields, head.n_fields, "z"));
}

static void test_connections(void **state)
{
    static const struct {
        const char *head;
        bool keeps_alive;
    } rows[] = {
        {LINE HOST "\r\n", true},
        {LINE HOST "Connection: close\r\n\r\n", false},
        {LINE HOST "connection: TE ,\tCLOSE\r\n\r\n", false},
        {LINE HOST "Connection: closed\r\n\r\n", true},
        {LINE HOST "Connection: x-close\r\n\r\n", true},
        {LINE HOST "Connection: keep-alive\r\nConnection: close\r\n\r\n", false},
        {"GET /x HTTP/1.0\r\n\r\n", false},
        {"GET /x HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
        {"GET /x HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char bytes[128];
        struct http_head head;

        snprintf(bytes, sizeof(bytes), "%s", rows[i].head);
        assert_int_equal(read_head(bytes, strlen(rows[i].head), &head), HTTP_FAULT_NONE);
        if (head.keeps_alive != rows[i].keeps_alive)
            fail_msg("%s", rows[i].head);
    }
}

static void test_lengths(void **state)
{
    static const struct {
        const char *value;
        uint64_t length;
    } rows[] = {{"0", 0}, {"007", 7}, {"18446744073709551615", UINT64_MAX},
        {"99999999999999999999", UINT64_MAX}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char bytes[128];
        struct http_head head;
        int n = snprintf(
            bytes, sizeof(bytes), LINE HOST "Content-Length: %s\r\n\r\n", rows[i].value);

        assert_int_equal(read_head(bytes, (size_t)n, &head), HTTP_FAULT_NONE);
        assert_true(head.length == rows[i].length);
    }
}

/* A scan says the same however the bytes come, and does not go back. */
static void test_scan_by_pieces(void **state)
{
    static const char bytes[] = "GET / HTTP/1.1\r\nA: b\r\n\r\nmore\r\n\r\n";
    const size_t n_head = sizeof("GET / HTTP/1.1\r\nA: b\r\n\r\n") - 1;

    (void)state;
    for (size_t step = 1; step < sizeof(bytes); step++) {
        struct http_scan scan = {0};
        size_t n_found = 0;

        for (size_t n = step; n_found == 0; n = MIN(n + step, sizeof(bytes) - 1)) {
            assert_int_equal(http_head_scan(&scan, bytes, n, &n_found), HTTP_FAULT_NONE);
            if (n < n_head)
                assert_int_equal(n_found, 0);
        }
        assert_int_equal(n_found, n_head);
    }
}

static void test_too_large(void **state)
{
    static char bytes[SMSOTP_HEADERS_MAX + 64];
    struct http_scan scan = {0};
    size_t n;

    (void)state;
    memset(bytes, 'x', sizeof(bytes));
    assert_int_equal(http_head_scan(&scan, bytes, SMSOTP_HEADERS_MAX, &n), HTTP_FAULT_NONE);
    assert_int_equal(http_head_scan(&scan, bytes, SMSOTP_HEADERS_MAX + 1, &n),
        HTTP_FAULT_TARGET_TOO_LONG);
    memcpy(bytes, OCTETS(LINE));
    scan = (struct http_scan){0};
    assert_int_equal(
        http_head_scan(&scan, bytes, sizeof(bytes), &n), HTTP_FAULT_HEAD_TOO_LARGE);
    memcpy(bytes + SMSOTP_HEADERS_MAX - 4, "\r\n\r\n", 4);
    scan = (struct http_scan){0};
    assert_int_equal(http_head_scan(&scan, bytes, sizeof(bytes), &n), HTTP_FAULT_NONE);
    assert_int_equal(n, SMSOTP_HEADERS_MAX);
    memcpy(bytes + SMSOTP_HEADERS_MAX - 4, "x\r\n\r\n", 5);
    scan = (struct http_scan){0};
    assert_int_equal(
        http_head_scan(&scan, bytes, sizeof(bytes), &n), HTTP_FAULT_HEAD_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_connections),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_scan_by_pieces),
        cmocka_unit_test(test_too_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
