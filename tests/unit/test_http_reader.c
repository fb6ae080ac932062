/*
 * From bytes to requests: sizes and chunks, one request after the other, in pieces of every size.
 */
#include "http/reader.h"

#include "smsotp/limits.h"
#include "util/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define POST "POST /x HTTP/1.1\r\nHost:\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

/* What came out, as text: "METHOD TARGET BODY;" for a request, "!" and the fault's number. */
struct told {
    char text[512];
    struct strbuf sb;
};

static void tell(struct told *told, const struct http_request *request)
{
    strbuf_printf(&told->sb, "%s %s %zu", request->method, request->target, request->n_body);
    if (request->body && request->n_body < 64) {
        strbuf_puts(&told->sb, "=");
        strbuf_put(&told->sb, request->body, request->n_body);
    }
    strbuf_puts(&told->sb, request->body || request->n_body == 0 ? ";" : " dropped;");
}

/* Takes all that can be taken. False: a fault, after which nothing is asked any more. */
static bool take_all(struct http_reader *reader, struct told *told)
{
    for (;;) {
        struct http_request request = {0};
        enum http_fault fault;

        switch (http_reader_next(reader, &request, &fault)) {
        case HTTP_STEP_REQUEST:
            tell(told, &request);
            http_request_fini(&request);
            break;
        case HTTP_STEP_CONTINUE:
            strbuf_puts(&told->sb, "100;");
            break;
        case HTTP_STEP_FAULT:
            strbuf_printf(&told->sb, "!%s", http_fault_text(fault));
            return false;
        case HTTP_STEP_MORE:
            return true;
        }
    }
}

/* Feeds `bytes` in pieces of at most `piece`. */
static void feed(struct told *told, const char *bytes, size_t n, size_t piece)
{
    struct http_reader reader = {0};
    bool is_good = true;

    strbuf_init(&told->sb, told->text, sizeof(told->text));
    for (size_t at = 0; at < n && is_good;) {
        char *place;
        size_t room, taken;

        assert_int_equal(http_reader_room(&reader, &place, &room), 0);
        taken = MIN(MIN(piece, room), n - at);
        memcpy(place, bytes + at, taken);
        http_reader_add(&reader, taken);
        at += taken;
        is_good = take_all(&reader, told);
    }
    if (is_good && http_reader_is_in_request(&reader))
        strbuf_puts(&told->sb, "…");
    http_reader_fini(&reader);
}

static const struct {
    const char *bytes, *told;
} rows[] = {
    {"GET /a HTTP/1.1\r\nHost:\r\n\r\n", "GET /a 0;"},
    {"GET /a HTTP/1.1\r\nHost:\r\n\r\nGET /b HTTP/1.1\r\nHost:\r\n\r\n", "GET /a 0;GET /b 0;"},
    {"\r\n\r\nGET /a HTTP/1.1\r\nHost:\r\n\r\n\r\n", "GET /a 0;"},
    {"GET /a HTTP/1.1\r\nHost:\r\n\r", "…"},
    {"\r", "…"},
    {"\r\n", ""},
    {"\n", "!A line of the head does not end in CR LF"},
    {POST "Content-Length: 0\r\n\r\n", "POST /x 0;"},
    {POST "Content-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost:\r\n\r\n",
        "POST /x 3=abc;GET /b 0;"},
    {POST "Content-Length: 3\r\n\r\nab", "…"},
    {POST "Content-Length: 65537\r\n\r\n", "!The body is too large"},
    {POST "Content-Length: 99999999999999999999\r\n\r\n", "!The body is too large"},
    {POST "Content-Length: 8193\r\nExpect: 100-continue\r\n\r\n", "!The body is too large"},
    {CHUNKED "0\r\n\r\nGET /b HTTP/1.1\r\nHost:\r\n\r\n", "POST /x 0;GET /b 0;"},
    {CHUNKED "3\r\nabc\r\n02;x=\"y\"\r\nde\r\n0\r\nT: u\r\nV: w\r\n\r\n", "POST /x 5=abcde;"},
    {CHUNKED "A \r\n0123456789\r\n00000000\r\n\r\n", "POST /x 10=0123456789;"},
    {CHUNKED "3\r\nabc\r\n0\r\n\r", "…"},
    {CHUNKED "\r\n", "!The chunked body is malformed"},
    {CHUNKED "x\r\n", "!The chunked body is malformed"},
    {CHUNKED "-1\r\n", "!The chunked body is malformed"},
    {CHUNKED ";x\r\n", "!The chunked body is malformed"},
    {CHUNKED "000000000\r\n", "!The chunked body is malformed"},
    {CHUNKED "3\nabc\r\n", "!The chunked body is malformed"},
    {CHUNKED "3\r\nabcd\r\n", "!The chunked body is malformed"},
    {CHUNKED "3\r\nabc\n0\r\n\r\n", "!The chunked body is malformed"},
    {CHUNKED "3\r\nabc\r\r\n", "!The chunked body is malformed"},
    {CHUNKED "0\r\nT: \x1B\r\n\r\n", "!The chunked body is malformed"},
    {CHUNKED "10001\r\n", "!The body is too large"},
    {CHUNKED "ffffffff\r\n", "!The body is too large"},
};

