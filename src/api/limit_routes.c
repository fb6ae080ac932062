#include "api/limit_routes.h"

#include "api/body.h"
#include "core/limit_report.h"
#include "core/limit_reset.h"
#include "core/reverse.h"

#include <string.h>

static json_t *count_or_null(int value)
{
    return value == LIMIT_REPORT_HIDDEN ? json_null() : json_integer(value);
}

/*
 * How many more there may be: none where the limit is met, else a number only if it is not hidden.
 */
static json_t *available(const struct limit_report_row *row)
{
    if (row->is_met)
        return json_integer(0);
    if (row->used == LIMIT_REPORT_HIDDEN || row->min_percent > 0)
        return json_null();
    return json_integer(MAX((int)row->window.max - row->used, 0));
}

static json_t *row_to_json(const struct limit_report_row *row)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:I, s:o, s:o, s:b, s:i}", "name", row->name,
        "scope", row->scope, "of", row->is_of_checks ? "checks" : "requests", "max",
        (int)row->window.max, "window", (json_int_t)(row->window.span / USEC_PER_SEC), "used",
        count_or_null(row->used), "available", available(row), "met", (int)row->is_met,
        "retry_after", (int)row->retry_after_sec);

    if (json && row->min_percent > 0) {
        json_object_set_new(json, "verified", count_or_null(row->verified));
        json_object_set_new(json, "min_percent", json_integer((json_int_t)row->min_percent));
    }
    return json;
}

/* `why`: NULL, or what is in the way. */
static json_t *verdict_to_json(const char *reason, const struct refusal *why)
{
    return why ? json_pack("{s:b, s:s, s:s}", "allowed", 0, "reason", reason, "detail", why->detail)
               : json_pack("{s:b, s:n, s:n}", "allowed", 1, "reason", "detail");
}

static void on_report(
    void *userdata, const struct refusal *refusal, const struct limit_report *report)
{
    struct call *call = userdata;
    json_t *rows;

    if (refusal) {
        call_refuse(call, refusal);
        return;
    }
    rows = json_array();
    for (unsigned i = 0; i < report->n_rows; i++)
        json_array_append_new(rows, row_to_json(&report->rows[i]));
    call_answer(call, 200,
        json_pack("{s:s, s:b, s:i, s:o, s:o, s:o}", "to", report->number_masked, "allowed",
            (int)report->is_allowed, "retry_after", (int)report->retry_after_sec, "destination",
            verdict_to_json(destination_block_to_string(report->block),
                report->is_open ? NULL : &report->blocked),
            "readiness",
            verdict_to_json(gateway_error_to_string(report->unready.error),
                report->unready.is_refused ? &report->unready : NULL),
            "limits", rows));
}

void limits_report(struct call *call)
{
    _cleanup_wipe_ char *to = call_query(call, "to");
    _cleanup_free_ char *purpose = call_query(call, "purpose");
    _cleanup_free_ char *client = call_query(call, "client");
    _cleanup_free_ char *method = call_query(call, "method");
    struct limit_question question = {.to = to, .purpose = purpose, .client = client};
    struct refusal refusal;

    if (!to) {
        refuse(
            &refusal, ERROR_INVALID, "to", "Ask with ?to= and a phone number, like +919812345678");
        call_refuse(call, &refusal);
        return;
    }
    if (!reverse_is_method(method, &question.is_reverse, &refusal)) {
        call_refuse(call, &refusal);
        return;
    }
    if (to[0] == ' ') /* in a query `+` stands for a space, unless it is written %2B */
        to[0] = '+';
    gateway_report_limits(call->gateway, &call->caller, &question, on_report, call);
}

static void on_reset(void *userdata, const struct limit_reset_answer *answer)
{
    struct call *call = userdata;
    const char *limit = json_string_value(json_object_get(call->body, "limit"));

    if (answer->refusal)
        call_refuse(call, answer->refusal);
    else
        call_answer(call, 200,
            json_pack("{s:s, s:s, s:s*}", "limit", limit, "scope", answer->scope,
                strcmp(answer->scope, "client") == 0 ? "client" : "to",
                answer->object[0] ? answer->object : NULL));
}

void limits_reset(struct call *call)
{
    static const char *const known[] = {"limit", "to", "client"};
    struct limit_reset reset = {0};
    struct refusal refusal = {0};
    const char *limit;

    if (!body_read(call, &refusal) || !body_has_only(call, known, ARRAY_SIZE(known), &refusal) ||
        !body_text(call, "limit", 32, true, &limit, &refusal) ||
        !body_text(call, "to", 64, false, &reset.to, &refusal) ||
        !body_text(call, "client", SMSOTP_CLIENT_MAX, false, &reset.client, &refusal)) {
        call_refuse(call, &refusal);
        return;
    }
    if (limit_resettable_from_string(&reset.limit, limit) < 0) {
        refuse(&refusal, ERROR_INVALID, "limit",
            "Only `conversion`, `streak` and `rollback` can be reset; the other limits pass with "
            "time, and `guesses` with the right code");
        call_refuse(call, &refusal);
        return;
    }
    gateway_reset_limit(call->gateway, &call->caller, &reset, on_reset, call);
}
