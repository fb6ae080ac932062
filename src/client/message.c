/* The calls about plain texts. */
#include "client/decode.h"
#include "client/handle.h"

#include <errno.h>

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
    return handle_ask_for(smsotp, "POST", SMSOTP_ROUTE_MESSAGES, body, key, timeout_ms,
        decode_message, ret, ret_error);
}

int smsotp_message_get(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_message *ret, struct smsotp_error *ret_error)
{
    char route[HANDLE_ROUTE_SIZE];
    int r = handle_make_route(SMSOTP_ROUTE_MESSAGES, "ms_", id, "", route, ret_error);

    return r < 0 ? r
                 : handle_ask_for(smsotp, "GET", route, NULL, NULL, timeout_ms, decode_message, ret,
                       ret_error);
}
