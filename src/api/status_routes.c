#include "api/status_routes.h"

#include "core/quota_view.h"
#include "core/warnings.h"
#include "smsotp/version.h"

#include <string.h>

static json_t *text_or_null(const char *text)
{
    return text[0] ? json_string(text) : json_null();
}

static json_t *number_or_null(int value, int unknown)
{
    return value != unknown ? json_integer(value) : json_null();
}

static json_t *time_or_null(usec_t wall)
{
    char text[CLOCK_RFC3339_SIZE];

    if (wall == 0)
        return json_null();
    clock_format_rfc3339(wall, text);
    return json_string(text);
}

/* What its SIM may send; null without a limit. */
static json_t *quota_to_json(const struct quota_view *quota)
{
    json_t *json;

    if (!quota_limits_any(&quota->limits))
        return json_null();
    json = json_pack("{s:i, s:o}", "reserve", (int)quota->limits.reserve, "wait",
        quota->code_wait == USEC_INFINITY
            ? json_null()
            : json_integer((json_int_t)((quota->code_wait + USEC_PER_SEC - 1) / USEC_PER_SEC)));
    for (enum quota_window window = QUOTA_MINUTE; window <= QUOTA_RECIPIENTS; window++)
        json_object_set_new(json, quota_window_to_string(window),
            quota->limits.max[window] == 0
                ? json_null()
                : json_pack("{s:i, s:i}", "used", (int)quota->used[window], "limit",
                      (int)quota->limits.max[window]));
    return json;
}

static json_t *modem_to_json(const struct gateway *gateway, unsigned index)
{
    const struct modem *modem = gateway_modem(gateway, index);
    const struct modem_status *s = modem_status(modem);
    struct quota_view quota;
    const struct {
        const char *name, *text; /* empty: null */
    } texts[] = {
        {"reason", s->reason}, {"device", s->device}, {"port", s->port}, {"usb", s->usb},
        {"manufacturer", s->manufacturer}, {"model", s->model}, {"revision", s->revision},
        {"imei", s->imei}, {"imsi", s->imsi}, {"iccid", s->iccid},
        {"number", s->number},        {"operator", s->operator_name}, {"smsc", s->smsc},
    };
    const struct {
        const char *name;
        int value, unknown; /* the value that stands for null */
    } readings[] = {
        {"registration", s->registration, -1}, {"signal_dbm", s->signal_dbm, 0},
        {"pin_tries_left", s->pin_tries_left, -1}, {"storage_used", s->storage_used, -1},
        {"storage_total", s->storage_total, -1},
    };
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"sent", s->sent}, {"refused", s->refused}, {"unknown", s->unknown}, {"opens", s->opens},
        {"timeouts", s->timeouts}, {"recoveries", s->recoveries},
        {"send_ms", s->send_mean_usec / USEC_PER_MSEC},
    };
    json_t *json = json_pack(
        "{s:s, s:s}", "name", modem_name(modem), "state", modem_state_to_string(s->state));

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        json_object_set_new(json, texts[i].name, text_or_null(texts[i].text));
    for (size_t i = 0; i < ARRAY_SIZE(readings); i++)
        json_object_set_new(
            json, readings[i].name, number_or_null(readings[i].value, readings[i].unknown));
    json_object_set_new(json, "network_time", time_or_null(s->network_time));
    json_object_set_new(json, "network_time_at", time_or_null(s->network_time_at));
    for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
        json_object_set_new(json, counts[i].name, json_integer((json_int_t)counts[i].value));
    gateway_quota(gateway, index, &quota);
    json_object_set_new(json, "quota", quota_to_json(&quota));
    return json;
}

static json_t *warnings_to_json(const struct gateway *gateway)
{
    json_t *warnings = json_array();

    for (unsigned i = 0; i < GATEWAY_WARNINGS; i++) {
        const char *detail = gateway_warning_detail(gateway, i);

        if (detail)
            json_array_append_new(warnings,
                json_pack("{s:s, s:s}", "code", gateway_warning_to_string(i), "detail", detail));
    }
    return warnings;
}

void status_health(struct call *call)
{
    enum gateway_error reason = ERROR_NO_MODEM;
    bool is_ready = gateway_is_ready(call->gateway, &reason);
    json_t *reasons = json_array();
    json_t *modems = json_object();

    if (!is_ready)
        json_array_append_new(reasons,
            json_pack("{s:s, s:s}", "code", gateway_error_to_string(reason), "detail",
                gateway_reason_text(reason)));
    for (unsigned i = 0; gateway_modem(call->gateway, i); i++) {
        const struct modem *modem = gateway_modem(call->gateway, i);

        json_object_set_new(modems, modem_name(modem),
            json_string(modem_state_to_string(modem_status(modem)->state)));
    }
    call_answer(call, is_ready ? 200 : 503,
        json_pack("{s:s, s:b, s:o, s:o, s:o, s:i, s:s}", "status", is_ready ? "ready" : "not_ready",
            "ready", is_ready, "reasons", reasons,
            "warnings", warnings_to_json(call->gateway), "modems", modems, "queued",
            (int)gateway_n_queued(call->gateway), "version", SMSOTP_VERSION));
}

void status_modems(struct call *call)
{
    json_t *modems = json_array();

    for (unsigned i = 0; gateway_modem(call->gateway, i); i++)
        json_array_append_new(modems, modem_to_json(call->gateway, i));
    call_answer(call, 200, json_pack("{s:o}", "modems", modems));
}

void status_modem(struct call *call)
{
    struct refusal refusal;

    for (unsigned i = 0; gateway_modem(call->gateway, i); i++)
        if (strcmp(modem_name(gateway_modem(call->gateway, i)), call->segments[2]) == 0) {
            call_answer(call, 200, modem_to_json(call->gateway, i));
            return;
        }
    refuse(&refusal, ERROR_NOT_FOUND, NULL,
        "There is no modem of this name; `GET /v1/modems` lists them");
    call_refuse(call, &refusal);
}
