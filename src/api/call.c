#include "api/call.h"

#include "api/problem.h"
#include "http/connection.h"
#include "util/hex.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NOT_STORED "Cache-Control: no-store\r\n"

static struct call *call_free(struct call *call)
{
    if (!call)
        return NULL;
    json_decref(call->body);
    http_request_fini(&call->request);
    free(call);
    return NULL;
}

/* Decodes %XX in place (RFC 3986 §2.1), and in a query `+`. False: malformed, or it has %00. */
static bool decode(char *text, bool is_query)
{
    char *out = text;

    for (const char *p = text; *p; p++) {
        int high, low;

        if (*p != '%') {
            *out++ = is_query && *p == '+' ? ' ' : *p;
            continue;
        }
        high = hex_digit(p[1]);
        low = high < 0 ? -EINVAL : hex_digit(p[2]);
        if (low < 0 || high + low == 0)
            return false;
        *out++ = (char)(high << 4 | low);
        p += 2;
    }
    *out = '\0';
    return true;
}

/*
 * Cuts the path at its slashes, then decodes: %2F is a letter of a segment, not its end. A path
 * that is none of ours has no segments, and so no route.
 */
static void split_path(struct call *call, char *path)
{
    char *p = path;

    while (*p == '/') {
        *p++ = '\0';
        if (call->n_segments == CALL_SEGMENTS_MAX) {
            call->n_segments = 0;
            return;
        }
        call->segments[call->n_segments++] = p;
        p += strcspn(p, "/");
    }
    for (unsigned i = 0; i < call->n_segments; i++)
        if (!decode((char *)(uintptr_t)call->segments[i], false)) {
            call->n_segments = 0;
            return;
        }
}

int call_new(struct call **ret, struct gateway *gateway, struct http_connection *connection,
    struct http_request *request)
{
    struct call *call = calloc(1, sizeof(*call));
    char *target, *query;

    if (!call)
        return -ENOMEM;
    call->request = *request;
    *request = (struct http_request){0};
    call->gateway = gateway;
    call->connection = connection;
    call->method =
        strcmp(call->request.method, "HEAD") == 0 ? "GET" : call->request.method;
    target = (char *)(uintptr_t)call->request.target;
    query = target + strcspn(target, "?");
    call->query = *query ? query + 1 : query;
    *query = '\0';
    split_path(call, target);
    strbuf_init(&call->fields, call->fields_text, sizeof(call->fields_text));
    strbuf_puts(&call->fields, NOT_STORED);
    *ret = call;
    return 0;
}

const char *call_header(const struct call *call, const char *name)
{
    return http_field(call->request.fields, call->request.n_fields, name);
}

char *call_query(const struct call *call, const char *name)
{
    size_t n_name = strlen(name);
    const char *p = call->query;

    for (size_t n; *p; p += n + (p[n] == '&')) {
        _cleanup_free_ char *value = NULL;

        n = strcspn(p, "&");
        if (strncmp(p, name, n_name) != 0 || (p[n_name] != '=' && n != n_name))
            continue;
        value = n > n_name ? strndup(p + n_name + 1, n - n_name - 1) : strdup("");
        return value && decode(value, true) ? TAKE_PTR(value) : NULL;
    }
    return NULL;
}

char *call_reference(const struct call *call, struct refusal *ret)
{
    _cleanup_free_ char *reference = call_query(call, "reference");

    if (reference && reference[0] && strlen(reference) <= SMSOTP_REFERENCE_MAX)
        return TAKE_PTR(reference);
    refuse(ret, ERROR_INVALID, "reference",
        "Ask with ?reference= and the reference of the request, 1 to %u bytes",
        SMSOTP_REFERENCE_MAX);
    return NULL;
}

bool call_check_query(const struct call *call, struct refusal *ret)
{
    const char *p = call->query;

    for (size_t n; *p; p += n + (p[n] == '&')) {
        _cleanup_wipe_ char *parameter = strndup(p, n = strcspn(p, "&"));
        char name[sizeof(ret->param)];

        if (!parameter) {
            refuse_no_memory(ret);
            return false;
        }
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(parameter, "="), parameter);
        if (!decode(parameter, true)) {
            refuse(ret, ERROR_INVALID, name,
                "In a query, %% is followed by two hexadecimal digits, and %%00 is nothing");
            return false;
        }
    }
    return true;
}

