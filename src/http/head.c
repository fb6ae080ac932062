#include "http/head.h"

#include "smsotp/limits.h"
#include "util/macros.h"
#include "util/parse.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define FAULT_TEXT_(constant, text) text,
static const char *const fault_texts[] = {HTTP_FAULT_LIST(FAULT_TEXT_)};

/* Fields that would mean two things if there were two of them. */
static const char *const single_fields[] = {"Authorization", "Content-Length", "Content-Type",
    "Expect", "Host", "Idempotency-Key", "Last-Event-ID", "Transfer-Encoding", "X-Smsotp-Client"};

const char *http_fault_text(enum http_fault fault)
{
    return (size_t)fault < ARRAY_SIZE(fault_texts) ? fault_texts[fault] : "";
}

enum http_fault http_head_scan(struct http_scan *scan, const char *bytes, size_t n, size_t *ret_n)
{
    size_t limit = MIN(n, (size_t)SMSOTP_HEADERS_MAX);
    size_t size = 0;

    while (size == 0 && scan->next < limit) {
        const char *end = memchr(bytes + scan->next, '\n', limit - scan->next);

        if (!end)
            break;
        if (end == bytes + scan->line || end[-1] != '\r')
            return HTTP_FAULT_LINE_END;
        if (end == bytes + scan->line + 1)
            size = (size_t)(end - bytes) + 1;
        scan->line = scan->next = (size_t)(end - bytes) + 1;
    }
    if (size == 0 && n > limit)
        return scan->line == 0 ? HTTP_FAULT_TARGET_TOO_LONG : HTTP_FAULT_HEAD_TOO_LARGE;
    if (size == 0)
        scan->next = n;
    *ret_n = size;
    return HTTP_FAULT_NONE;
}

