/* The calls about plain texts. */
#include "client/decode.h"
#include "client/handle.h"

#include <errno.h>

/* Reads a text's state from the answer, all of it or nothing. */
static int ask_for_message(struct smsotp *smsotp, const char *method, const char *route, json_t *body,
    const char *header, unsigned timeout_ms, struct smsotp_message *ret, struct smsotp_error *ret_error)
{
    json_t *json = NULL;
    int r = handle_ask(smsotp, method, route, body, header, timeout_ms, &json, ret_error);

    if (r != 0)
        return r;
    decode_message(json, ret);
    json_decref(json);
    return ret->id[0] ? 0 : handle_explain(ret_error, -EPROTO, "the answer has no id");
}

int smsotp_message_send(struct smsotp *smsotp, const struct smsotp_text *text, unsigned timeout_ms,
    struct smsotp_message *ret, struct smsotp_error *ret_error)
{
    char buffer[HANDLE_KEY_SIZE];
    const char *key;
    json_t *body;
    int r;

    if (!text->to || !text->text)
        return handle_explain(ret_error, -EINVAL, "`to` or `text` is missing");
    r = handle_make_key(text->idempotency_key, buffer, &key, ret_error);
    if (r < 0)
        return r;
    body = json_object();
    if (!handle_add_text(body, "to", text->to) || !handle_add_text(body, "text", text->text) ||
        !handle_add_text(body, "reference", text->reference) ||
        (text->validity_sec > 0 &&
            json_object_set_new(body, "validity", json_integer(text->validity_sec)) < 0)) {
        json_decref(body);
        return handle_explain(ret_error, -EINVAL, "an argument is not UTF-8");
    }
    return ask_for_message(
        smsotp, "POST", SMSOTP_ROUTE_MESSAGES, body, key, timeout_ms, ret, ret_error);
}

int smsotp_message_get(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_message *ret, struct smsotp_error *ret_error)
{
    char route[HANDLE_ROUTE_SIZE];
    int r = handle_make_route(SMSOTP_ROUTE_MESSAGES, "ms_", id, "", route, ret_error);

    return r < 0 ? r : ask_for_message(smsotp, "GET", route, NULL, NULL, timeout_ms, ret, ret_error);
}
