#include "api/status_routes.h"

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

static json_t *modem_to_json(const struct modem *modem)
{
    const struct modem_status *s = modem_status(modem);

    return json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
                     "s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
        "name", modem_name(modem), "state", modem_state_to_string(s->state), "reason",
        text_or_null(s->reason), "device", s->device, "port", text_or_null(s->port),
        "usb", text_or_null(s->usb),
        "manufacturer", text_or_null(s->manufacturer), "model", text_or_null(s->model), "revision",
        text_or_null(s->revision), "imei", text_or_null(s->imei), "imsi", text_or_null(s->imsi),
        "iccid", text_or_null(s->iccid), "operator", text_or_null(s->operator_name), "smsc",
        text_or_null(s->smsc), "registration", number_or_null(s->registration, -1), "signal_dbm",
        number_or_null(s->signal_dbm, 0), "pin_tries_left", number_or_null(s->pin_tries_left, -1),
        "storage_used", number_or_null(s->storage_used, -1), "storage_total",
        number_or_null(s->storage_total, -1), "sent", (json_int_t)s->sent, "refused",
        (json_int_t)s->refused, "unknown", (json_int_t)s->unknown, "opens", (json_int_t)s->opens,
        "timeouts", (json_int_t)s->timeouts, "recoveries", (json_int_t)s->recoveries, "send_ms",
        (json_int_t)(s->send_mean_usec / USEC_PER_MSEC));
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
        json_pack("{s:s, s:b, s:o, s:o, s:i, s:s}", "status", is_ready ? "ready" : "not_ready",
            "ready", is_ready, "reasons", reasons, "modems", modems, "queued",
            (int)gateway_n_queued(call->gateway), "version", SMSOTP_VERSION));
}

void status_modems(struct call *call)
{
    json_t *modems = json_array();

    for (unsigned i = 0; gateway_modem(call->gateway, i); i++)
        json_array_append_new(modems, modem_to_json(gateway_modem(call->gateway, i)));
    call_answer(call, 200, json_pack("{s:o}", "modems", modems));
}

void status_modem(struct call *call)
{
    struct refusal refusal;

    for (unsigned i = 0; gateway_modem(call->gateway, i); i++)
        if (strcmp(modem_name(gateway_modem(call->gateway, i)), call->segments[2]) == 0) {
            call_answer(call, 200, modem_to_json(gateway_modem(call->gateway, i)));
            return;
        }
    refuse(&refusal, ERROR_NOT_FOUND, NULL,
        "There is no modem of this name; `GET /v1/modems` lists them");
    call_refuse(call, &refusal);
}
