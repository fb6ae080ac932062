#include "api/router.h"

#include "api/event_routes.h"
#include "api/inbound_routes.h"
#include "api/key_routes.h"
#include "api/limit_routes.h"
#include "api/message_routes.h"
#include "api/metrics_routes.h"
#include "api/modem_routes.h"
#include "api/optout_routes.h"
#include "api/render_routes.h"
#include "api/stats_routes.h"
#include "api/status_routes.h"
#include "api/verification_routes.h"
#include "util/strbuf.h"

#include <string.h>

struct route {
    const char *method;
    const char *pattern; /* of the path; {…}: any one segment */
    bool is_admin;
    void (*handle)(struct call *call);
};

static const struct route routes[] = {
    {"POST", "/v1/verifications", false, verification_create},
    {"GET", "/v1/verifications", false, verification_find},
    {"GET", "/v1/verifications/{id}", false, verification_read},
    {"POST", "/v1/verifications/{id}/check", false, verification_check},
    {"POST", "/v1/verifications/{id}/resend", false, verification_resend},
    {"POST", "/v1/verifications/{id}/cancel", false, verification_cancel},
    {"POST", "/v1/messages", false, message_create},
    {"GET", "/v1/messages", false, message_find},
    {"GET", "/v1/messages/{id}", false, message_read},
    {"POST", "/v1/render", false, render_text},
    {"GET", "/v1/limits", false, limits_report},
    {"POST", "/v1/limits/reset", true, limits_reset},
    {"GET", "/v1/optouts", true, optouts_list},
    {"POST", "/v1/optouts", true, optouts_add},
    {"POST", "/v1/optouts/remove", true, optouts_remove},
    {"GET", "/v1/inbound", false, inbound_list},
    {"GET", "/v1/events", false, event_follow},
    {"GET", "/v1/receipt-key", false, key_receipt_keys},
    {"GET", "/v1/keys", true, key_list},
    {"POST", "/v1/keys/rotate", true, key_rotate},
    {"GET", "/v1/health", false, status_health},
    {"GET", "/v1/stats", true, stats_read},
    {"GET", "/metrics", true, metrics_read},
    {"GET", "/v1/modems", true, modem_list},
    {"GET", "/v1/modems/{name}", true, modem_read},
    {"POST", "/v1/modems/{name}/reset", true, modem_reset},
    {"POST", "/v1/modems/{name}/enable", true, modem_enable},
    {"POST", "/v1/modems/{name}/disable", true, modem_disable},
    {"POST", "/v1/modems/{name}/ussd", true, modem_ussd},
    {"POST", "/v1/modems/{name}/at", true, modem_at},
    {"POST", "/v1/modems/{name}/pin", true, modem_pin},
};

/* Whether the path of a call is one of a pattern. */
static bool matches(const struct route *route, const struct call *call)
{
    const char *p = route->pattern;

    for (unsigned i = 0; i < call->n_segments; i++) {
        size_t n = strcspn(p + (*p == '/'), "/");

        if (*p++ != '/')
            return false;
        if (*p != '{' && (strncmp(p, call->segments[i], n) != 0 || call->segments[i][n]))
            return false;
        p += n;
    }
    return call->n_segments > 0 && !*p;
}

/* No route, or none for this method: then `Allow` says which there are. */
static void refuse_route(struct call *call)
{
    char allowed[64];
    struct strbuf sb = STRBUF_ON(allowed);
    struct refusal refusal;

    for (size_t i = 0; i < ARRAY_SIZE(routes); i++)
        if (matches(&routes[i], call))
            strbuf_printf(&sb, "%s%s%s", sb.length > 0 ? ", " : "", routes[i].method,
                strcmp(routes[i].method, "GET") == 0 ? ", HEAD" : "");
    if (sb.length > 0) {
        call_add_header(call, "Allow", allowed);
        refuse(&refusal, ERROR_METHOD_NOT_ALLOWED, NULL, "This route takes %s", allowed);
    } else {
        refuse(&refusal, ERROR_NOT_FOUND, NULL, "There is no such route");
    }
    call_refuse(call, &refusal);
}

void router_dispatch(struct call *call)
{
    struct refusal refusal;

    for (size_t i = 0; i < ARRAY_SIZE(routes); i++) {
        if (strcmp(routes[i].method, call->method) != 0 || !matches(&routes[i], call))
            continue;
        call->route = routes[i].pattern;
        if (routes[i].is_admin && !call->caller.is_admin) {
            refuse(&refusal, ERROR_FORBIDDEN, NULL,
                "This route is for technicians: root, or the gateway's own user");
            call_refuse(call, &refusal);
            return;
        }
        routes[i].handle(call);
        return;
    }
    refuse_route(call);
}
