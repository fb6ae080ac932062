#include "api/call.h"

#include "api/problem.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <string.h>

static const struct {
    enum evhttp_cmd_type type;
    const char *name;
} methods[] = {
    {EVHTTP_REQ_GET, "GET"}, {EVHTTP_REQ_POST, "POST"}, {EVHTTP_REQ_HEAD, "HEAD"},
    {EVHTTP_REQ_PUT, "PUT"}, {EVHTTP_REQ_DELETE, "DELETE"}, {EVHTTP_REQ_OPTIONS, "OPTIONS"},
    {EVHTTP_REQ_PATCH, "PATCH"}, {EVHTTP_REQ_TRACE, "TRACE"}, {EVHTTP_REQ_CONNECT, "CONNECT"},
};

static const char *method_name(enum evhttp_cmd_type type)
{
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
        if (methods[i].type == type)
            return methods[i].name;
    return "?";
}

static struct call *call_free(struct call *call)
{
    if (!call)
        return NULL;
    json_decref(call->body);
    free(call->path);
    free(call);
    return NULL;
}
DEFINE_CLEANUP(struct call *, call_free);

/* Decodes a segment in place; false for one with %00. */
static bool decode_segment(char *segment)
{
    size_t n;
    _cleanup_free_ char *decoded = evhttp_uridecode(segment, 0, &n);

    if (!decoded || strlen(decoded) != n)
        return false;
    memcpy(segment, decoded, n + 1); /* never longer than it was */
    return true;
}

/*
 * Cuts the path at its slashes, then decodes: %2F is a letter of a segment, not its end. A path that
 * is none of ours has no segments, and so no route.
 */
static void split_path(struct call *call)
{
    char *p = call->path;

    while (*p == '/') {
        *p++ = '\0';
        if (*p == '\0')
            break;
        if (call->n_segments == CALL_SEGMENTS_MAX) {
            call->n_segments = 0;
            return;
        }
        call->segments[call->n_segments++] = p;
        p += strcspn(p, "/");
    }
    for (unsigned i = 0; i < call->n_segments; i++)
        if (!decode_segment((char *)(uintptr_t)call->segments[i])) {
            call->n_segments = 0;
            return;
        }
}

int call_new(struct call **ret, struct gateway *gateway, struct evhttp_request *request)
{
    _cleanup_(call_freep) struct call *call = calloc(1, sizeof(*call));
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
    const char *path = uri ? evhttp_uri_get_path(uri) : NULL;

    if (!call)
        return -ENOMEM;
    call->path = strdup(path ? path : "");
    if (!call->path)
        return -ENOMEM;
    split_path(call);
    call->gateway = gateway;
    call->request = request;
    call->method = method_name(evhttp_request_get_command(request));
    *ret = TAKE_PTR(call);
    return 0;
}

const char *call_header(const struct call *call, const char *name)
{
    return evhttp_find_header(evhttp_request_get_input_headers(call->request), name);
}

char *call_query(const struct call *call, const char *name)
{
    const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(call->request));
    struct evkeyvalq parameters;
    const char *value;
    char *copy = NULL;

    if (!query || evhttp_parse_query_str(query, &parameters) < 0)
        return NULL;
    value = evhttp_find_header(&parameters, name);
    if (value)
        copy = strdup(value);
    evhttp_clear_headers(&parameters);
    return copy;
}

const char *call_body_bytes(const struct call *call, size_t *ret_n)
{
    struct evbuffer *input = evhttp_request_get_input_buffer(call->request);

    *ret_n = evbuffer_get_length(input);
    return (const char *)evbuffer_pullup(input, -1);
}

void call_add_header(struct call *call, const char *name, const char *value)
{
    evhttp_add_header(evhttp_request_get_output_headers(call->request), name, value);
}

/* Hands text to evhttp, which frees it, and ends the call. */
static void send_text(struct call *call, unsigned status, const char *content_type, char *text,
    size_t n, void (*release)(const void *data, size_t n, void *extra))
{
    struct evbuffer *buffer = evhttp_request_get_output_buffer(call->request);
    struct bufferevent *connection =
        evhttp_connection_get_bufferevent(evhttp_request_get_connection(call->request));

    call_add_header(call, "Content-Type", content_type);
    call_add_header(call, "Cache-Control", "no-store");
    evbuffer_add_reference(buffer, text, n, release, NULL);
    if (strcmp(call->method, "HEAD") == 0)
        evbuffer_drain(buffer, n); /* evhttp would send it, and the next answer would begin with it */
    evhttp_send_reply(call->request, (int)status, NULL, NULL);
    /* evhttp goes on reading while an answer leaves, without a bound; its next request resumes it. */
    bufferevent_disable(connection, EV_READ);
    call_free(call);
}

static void release_heap(const void *data, size_t n, void *extra)
{
    (void)n;
    (void)extra;
    free((void *)(uintptr_t)data);
}

/* Memory is short: a fixed text needs none. */
static void answer_no_memory(struct call *call)
{
    static char text[] = "{\"type\":\"urn:smsotp:error:internal\",\"title\":\"The gateway failed\","
                         "\"status\":500,\"code\":\"internal\",\"detail\":\"Out of memory\"}";

    send_text(call, 500, "application/problem+json", text, sizeof(text) - 1, NULL);
}

static void answer_json(struct call *call, unsigned status, const char *content_type, json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

    json_decref(json);
    if (text)
        send_text(call, status, content_type, text, strlen(text), release_heap);
    else
        answer_no_memory(call);
}

void call_answer(struct call *call, unsigned status, json_t *json)
{
    answer_json(call, status, "application/json", json);
}

void call_answer_text(struct call *call, unsigned status, const char *content_type, const char *text)
{
    char *copy = strdup(text);

    if (copy)
        send_text(call, status, content_type, copy, strlen(copy), release_heap);
    else
        answer_no_memory(call);
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    char seconds[16];

    if (refusal->retry_after_sec > 0) {
        snprintf(seconds, sizeof(seconds), "%u", refusal->retry_after_sec);
        call_add_header(call, "Retry-After", seconds);
    }
    answer_json(call, gateway_error_http_status(refusal->error), "application/problem+json",
        problem_to_json(refusal));
}
