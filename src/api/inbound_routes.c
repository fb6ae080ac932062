#include "api/inbound_routes.h"

#include "api/time_json.h"
#include "core/inbound.h"
#include "util/parse.h"
#include "util/utf8.h"

#include <string.h>

static json_t *text_to_json(const struct inbound_text *text)
{
    const struct inbound *inbound = &text->inbound;
    json_t *body = text->body ? json_stringn(text->body, text->n_body) : json_null();

    return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:i, s:i, s:b, s:s?}", "id", inbound->id,
        "from", inbound->from, "text", body, "received_at", time_to_json(inbound->received_wall),
        "modem", inbound->modem, "encoding", sms_encoding_to_string(inbound->encoding), "parts",
        (int)inbound->parts, "parts_total", (int)inbound->parts_total, "complete",
        (int)inbound->is_complete, "verification",
        inbound->verification_id[0] ? inbound->verification_id : NULL);
}

static void on_answer(void *userdata, const struct inbound_answer *answer)
{
    struct call *call = userdata;
    json_t *texts;

    if (answer->refusal) {
        call_refuse(call, answer->refusal);
        return;
    }
    texts = json_array();
    for (unsigned i = 0; i < answer->n_texts; i++)
        json_array_append_new(texts, text_to_json(&answer->texts[i]));
    call_answer(call, 200, json_pack("{s:o, s:b}", "inbound", texts, "more", (int)answer->is_more));
}

void inbound_list(struct call *call)
{
    _cleanup_free_ char *since = call_query(call, "since");
    _cleanup_free_ char *limit = call_query(call, "limit");
    unsigned max = SMSOTP_INBOUND_DEFAULT;
    struct refusal refusal;

    if (!caller_may_read_inbound(&call->caller)) {
        refuse(&refusal, ERROR_FORBIDDEN, NULL,
            "This route is for technicians, and for clients with `inbound = yes`");
        call_refuse(call, &refusal);
    } else if (since && !id_is_valid(ID_PREFIX_INBOUND, since)) {
        refuse(&refusal, ERROR_INVALID, "since",
            "`since` must be the id of a received text: in_ and 26 letters and digits");
        call_refuse(call, &refusal);
    } else if (limit && parse_unsigned(limit, 1, SMSOTP_INBOUND_MAX, &max) < 0) {
        refuse(&refusal, ERROR_INVALID, "limit", "`limit` must be a number from 1 to %u",
            SMSOTP_INBOUND_MAX);
        call_refuse(call, &refusal);
    } else {
        gateway_list_inbound(call->gateway, since, max, on_answer, call);
    }
}
