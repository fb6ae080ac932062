/* Heads of answers, and dates. */
#include "http/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"

static void test_dates(void **state)
{
    static const struct {
        uint64_t seconds;
        const char *text;
    } rows[] = {
        {784111777, DATE}, /* RFC 9110 §5.6.7 */
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"}, /* date -u -d @951782400 */
        {1798761599, "Thu, 31 Dec 2026 23:59:59 GMT"},
    };
    char text[HTTP_DATE_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        http_date(rows[i].seconds, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_heads(void **state)
{
    static const struct {
        struct http_answer answer;
        struct http_manner manner;
        const char *head;
    } rows[] = {
        {{.status = 200, .content_type = "a/b", .n_body = 5},
            {.ending = HTTP_ENDING_LENGTH, .keeps_alive = true, .date = DATE},
            "HTTP/1.1 200 OK\r\nDate: " DATE "\r\nContent-Type: a/b\r\nContent-Length: 5\r\n\r\n"},
        {{.status = 503, .content_type = "a/b", .fields = "Retry-After: 1\r\n"},
            {.ending = HTTP_ENDING_LENGTH, .date = DATE},
            "HTTP/1.1 503 Service Unavailable\r\nDate: " DATE "\r\nContent-Type: a/b\r\n"
            "Content-Length: 0\r\nConnection: close\r\nRetry-After: 1\r\n\r\n"},
        {{.status = 200, .content_type = "a/b"},
            {.ending = HTTP_ENDING_CHUNKED, .keeps_alive = true, .date = DATE},
            "HTTP/1.1 200 OK\r\nDate: " DATE "\r\nContent-Type: a/b\r\n"
            "Transfer-Encoding: chunked\r\n\r\n"},
        {{.status = 299, .content_type = "a/b"},
            {.ending = HTTP_ENDING_CLOSE, .is_1_0 = true, .keeps_alive = true, .date = DATE},
            "HTTP/1.1 299 \r\nDate: " DATE
            "\r\nContent-Type: a/b\r\nConnection: keep-alive\r\n\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char text[HTTP_HEAD_SIZE];
        struct strbuf sb = STRBUF_ON(text);

        http_answer_head(&rows[i].answer, &rows[i].manner, &sb);
        assert_string_equal(text, rows[i].head);
        assert_false(sb.overflow);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_heads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
