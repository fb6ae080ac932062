#include "client/handle.h"

#include "client/decode.h"
#include "client/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

int smsotp_new(struct smsotp **ret, const char *socket_path)
{
    struct smsotp *smsotp;

    if (!socket_path)
        socket_path = SMSOTP_RUNTIME_DIR "/" SMSOTP_SOCKET_API;
    if (strlen(socket_path) >= sizeof(((struct sockaddr_un *)0)->sun_path))
        return -ENAMETOOLONG;
    smsotp = calloc(1, sizeof(*smsotp));
    if (smsotp)
        smsotp->socket_path = strdup(socket_path);
    if (!smsotp || !smsotp->socket_path) {
        free(smsotp);
        return -ENOMEM;
    }
    *ret = smsotp;
    return 0;
}

static void wipe_authorization(struct smsotp *smsotp)
{
    if (smsotp->authorization)
        explicit_bzero(smsotp->authorization, strlen(smsotp->authorization));
    free(smsotp->authorization);
}

struct smsotp *smsotp_free(struct smsotp *smsotp)
{
    if (!smsotp)
        return NULL;
    wipe_authorization(smsotp);
    free(smsotp->socket_path);
    free(smsotp);
    return NULL;
}

int smsotp_set_token(struct smsotp *smsotp, const char *token)
{
    char *header;
    size_t n = 0;

    while (token[n] >= '!' && token[n] <= '~')
        n++;
    if (n == 0 || token[n])
        return -EINVAL;
    if (asprintf(&header, "Authorization: Bearer %s", token) < 0)
        return -ENOMEM;
    wipe_authorization(smsotp);
    smsotp->authorization = header;
    return 0;
}

int handle_explain(struct smsotp_error *error, int r, const char *detail)
{
    if (error) {
        *error = (struct smsotp_error){0};
        snprintf(error->detail, sizeof(error->detail), "%s", detail);
    }
    return r;
}

bool handle_add_text(json_t *object, const char *member, const char *text)
{
    return !text || json_object_set_new(object, member, json_string(text)) == 0;
}

int handle_make_route(const char *base, const char *prefix, const char *id, const char *action,
    char ret_route[static HANDLE_ROUTE_SIZE], struct smsotp_error *ret_error)
{
    size_t n = id ? strlen(id) : 0;
    char detail[64];

    if (n == 0 || n > SMSOTP_ID_MAX || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") != n) {
        snprintf(detail, sizeof(detail), "an id looks like %s and 26 letters and digits", prefix);
        return handle_explain(ret_error, -EINVAL, detail);
    }
    snprintf(ret_route, HANDLE_ROUTE_SIZE, "%s/%s%s", base, id, action);
    return 0;
}

int handle_make_key(const char *key, char buffer[static HANDLE_KEY_SIZE], const char **ret_header,
    struct smsotp_error *ret_error)
{
    if (key && snprintf(buffer, HANDLE_KEY_SIZE, "Idempotency-Key: %s", key) >= HANDLE_KEY_SIZE)
        return handle_explain(ret_error, -EINVAL, "idempotency_key has more than 128 characters");
    *ret_header = key ? buffer : NULL;
    return 0;
}

#define HEADERS_MAX 8

int smsotp_call(struct smsotp *smsotp, const char *method, const char *route, const char *body,
    const char *const *headers, unsigned timeout_ms, struct smsotp_reply *ret,
    struct smsotp_error *ret_error)
{
    const char *all[HEADERS_MAX + 2] = {NULL};
    char error[EXCHANGE_ERROR_SIZE];
    struct exchange exchange = {.socket_path = smsotp->socket_path,
        .method = method,
        .route = route,
        .body = body,
        .headers = all,
        .timeout_usec = (timeout_ms ? timeout_ms : SMSOTP_TIMEOUT_MS) * USEC_PER_MSEC};
    struct reply reply;
    unsigned n = 0;
    int r;

    for (; headers && headers[n]; n++) {
        if (n == HEADERS_MAX || strpbrk(headers[n], "\r\n"))
            return handle_explain(ret_error, -EINVAL,
                "a header has a line break in it, or there are more than eight");
        all[n] = headers[n];
    }
    all[n] = smsotp->authorization;
    r = exchange_run(&exchange, &reply, error);
    if (r < 0)
        return handle_explain(ret_error, r, error);
    *ret = (struct smsotp_reply){reply.status, reply.body, reply.n_body};
    return 0;
}

void smsotp_reply_fini(struct smsotp_reply *reply)
{
    free(reply->body);
    *reply = (struct smsotp_reply){0};
}

static int read_reply(
    const struct smsotp_reply *reply, json_t **ret, struct smsotp_error *ret_error)
{
    json_t *json = json_loadb(reply->body, reply->n_body, JSON_ALLOW_NUL, NULL);
    int r = json_is_object(json) ? 0 : -EPROTO;

    if (r < 0)
        r = handle_explain(ret_error, r, "what came back is no answer of a gateway");
    else if (reply->http_status / 100 == 2)
        *ret = json_incref(json);
    else
        r = decode_error(json, reply->http_status, ret_error);
    json_decref(json);
    return r;
}

int handle_ask(struct smsotp *smsotp, const char *method, const char *route, json_t *body,
    const char *header, unsigned timeout_ms, json_t **ret, struct smsotp_error *ret_error)
{
    _cleanup_free_ char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    const char *const headers[] = {header, NULL};
    struct smsotp_reply reply;
    int r;

    json_decref(body);
    r = smsotp_call(smsotp, method, route, text, headers, timeout_ms, &reply, ret_error);
    if (text)
        explicit_bzero(text, strlen(text)); /* a code may be in it */
    if (r < 0)
        return r;
    r = read_reply(&reply, ret, ret_error);
    smsotp_reply_fini(&reply);
    return r;
}

int handle_ask_for(struct smsotp *smsotp, const char *method, const char *route, json_t *body,
    const char *header, unsigned timeout_ms, bool (*decode)(const json_t *json, void *ret),
    void *ret, struct smsotp_error *ret_error)
{
    json_t *json = NULL;
    int r = handle_ask(smsotp, method, route, body, header, timeout_ms, &json, ret_error);

    if (r == 0 && !decode(json, ret))
        r = handle_explain(ret_error, -EPROTO, "the answer has no id");
    json_decref(json);
    return r;
}
