#include "api/verification_json.h"

#include "api/message_json.h"
#include "api/time_json.h"
#include "core/receipt.h"
#include "smsotp/api.h"
#include "util/hex.h"

void verification_put_receipt(json_t *json, const struct verification *v)
{
    char receipt[OTP_RECEIPT_SIZE];

    if (receipt_write(v, receipt))
        json_object_set_new(json, "receipt", json_string(receipt));
}

/* What the customer is to text. */
static json_t *reverse_to_json(const struct reverse_view *reverse)
{
    return json_pack(
        "{s:s, s:s?}", "text", reverse->text, "to", reverse->to[0] ? reverse->to : NULL);
}

json_t *verification_to_json(const struct verification_view *view)
{
    const struct verification *v = view->verification;
    char digest[2 * OTP_CONTEXT_DIGEST_SIZE + 1];
    json_t *json;

    hex_encode(v->context_digest, sizeof(v->context_digest), digest);
    json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:o, s:o, s:i, s:i, s:i, s:i, s:o}",
        "id", v->id, "status", verification_status_to_string(v->status), "purpose", v->purpose,
        "locale", v->locale, "to", v->number_masked, "reference",
        v->reference[0] ? v->reference : NULL, "context_digest", digest, "created_at",
        time_to_json(v->created.wall), "expires_at", time_to_json(v->expires.wall), "expires_in",
        (int)view->expires_in_sec, "attempts_left", (int)view->attempts_left, "resends_left",
        (int)view->resends_left, "resend_after", (int)view->resend_after_sec, "message",
        view->message->id[0] ? message_to_json(view->message, view->position, view->eta_sec)
                             : json_null());
    json_object_set_new(
        json, "method", json_string(v->is_reverse ? SMSOTP_METHOD_INBOUND : SMSOTP_METHOD_SMS));
    if (view->reverse.text[0])
        json_object_set_new(json, "inbound", reverse_to_json(&view->reverse));
    verification_put_receipt(json, v);
    return json;
}
