#include "api/render_routes.h"

#include "api/body.h"
#include "core/preview.h"
#include "util/utf8.h"

#include <inttypes.h>
#include <stdio.h>

static json_t *character_to_json(uint32_t code_point)
{
    char text[UTF8_MAX_OCTETS], name[16];
    int n = utf8_encode(code_point, text);

    snprintf(name, sizeof(name), "U+%04" PRIX32, code_point);
    return json_pack(
        "{s:s%, s:s}", "character", text, n > 0 ? (size_t)n : 0, "code_point", name);
}

static json_t *replaced_to_json(const struct sms_replaced *replaced)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < replaced->n; i++) {
        json_t *one = character_to_json(replaced->code_points[i]);

        json_object_set_new(
            one, "written_as", json_string(sms_replacement(replaced->code_points[i])));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *warnings_of(const struct preview *preview)
{
    const struct sms_sizing *sizing = &preview->rendering.sizing;
    json_t *list = json_array();

    if (preview->rendering.replaced.n > 0)
        json_array_append_new(list,
            json_string("Characters that no GSM 7-bit table has were rewritten, see `replaced`"));
    if (sizing->encoding == SMS_ENCODING_UCS2 && sizing->parts > 1)
        json_array_append_new(
            list, json_string("The character in `forced_by` is in no table allowed, so a segment "
                              "holds 67 characters, not 153"));
    if (preview->purpose && sizing->parts > preview->purpose->segments)
        json_array_append_new(
            list, json_string(
                      "A request with these values would be refused: more segments than allowed"));
    return list;
}

static json_t *preview_to_json(const struct preview *preview)
{
    const struct rendering *rendering = &preview->rendering;
    const struct sms_sizing *sizing = &rendering->sizing;
    unsigned allowed = preview->purpose ? preview->purpose->segments : SMS_MAX_PARTS;
    json_t *json = json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:b}", "text", rendering->text,
        "encoding", sms_encoding_to_string(sizing->encoding), "segments", (int)sizing->parts,
        "units", (int)sizing->units, "units_per_segment", (int)sizing->units_per_part,
        "segments_allowed", (int)allowed, "fits", sizing->parts <= allowed);

    if (preview->purpose) {
        json_object_set_new(json, "purpose", json_string(preview->purpose->name));
        json_object_set_new(json, "locale", json_string(rendering->template->locale));
    }
    json_object_set_new(json, "national",
        sizing->locking || sizing->single
            ? json_pack("{s:i, s:i}", "locking", sizing->locking, "single", sizing->single)
            : json_null());
    json_object_set_new(json, "forced_by",
        sizing->forced_by ? character_to_json(sizing->forced_by) : json_null());
    json_object_set_new(json, "replaced", replaced_to_json(&rendering->replaced));
    json_object_set_new(json, "warnings", warnings_of(preview));
    return json;
}

static bool read_request(struct call *call, struct preview_request *request,
    struct otp_context *context, struct refusal *ret)
{
    static const char *const known[] = {"purpose", "locale", "reference", "context", "text"};
    bool has_context;

    if (!body_read(call, ret) || !body_has_only(call, known, ARRAY_SIZE(known), ret) ||
        !body_text(call, "purpose", SMSOTP_PURPOSE_MAX, false, &request->purpose, ret) ||
        !body_text(call, "locale", SMSOTP_LOCALE_MAX, false, &request->locale, ret) ||
        !body_text(call, "reference", SMSOTP_REFERENCE_MAX, false, &request->reference, ret) ||
        !body_context(call, context, &has_context, ret) ||
        !body_text(call, "text", OTP_TEXT_SIZE - 1, false, &request->text, ret))
        return false;
    request->context = context;
    if (!request->purpose == !request->text) {
        refuse(ret, ERROR_INVALID, "purpose",
            "Give either `purpose` (with `context`, `locale`, `reference`) or `text`");
        return false;
    }
    return true;
}

void render_text(struct call *call)
{
    struct preview_request request = {0};
    _cleanup_(otp_context_wipep) struct otp_context context = {0};
    struct refusal refusal = {0};
    struct preview preview;

    if (read_request(call, &request, &context, &refusal) &&
        gateway_preview(call->gateway, &call->caller, &request, &preview, &refusal))
        call_answer(call, 200, preview_to_json(&preview));
    else
        call_refuse(call, &refusal);
}
