#include "api/optout_routes.h"

#include "api/body.h"
#include "api/time_json.h"
#include "core/optout.h"
#include "util/parse.h"

#define LISTED_DEFAULT 100

static json_t *optout_to_json(const struct optout *optout)
{
    return json_pack("{s:s, s:o, s:s}", "number", optout->number_masked, "since",
        time_to_json(optout->at_wall), "by", optout->is_by_reply ? "reply" : "operator");
}

static void on_list(
    void *userdata, const struct refusal *refusal, const struct optout_list *list)
{
    struct call *call = userdata;
    json_t *rows;

    if (refusal) {
        call_refuse(call, refusal);
        return;
    }
    rows = json_array();
    for (unsigned i = 0; i < list->n_rows; i++)
        json_array_append_new(rows, optout_to_json(&list->rows[i]));
    call_answer(call, 200, json_pack("{s:o, s:i}", "optouts", rows, "total", (int)list->total));
}

void optouts_list(struct call *call)
{
    _cleanup_free_ char *limit = call_query(call, "limit");
    unsigned max = LISTED_DEFAULT;
    struct refusal refusal;

    if (limit && parse_unsigned(limit, 1, OPTOUTS_LISTED_MAX, &max) < 0) {
        refuse(&refusal, ERROR_INVALID, "limit", "`limit` must be a number from 1 to %u",
            OPTOUTS_LISTED_MAX);
        call_refuse(call, &refusal);
        return;
    }
    gateway_list_optouts(call->gateway, max, on_list, call);
}

static void on_set(
    void *userdata, const struct refusal *refusal, const char *number_masked, bool is_changed)
{
    struct call *call = userdata;

    if (refusal)
        call_refuse(call, refusal);
    else
        call_answer(call, 200,
            json_pack("{s:s, s:b}", "number", number_masked, "changed", (int)is_changed));
}

static void set(struct call *call, bool is_out)
{
    static const char *const known[] = {"to"};
    struct refusal refusal = {0};
    const char *to;

    if (!body_read(call, &refusal) || !body_has_only(call, known, ARRAY_SIZE(known), &refusal) ||
        !body_text(call, "to", 64, true, &to, &refusal))
        call_refuse(call, &refusal);
    else
        gateway_set_optout(call->gateway, &call->caller, to, is_out, on_set, call);
}

void optouts_add(struct call *call)
{
    set(call, true);
}

void optouts_remove(struct call *call)
{
    set(call, false);
}
