#include "api/browser.h"

#include <string.h>
#include <strings.h>

/* An Origin, `http://host:port`, of the same host and port as the request's. */
static bool is_own(const char *origin, const char *host)
{
    const char *rest = strstr(origin, "://");

    return rest && host && strcasecmp(rest + strlen("://"), host) == 0;
}

/* A host with or without a port: as one types it who has a tunnel to here. */
static bool is_this_machine(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};

    for (size_t i = 0; host && i < ARRAY_SIZE(names); i++) {
        size_t n = strlen(names[i]);

        if (strncasecmp(host, names[i], n) == 0 && (host[n] == '\0' || host[n] == ':'))
            return true;
    }
    return false;
}

bool browser_is_foreign(struct call *call, bool is_local)
{
    const char *origin = call_header(call, "Origin");
    const char *site = call_header(call, "Sec-Fetch-Site");
    const char *agent = call_header(call, "User-Agent");
    const char *host = call_header(call, "Host");
    bool is_browser =
        origin || site || (agent && strncmp(agent, "Mozilla/", strlen("Mozilla/")) == 0);
    struct refusal refusal;

    if (is_local && is_browser && !is_this_machine(host))
        refuse(&refusal, ERROR_FORBIDDEN, NULL,
            "A browser reaches this socket as localhost, 127.0.0.1 or [::1], through a tunnel");
    else if (strcmp(call->method, "GET") != 0 &&
             ((origin && !is_own(origin, host)) || (site && strcmp(site, "same-origin") != 0)))
        refuse(&refusal, ERROR_FORBIDDEN, NULL, "The page of another site asks for this");
    else
        return false;
    call_refuse(call, &refusal);
    return true;
}
