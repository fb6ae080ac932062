#include "http/answer.h"

#include <stdio.h>
#include <time.h>

static const struct {
    unsigned status;
    const char *phrase;
} phrases[] = {
    {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {400, "Bad Request"},
    {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
    {408, "Request Timeout"}, {409, "Conflict"}, {413, "Content Too Large"}, {414, "URI Too Long"},
    {415, "Unsupported Media Type"}, {417, "Expectation Failed"}, {422, "Unprocessable Content"},
    {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"},
    {503, "Service Unavailable"}, {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"},
};

static const char *phrase_of(unsigned status)
{
    for (size_t i = 0; i < ARRAY_SIZE(phrases); i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return ""; /* it may be empty */
}

void http_answer_head(
    const struct http_answer *answer, const struct http_manner *manner, struct strbuf *sb)
{
    strbuf_printf(sb, "HTTP/1.1 %u %s\r\nDate: %s\r\nContent-Type: %s\r\n", answer->status,
        phrase_of(answer->status), manner->date, answer->content_type);
    if (manner->ending == HTTP_ENDING_LENGTH)
        strbuf_printf(sb, "Content-Length: %zu\r\n", answer->n_body);
    else if (manner->ending == HTTP_ENDING_CHUNKED)
        strbuf_puts(sb, "Transfer-Encoding: chunked\r\n");
    if (!manner->keeps_alive)
        strbuf_puts(sb, "Connection: close\r\n");
    else if (manner->is_1_0)
        strbuf_puts(sb, "Connection: keep-alive\r\n");
    if (answer->fields)
        strbuf_puts(sb, answer->fields);
    strbuf_puts(sb, "\r\n");
}

void http_date(uint64_t seconds, char ret_text[static HTTP_DATE_SIZE])
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
        "Oct", "Nov", "Dec"};
    time_t time = (time_t)seconds;
    struct tm tm = {0};

    gmtime_r(&time, &tm);
    snprintf(ret_text, HTTP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT",
        days[(unsigned)tm.tm_wday % 7], tm.tm_mday % 100, months[(unsigned)tm.tm_mon % 12],
        (tm.tm_year + 1900) % 10000, tm.tm_hour % 100, tm.tm_min % 100, tm.tm_sec % 100);
}
