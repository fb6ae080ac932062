#include "api/router.h"

#include "api/audit_routes.h"
#include "api/clock_routes.h"
#include "api/event_routes.h"
#include "api/inbound_routes.h"
#include "api/key_routes.h"
#include "api/limit_routes.h"
#include "api/message_routes.h"
#include "api/metrics_routes.h"
#include "api/modem_routes.h"
#include "api/openapi_routes.h"
#include "api/optout_routes.h"
#include "api/page_routes.h"
#include "api/render_routes.h"
#include "api/stats_routes.h"
#include "api/status_routes.h"
#include "api/verification_routes.h"
#include "util/strbuf.h"

#include <string.h>

/* Who gets as far as the handler. */
enum audience { CLIENTS, WATCHERS, TECHNICIANS };

struct route {
    const char *method;
    const char *pattern; /* of the path; {…}: any one segment that is not empty */
    enum audience audience;
    void (*handle)(struct call *call);
};

static const struct route routes[] = {
    {"GET", "/", WATCHERS, page_read},
    {"POST", "/v1/verifications", CLIENTS, verification_create},
    {"GET", "/v1/verifications", CLIENTS, verification_find},
    {"GET", "/v1/verifications/{id}", CLIENTS, verification_read},
    {"POST", "/v1/verifications/{id}/check", CLIENTS, verification_check},
    {"POST", "/v1/verifications/{id}/resend", CLIENTS, verification_resend},
    {"POST", "/v1/verifications/{id}/cancel", CLIENTS, verification_cancel},
    {"POST", "/v1/messages", CLIENTS, message_create},
    {"GET", "/v1/messages", CLIENTS, message_find},
    {"GET", "/v1/messages/{id}", CLIENTS, message_read},
    {"POST", "/v1/render", CLIENTS, render_text},
    {"GET", "/v1/limits", CLIENTS, limits_report},
    {"POST", "/v1/limits/reset", TECHNICIANS, limits_reset},
    {"GET", "/v1/optouts", TECHNICIANS, optouts_list},
    {"POST", "/v1/optouts", TECHNICIANS, optouts_add},
    {"POST", "/v1/optouts/remove", TECHNICIANS, optouts_remove},
    {"GET", "/v1/inbound", CLIENTS, inbound_list},
    {"GET", "/v1/events", CLIENTS, event_follow},
    {"GET", "/v1/receipt-key", CLIENTS, key_receipt_keys},
    {"GET", "/v1/keys", TECHNICIANS, key_list},
    {"POST", "/v1/keys/rotate", TECHNICIANS, key_rotate},
    {"POST", "/v1/clock/accept", TECHNICIANS, clock_accept},
    {"GET", "/v1/audit", TECHNICIANS, audit_list},
    {"GET", "/v1/audit/head", TECHNICIANS, audit_read_head},
    {"POST", "/v1/audit/verify", TECHNICIANS, audit_verify},
    {"GET", "/v1/health", CLIENTS, status_health},
    {"GET", "/v1/openapi.yaml", CLIENTS, openapi_read},
    {"GET", "/v1/stats", WATCHERS, stats_read},
    {"GET", "/metrics", WATCHERS, metrics_read},
    {"GET", "/v1/modems", WATCHERS, modem_list},
    {"GET", "/v1/modems/{name}", WATCHERS, modem_read},
    {"POST", "/v1/modems/{name}/reset", TECHNICIANS, modem_reset},
    {"POST", "/v1/modems/{name}/enable", TECHNICIANS, modem_enable},
    {"POST", "/v1/modems/{name}/disable", TECHNICIANS, modem_disable},
    {"POST", "/v1/modems/{name}/ussd", TECHNICIANS, modem_ussd},
    {"POST", "/v1/modems/{name}/at", TECHNICIANS, modem_at},
    {"POST", "/v1/modems/{name}/pin", TECHNICIANS, modem_pin},
};

/* Whether the path of a call is one of a pattern. */
static bool matches(const struct route *route, const struct call *call)
{
    const char *p = route->pattern;

    for (unsigned i = 0; i < call->n_segments; i++) {
        size_t n = strcspn(p + (*p == '/'), "/");

        if (*p++ != '/')
            return false;
        if (*p == '{' ? !call->segments[i][0]
                      : strncmp(p, call->segments[i], n) != 0 || call->segments[i][n])
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

static bool is_admitted(enum audience audience, const struct caller *caller)
{
    switch (audience) {
    case CLIENTS:
        return true;
    case WATCHERS:
        return caller_may_watch(caller);
    case TECHNICIANS:
        return caller->is_admin;
    }
    return false;
}

void router_dispatch(struct call *call)
{
    struct refusal refusal;

    for (size_t i = 0; i < ARRAY_SIZE(routes); i++) {
        if (strcmp(routes[i].method, call->method) != 0 || !matches(&routes[i], call))
            continue;
        call->route = routes[i].pattern;
        if (is_admitted(routes[i].audience, &call->caller)) {
            if (call_check_query(call, &refusal))
                routes[i].handle(call);
            else
                call_refuse(call, &refusal);
            return;
        }
        refuse(&refusal, ERROR_FORBIDDEN, NULL, "This route is for technicians: root, or the "
            "gateway's own user%s",
            routes[i].audience == WATCHERS ? "; and for clients with `status = yes`" : "");
        call_refuse(call, &refusal);
        return;
    }
    refuse_route(call);
}
