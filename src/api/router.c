#include "api/router.h"

#include "api/inbound_routes.h"
#include "api/key_routes.h"
#include "api/metrics_routes.h"
#include "api/render_routes.h"
#include "api/stats_routes.h"
#include "api/status_routes.h"
#include "api/verification_routes.h"
#include "util/strbuf.h"

#include <string.h>

struct route {
    const char *method;
    const char *segments[CALL_SEGMENTS_MAX]; /* "*": any one */
    bool is_admin;
    void (*handle)(struct call *call);
};

static const struct route routes[] = {
    {"POST", {"v1", "verifications"}, false, verification_create},
    {"GET", {"v1", "verifications"}, false, verification_find},
    {"GET", {"v1", "verifications", "*"}, false, verification_read},
    {"POST", {"v1", "verifications", "*", "check"}, false, verification_check},
    {"POST", {"v1", "verifications", "*", "resend"}, false, verification_resend},
    {"POST", {"v1", "verifications", "*", "cancel"}, false, verification_cancel},
    {"POST", {"v1", "render"}, false, render_text},
    {"GET", {"v1", "inbound"}, true, inbound_list},
    {"GET", {"v1", "receipt-key"}, false, key_receipt_keys},
    {"GET", {"v1", "health"}, false, status_health},
    {"GET", {"v1", "stats"}, true, stats_read},
    {"GET", {"metrics"}, true, metrics_read},
    {"GET", {"v1", "modems"}, true, status_modems},
    {"GET", {"v1", "modems", "*"}, true, status_modem},
};

static bool matches(const struct route *route, const struct call *call)
{
    for (unsigned i = 0; i < CALL_SEGMENTS_MAX; i++) {
        const char *expected = route->segments[i];
        const char *actual = i < call->n_segments ? call->segments[i] : NULL;

        if (!expected || !actual)
            return !expected && !actual;
        if (strcmp(expected, "*") != 0 && strcmp(expected, actual) != 0)
            return false;
    }
    return true;
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