const char *call_body_bytes(const struct call *call, size_t *ret_n)
{
    *ret_n = call->request.n_body;
    return call->request.body;
}

void call_add_header(struct call *call, const char *name, const char *value)
{
    strbuf_printf(&call->fields, "%s: %s\r\n", name, value);
}

static void send_octets(struct http_connection *connection, const char *fields, unsigned status,
    const char *content_type, const char *text, size_t n)
{
    http_connection_answer(connection, &(struct http_answer){.status = status,
                                           .content_type = content_type,
                                           .fields = fields,
                                           .body = text,
                                           .n_body = n});
}

/* Takes over `json`. Memory may be short: a fixed text needs none. */
static void send_json(struct http_connection *connection, const char *fields, unsigned status,
    const char *content_type, json_t *json)
{
    static const char no_memory[] =
        "{\"type\":\"urn:smsotp:error:internal\",\"title\":\"The gateway failed\","
        "\"status\":500,\"code\":\"internal\",\"detail\":\"Out of memory\"}";
    _cleanup_free_ char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

    json_decref(json);
    if (text)
        send_octets(connection, fields, status, content_type, text, strlen(text));
    else
        send_octets(connection, fields, 500, SMSOTP_TYPE_PROBLEM, no_memory, sizeof(no_memory) - 1);
}

static void add_retry_after(struct strbuf *fields, const struct refusal *refusal)
{
    if (refusal->retry_after_sec > 0)
        strbuf_printf(fields, "Retry-After: %u\r\n", refusal->retry_after_sec);
}

static void count(const struct call *call, unsigned status)
{
    if (call->traffic)
        traffic_count(call->traffic, call->method, call->route ? call->route : "", status);
}

void call_answer(struct call *call, unsigned status, json_t *json)
{
    count(call, json ? status : 500);
    send_json(call->connection, call->fields_text, status, SMSOTP_TYPE_JSON, json);
    call_free(call);
}

void call_answer_text(
    struct call *call, unsigned status, const char *content_type, const char *text)
{
    count(call, status);
    send_octets(call->connection, call->fields_text, status, content_type, text, strlen(text));
    call_free(call);
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    count(call, gateway_error_http_status(refusal->error));
    gateway_note_refusal(call->gateway, &call->caller, refusal);
    add_retry_after(&call->fields, refusal);
    send_json(call->connection, call->fields_text, gateway_error_http_status(refusal->error),
        SMSOTP_TYPE_PROBLEM, problem_to_json(refusal));
    call_free(call);
}

void call_refuse_unread(struct http_connection *connection, const struct refusal *refusal)
{
    char text[64];
    struct strbuf fields = STRBUF_ON(text);

    strbuf_puts(&fields, NOT_STORED);
    add_retry_after(&fields, refusal);
    send_json(connection, text, gateway_error_http_status(refusal->error), SMSOTP_TYPE_PROBLEM,
        problem_to_json(refusal));
}

static void on_gone(void *userdata)
{
    struct call *call = userdata;

    call->gone(call->gone_userdata);
    call_free(call);
}

bool call_stream(
    struct call *call, const char *content_type, void (*gone)(void *userdata), void *userdata)
{
    struct http_answer answer = {
        .status = 200, .content_type = content_type, .fields = call->fields_text};

    call->gone = gone;
    call->gone_userdata = userdata;
    count(call, 200);
    if (http_connection_stream(call->connection, &answer, on_gone, call))
        return true;
    call_free(call);
    return false;
}

int call_stream_send(struct call *call, const char *bytes, size_t n)
{
    int r = http_connection_stream_send(call->connection, bytes, n);

    if (r < 0)
        call_free(call);
    return r;
}

void call_stream_end(struct call *call)
{
    http_connection_stream_end(call->connection);
    call_free(call);
}
