#include "api/message_routes.h"

#include "api/body.h"
#include "api/message_json.h"
#include "api/time_json.h"
#include "core/plain_message.h"
#include "smsotp/api.h"
#include "util/parse.h"
#include "util/utf8.h"

#include <stdio.h>
#include <string.h>

static json_t *row_to_json(const struct message_view *view)
{
    const struct message_row *row = view->row;
    json_t *json = message_to_json(&row->message, view->position, view->eta_sec);

    if (json)
        json_object_update_new(json,
            json_pack("{s:s, s:s?, s:s?, s:o, s:o}", "to", row->number_masked, "reference",
                row->reference[0] ? row->reference : NULL, "verification",
                row->verification_id[0] ? row->verification_id : NULL, "created_at",
                time_to_json(row->created_wall), "expires_at", time_to_json(row->expires_wall)));
    return json;
}

static void on_answer(void *userdata, const struct message_answer *answer)
{
    if (answer->refusal)
        call_refuse(userdata, answer->refusal);
    else
        call_answer(userdata, 200, row_to_json(&answer->view));
}

static void on_created(void *userdata, const struct message_answer *answer)
{
    char location[sizeof(SMSOTP_ROUTE_MESSAGES) + ID_SIZE];

    if (answer->refusal) {
        call_refuse(userdata, answer->refusal);
        return;
    }
    snprintf(location, sizeof(location), "%s/%s", SMSOTP_ROUTE_MESSAGES,
        answer->view.row->message.id);
    call_add_header(userdata, "Location", location);
    if (answer->is_replay)
        call_add_header(userdata, "Idempotent-Replayed", "true");
    call_answer(userdata, 201, row_to_json(&answer->view));
}

/* "1h", or seconds as a number or text. */
static bool read_validity(const struct call *call, usec_t *ret_validity, struct refusal *ret)
{
    json_t *value = json_object_get(call->body, "validity");
    usec_t validity = SMSOTP_MESSAGE_VALIDITY_DEFAULT_SEC * USEC_PER_SEC;
    int r = 0;

    if (json_is_string(value))
        r = parse_duration(json_string_value(value), &validity);
    else if (json_is_integer(value) && json_integer_value(value) <= SMSOTP_MESSAGE_VALIDITY_MAX_SEC)
        validity = (usec_t)MAX(json_integer_value(value), 0) * USEC_PER_SEC;
    else if (value && !json_is_null(value))
        r = -EINVAL;
    if (r < 0 || validity < SMSOTP_MESSAGE_VALIDITY_MIN_SEC * USEC_PER_SEC ||
        validity > SMSOTP_MESSAGE_VALIDITY_MAX_SEC * USEC_PER_SEC) {
        refuse(ret, ERROR_INVALID, "validity",
            "`validity` must be a time from 60s to 72h, like \"1h\", or seconds");
        return false;
    }
    *ret_validity = validity;
    return true;
}

/* As body_text(), with line breaks. */
static bool read_text(const struct call *call, const char **ret_text, struct refusal *ret)
{
    const char *text = json_string_value(json_object_get(call->body, "text"));
    size_t n = text ? strlen(text) : 0;
    uint32_t c;

    if (n == 0 || n > SMSOTP_MESSAGE_TEXT_MAX) {
        refuse(ret, ERROR_INVALID, "text", "`text` must be a text of 1 to %u bytes",
            SMSOTP_MESSAGE_TEXT_MAX);
        return false;
    }
    for (size_t at = 0; at < n;) {
        int length = utf8_decode(text + at, n - at, &c);

        /* Line breaks are part of a receipt, the joiners U+200C and U+200D of how words are
         * written. */
        if (length < 0 ||
            (utf8_is_hazardous(c) && c != '\n' && c != 0x200C && c != 0x200D)) {
            refuse(ret, ERROR_INVALID, "text",
                "`text` has a control or invisible character; only printable text and line breaks "
                "are accepted");
            return false;
        }
        at += (size_t)length;
    }
    *ret_text = text;
    return true;
}

void message_create(struct call *call)
{
    static const char *const known[] = {"to", "text", "reference", "validity"};
    struct send_request request = {0};
    struct refusal refusal = {0};

    if (!body_read(call, &refusal) || !body_has_only(call, known, ARRAY_SIZE(known), &refusal) ||
        !body_text(call, "to", 64, true, &request.to, &refusal) ||
        !read_text(call, &request.text, &refusal) ||
        !body_text(call, "reference", SMSOTP_REFERENCE_MAX, false, &request.reference, &refusal) ||
        !read_validity(call, &request.validity, &refusal) ||
        !body_idempotency_key(call, &request.idempotency_key, &refusal)) {
        call_refuse(call, &refusal);
        return;
    }
    if (request.idempotency_key)
        body_digest(call, request.body_digest);
    gateway_send(call->gateway, &call->caller, &request, on_created, call);
}

void message_find(struct call *call)
{
    struct refusal refusal;
    _cleanup_free_ char *reference = call_reference(call, &refusal);

    if (reference)
        gateway_get_message_by_reference(call->gateway, &call->caller, reference, on_answer, call);
    else
        call_refuse(call, &refusal);
}

void message_read(struct call *call)
{
    const char *id = call->segments[2];
    struct refusal refusal;

    if (id_is_valid(ID_PREFIX_MESSAGE, id)) {
        gateway_get_message(call->gateway, &call->caller, id, on_answer, call);
        return;
    }
    refuse(&refusal, ERROR_NOT_FOUND, NULL,
        "There is no such text; an id looks like ms_ and 26 letters and digits");
    call_refuse(call, &refusal);
}