static void test_streams(void **state)
{
    struct told told;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        for (size_t piece = 1; piece <= strlen(rows[i].bytes); piece++) {
            feed(&told, rows[i].bytes, strlen(rows[i].bytes), piece);
            if (strcmp(told.text, rows[i].told) != 0)
                fail_msg("row %zu in pieces of %zu: %s", i, piece, told.text);
        }
}

/* The peer is told to go on if it has not gone on by itself. */
static void test_continue(void **state)
{
    static const char bytes[] =
        POST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabcGET /b HTTP/1.1\r\nHost:\r\n\r\n";
    const size_t n_head = sizeof(POST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n") - 1;
    struct told told;

    (void)state;
    feed(&told, bytes, sizeof(bytes) - 1, n_head);
    assert_string_equal(told.text, "100;POST /x 3=abc;GET /b 0;");
    feed(&told, bytes, sizeof(bytes) - 1, n_head + 1);
    assert_string_equal(told.text, "POST /x 3=abc;GET /b 0;");
    feed(&told, bytes, sizeof(bytes) - 1, 1);
    assert_string_equal(told.text, "100;POST /x 3=abc;GET /b 0;");
}

/* A body up to the limit is kept, one beyond it is read over, one far beyond it is a fault. */
static void test_large_bodies(void **state)
{
    static const struct {
        size_t n;
        const char *told;
    } sizes[] = {
        {SMSOTP_BODY_MAX, "POST /x 8192;GET /b 0;"},
        {SMSOTP_BODY_MAX + 1, "POST /x 8193 dropped;GET /b 0;"},
        {SMSOTP_BODY_DROPPED_MAX, "POST /x 65536 dropped;GET /b 0;"},
        {SMSOTP_BODY_DROPPED_MAX + 1, "!The body is too large"},
    };
    static const size_t pieces[] = {7, 1000, 4096, 200000};
    static char bytes[SMSOTP_BODY_DROPPED_MAX + 256];
    struct told told;

    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_SIZE(sizes) * ARRAY_SIZE(pieces); i++) {
        size_t n = sizes[i / 8].n, piece = pieces[i / 2 % 4];
        const char *end = i % 2 ? "\r\n0\r\n\r\n" : "";
        int at = i % 2 ? snprintf(bytes, sizeof(bytes), CHUNKED "%zx\r\n", n)
                       : snprintf(bytes, sizeof(bytes), POST "Content-Length: %zu\r\n\r\n", n);

        memset(bytes + at, 'x', n);
        at += (int)n;
        at += snprintf(
            bytes + at, sizeof(bytes) - (size_t)at, "%sGET /b HTTP/1.1\r\nHost:\r\n\r\n", end);
        feed(&told, bytes, (size_t)at, piece);
        if (strcmp(told.text, sizes[i / 8].told) != 0)
            fail_msg("%zu in pieces of %zu: %s", n, piece, told.text);
    }
}

static void test_trailers_have_an_end(void **state)
{
    static char bytes[2 * SMSOTP_HEADERS_MAX];
    struct told told;
    int at = snprintf(bytes, sizeof(bytes), CHUNKED "0\r\n");

    (void)state;
    while (at < (int)sizeof(bytes) - 16)
        at += snprintf(bytes + at, sizeof(bytes) - (size_t)at, "T: u\r\n");
    feed(&told, bytes, (size_t)at, 100);
    assert_string_equal(told.text, "!The headers are too large");
}

/* What waits for nothing holds nothing. */
static void test_memory(void **state)
{
    static const char one[] = "GET /a HTTP/1.1\r\nHost:\r\n\r\n";
    struct http_reader reader = {0};
    struct told told;
    char *place;
    size_t room;

    (void)state;
    strbuf_init(&told.sb, told.text, sizeof(told.text));
    assert_int_equal(http_reader_room(&reader, &place, &room), 0);
    assert_in_range(room, 1, 2048);
    for (int i = 0; i < 2; i++) {
        memcpy(place + (size_t)i * strlen(one), one, strlen(one));
        http_reader_add(&reader, strlen(one));
    }
    assert_true(take_all(&reader, &told));
    assert_string_equal(told.text, "GET /a 0;GET /a 0;");
    assert_null(reader.bytes);
    assert_false(http_reader_is_in_request(&reader));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_continue),
        cmocka_unit_test(test_large_bodies),
        cmocka_unit_test(test_trailers_have_an_end),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
