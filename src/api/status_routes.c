#include "api/status_routes.h"

#include "core/warnings.h"
#include "smsotp/version.h"

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
        enum modem_state state = modem_status(modem)->state;
        bool is_barred = (state == MODEM_READY || state == MODEM_SENDING) &&
                         gateway_barred(call->gateway, i);

        json_object_set_new(modems, modem_name(modem),
            json_string(is_barred ? "barred" : modem_state_to_string(state)));
    }
    call_answer(call, is_ready ? 200 : 503,
        json_pack("{s:s, s:b, s:o, s:o, s:o, s:i, s:s}", "status", is_ready ? "ready" : "not_ready",
            "ready", is_ready, "reasons", reasons,
            "warnings", warnings_to_json(call->gateway), "modems", modems, "queued",
            (int)gateway_n_queued(call->gateway), "version", SMSOTP_VERSION));
}