/* RFC 9110 §5.6.2: what names of methods and fields are made of. */
static size_t span_token(const char *text)
{
    return strspn(text, "!#$%&'*+-.^_`|~0123456789"
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* `HTTP/1.1` and the end of its line. */
static enum http_fault read_version(const char *text, const char *end, struct http_head *head)
{
    if (end - text < 10 || strncmp(text, "HTTP/", 5) != 0 || text[5] < '0' || text[5] > '9' ||
        text[6] != '.' || text[7] < '0' || text[7] > '9' || text[8] != '\r' || text[9] != '\n')
        return HTTP_FAULT_REQUEST_LINE;
    if (text[5] != '1')
        return HTTP_FAULT_VERSION;
    head->is_1_0 = text[7] == '0';
    return HTTP_FAULT_NONE;
}

/* The path of a target: of one with `http://host` before it too (RFC 9112 §3.2). */
static const char *path_of(const char *target)
{
    size_t scheme = strncasecmp(target, "http://", 7) == 0    ? 7
                    : strncasecmp(target, "https://", 8) == 0 ? 8
                                                              : 0;

    if (scheme > 0)
        return target + scheme + strcspn(target + scheme, "/?");
    return target[0] == '/' || strcmp(target, "*") == 0 ? target : NULL;
}

/* Cuts the first line; *ret_next: behind it. */
static enum http_fault read_request_line(
    char *bytes, char *end, struct http_head *head, char **ret_next)
{
    char *target = bytes + span_token(bytes) + 1;
    char *p = target;
    const char *path;
    enum http_fault fault;

    if (target == bytes + 1 || target[-1] != ' ')
        return HTTP_FAULT_REQUEST_LINE;
    while (*p > ' ' && *p <= '~' && *p != '#')
        p++;
    if (p == target || *p != ' ')
        return HTTP_FAULT_REQUEST_LINE;
    fault = read_version(p + 1, end, head);
    if (fault)
        return fault;
    target[-1] = *p = '\0';
    path = path_of(target);
    if (!path)
        return HTTP_FAULT_REQUEST_LINE;
    head->target = (size_t)(path - bytes);
    *ret_next = p + strlen(" HTTP/1.1\r\n");
    return HTTP_FAULT_NONE;
}

/* Whether a list like `close, TE` has a word. */
static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (; *list; list += strcspn(list, ",")) {
        list += strspn(list, ", \t");
        if (strncasecmp(list, word, n) == 0 && (list[n] == '\0' || strchr(", \t", list[n])))
            return true;
    }
    return false;
}

static enum http_fault read_length(struct http_head *head, const char *value)
{
    int r = parse_u64(value, 0, UINT64_MAX, &head->length);

    if (r == -ERANGE)
        head->length = UINT64_MAX;
    else if (r < 0)
        return HTTP_FAULT_LENGTH;
    head->framing = HTTP_FRAMING_SIZED;
    return HTTP_FAULT_NONE;
}

/* What the fields say that are the connection's own. */
static enum http_fault interpret(struct http_head *head, const char *fields)
{
    const char *length = http_field(fields, head->n_fields, "Content-Length");
    const char *coding = http_field(fields, head->n_fields, "Transfer-Encoding");
    const char *expect = http_field(fields, head->n_fields, "Expect");
    const char *name = fields;

    head->keeps_alive = !head->is_1_0;
    for (unsigned i = 0; i < head->n_fields; i++) {
        const char *value = name + strlen(name) + 1;

        if (strcasecmp(name, "Connection") == 0) {
            if (has_word(value, "close"))
                head->keeps_alive = false;
            else if (head->is_1_0 && has_word(value, "keep-alive"))
                head->keeps_alive = true;
        }
        name = value + strlen(value) + 1;
    }
    if (expect && strcasecmp(expect, "100-continue") != 0)
        return HTTP_FAULT_EXPECTATION;
    head->expects_continue = expect && !head->is_1_0;
    if (length && coding)
        return HTTP_FAULT_LENGTH;
    if (coding && (head->is_1_0 || strcasecmp(coding, "chunked") != 0))
        return HTTP_FAULT_CODING;
    if (coding)
        head->framing = HTTP_FRAMING_CHUNKED;
    return length ? read_length(head, length) : HTTP_FAULT_NONE;
}

static char *append(char *out, const char *text, size_t n)
{
    memmove(out, text, n);
    out[n] = '\0';
    return out + n + 1;
}

/* Cuts a line to name NUL value NUL at *out, never longer than it was; `p` moves behind it. */
static enum http_fault read_field(char **p, char **out)
{
    size_t n_name = span_token(*p);
    char *value = *p + n_name + 1, *end;

    if (n_name == 0 || value[-1] != ':')
        return HTTP_FAULT_FIELD;
    value += strspn(value, " \t");
    for (end = value; *end == '\t' || (unsigned char)*end >= ' '; end++)
        if (*end == '\x7F')
            return HTTP_FAULT_FIELD;
    if (end[0] != '\r' || end[1] != '\n')
        return HTTP_FAULT_FIELD;
    *out = append(*out, *p, n_name);
    *p = end + 2;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *out = append(*out, value, (size_t)(end - value));
    return HTTP_FAULT_NONE;
}

static enum http_fault note_single(const char *name, unsigned *seen)
{
    for (unsigned i = 0; i < ARRAY_SIZE(single_fields); i++) {
        if (strcasecmp(name, single_fields[i]) != 0)
            continue;
        if (*seen & 1U << i)
            return HTTP_FAULT_REPEATED;
        *seen |= 1U << i;
    }
    return HTTP_FAULT_NONE;
}

enum http_fault http_head_parse(char *bytes, size_t n, struct http_head *ret)
{
    struct http_head head = {0};
    char *end = bytes + n - strlen("\r\n"); /* the empty line */
    unsigned seen = 0;
    char *p, *out;
    enum http_fault fault = read_request_line(bytes, end, &head, &p);

    if (fault)
        return fault;
    out = p;
    head.fields = (size_t)(p - bytes);
    while (p < end) {
        const char *name = out;

        fault = read_field(&p, &out);
        if (!fault)
            fault = note_single(name, &seen);
        if (fault)
            return fault;
        head.n_fields++;
    }
    fault = interpret(&head, bytes + head.fields);
    if (!fault && !head.is_1_0 && !http_field(bytes + head.fields, head.n_fields, "Host"))
        fault = HTTP_FAULT_HOST; /* RFC 9112 §3.2 */
    if (!fault)
        *ret = head;
    return fault;
}

const char *http_field(const char *fields, unsigned n_fields, const char *name)
{
    for (unsigned i = 0; i < n_fields; i++) {
        const char *value = fields + strlen(fields) + 1;

        if (strcasecmp(fields, name) == 0)
            return value;
        fields = value + strlen(value) + 1;
    }
    return NULL;
}
