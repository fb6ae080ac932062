/* The calls about one verification, each a route. */
#include "client/decode.h"
#include "client/handle.h"
#include "util/strbuf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char not_utf8[] = "an argument is not UTF-8";

static bool add_context(json_t *object, const struct smsotp_pair *context, size_t n)
{
    json_t *pairs;

    if (n == 0)
        return true;
    pairs = json_object();
    if (json_object_set_new(object, "context", pairs) < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!context[i].key || !context[i].value ||
            json_object_set_new(pairs, context[i].key, json_string(context[i].value)) < 0)
            return false;
    return true;
}

int smsotp_verify(struct smsotp *smsotp, const struct smsotp_request *request, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error)
{
    char buffer[HANDLE_KEY_SIZE];
    const char *key;
    json_t *body;
    int r;

    if (!request->to || !request->purpose)
        return handle_explain(ret_error, -EINVAL, "`to` or `purpose` is missing");
    r = handle_make_key(request->idempotency_key, buffer, &key, ret_error);
    if (r < 0)
        return r;
    body = json_object();
    if (!handle_add_text(body, "to", request->to) ||
        !handle_add_text(body, "purpose", request->purpose) ||
        !handle_add_text(body, "method", request->method) ||
        !handle_add_text(body, "locale", request->locale) ||
        !handle_add_text(body, "reference", request->reference) ||
        (request->resume && json_object_set_new(body, "resume", json_true()) < 0) ||
        !add_context(body, request->context, request->n_context)) {
        json_decref(body);
        return handle_explain(ret_error, -EINVAL, not_utf8);
    }
    return handle_ask_for(smsotp, "POST", SMSOTP_ROUTE_VERIFICATIONS, body, key, timeout_ms,
        decode_verification, ret, ret_error);
}

int smsotp_check(struct smsotp *smsotp, const char *id, const struct smsotp_attempt *attempt,
    unsigned timeout_ms, struct smsotp_check *ret, struct smsotp_error *ret_error)
{
    char route[HANDLE_ROUTE_SIZE];
    json_t *body, *json;
    int r = handle_make_route(
        SMSOTP_ROUTE_VERIFICATIONS, "vf_", id, "/check", route, ret_error);

    if (r < 0)
        return r;
    body = json_object();
    if (!attempt->code || !handle_add_text(body, "code", attempt->code) ||
        !handle_add_text(body, "attempt_id", attempt->attempt_id) ||
        !add_context(body, attempt->context, attempt->n_context)) {
        json_decref(body);
        return handle_explain(ret_error, -EINVAL, attempt->code ? not_utf8 : "`code` is missing");
    }
    r = handle_ask(smsotp, "POST", route, body, NULL, timeout_ms, &json, ret_error);
    if (r != 0)
        return r;
    decode_check(json, ret);
    json_decref(json);
    return 0;
}

static int act(struct smsotp *smsotp, const char *id, const char *method, const char *action,
    unsigned timeout_ms, struct smsotp_verification *ret, struct smsotp_error *ret_error)
{
    char route[HANDLE_ROUTE_SIZE];
    int r = handle_make_route(SMSOTP_ROUTE_VERIFICATIONS, "vf_", id, action, route, ret_error);

    return r < 0 ? r
                 : handle_ask_for(smsotp, method, route, NULL, NULL, timeout_ms,
                       decode_verification, ret, ret_error);
}

int smsotp_get(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error)
{
    return act(smsotp, id, "GET", "", timeout_ms, ret, ret_error);
}

int smsotp_resend(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error)
{
    return act(smsotp, id, "POST", "/resend", timeout_ms, ret, ret_error);
}

int smsotp_cancel(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error)
{
    return act(smsotp, id, "POST", "/cancel", timeout_ms, ret, ret_error);
}

int smsotp_find(struct smsotp *smsotp, const char *reference, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error)
{
    char route[sizeof(SMSOTP_ROUTE_VERIFICATIONS) + 16 + 3 * SMSOTP_REFERENCE_MAX];
    struct strbuf sb = STRBUF_ON(route);

    if (!reference || !reference[0] || strlen(reference) > SMSOTP_REFERENCE_MAX)
        return handle_explain(ret_error, -EINVAL, "a reference has 1 to 64 bytes");
    strbuf_printf(&sb, "%s?reference=", SMSOTP_ROUTE_VERIFICATIONS);
    for (const char *c = reference; *c; c++)
        strbuf_printf(&sb, "%%%02X", (unsigned char)*c);
    return handle_ask_for(
        smsotp, "GET", route, NULL, NULL, timeout_ms, decode_verification, ret, ret_error);
}
