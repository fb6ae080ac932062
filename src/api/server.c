#include "api/server.h"

#include "api/browser.h"
#include "api/call.h"
#include "api/router.h"
#include "http/acceptor.h"
#include "http/connection.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define LISTENERS_MAX 8
#define COMPLAINT_USEC (USEC_PER_MINUTE)

struct listener {
    struct server *server;
    struct acceptor acceptor;
    bool is_admin; /* for technicians */
    char *path;    /* to be removed; NULL: not, or not any more */
};

struct server {
    struct http_service http;
    const struct log *log;
    struct gateway *gateway;
    struct listener listeners[LISTENERS_MAX];
    unsigned n_listeners;
    struct traffic traffic;
    bool has_group; /* of technicians */
    gid_t group;
    usec_t complained; /* when it was logged that descriptors are short; 0: never */
    bool is_shut;
};

/* What is said of a request that cannot be read. */
static enum gateway_error error_of(enum http_fault fault)
{
    switch (fault) {
    case HTTP_FAULT_NONE:
    case HTTP_FAULT_LINE_END:
    case HTTP_FAULT_REQUEST_LINE:
    case HTTP_FAULT_FIELD:
    case HTTP_FAULT_REPEATED:
    case HTTP_FAULT_HOST:
    case HTTP_FAULT_LENGTH:
    case HTTP_FAULT_CHUNK:
        return ERROR_MALFORMED;
    case HTTP_FAULT_VERSION:
        return ERROR_HTTP_VERSION;
    case HTTP_FAULT_CODING:
        return ERROR_NOT_IMPLEMENTED;
    case HTTP_FAULT_EXPECTATION:
        return ERROR_EXPECTATION;
    case HTTP_FAULT_TARGET_TOO_LONG:
        return ERROR_PATH_TOO_LONG;
    case HTTP_FAULT_HEAD_TOO_LARGE:
        return ERROR_HEADERS_TOO_LARGE;
    case HTTP_FAULT_BODY_TOO_LARGE:
        return ERROR_TOO_LARGE;
    case HTTP_FAULT_TOO_SLOW:
        return ERROR_REQUEST_TIMEOUT;
    case HTTP_FAULT_CROWDED:
        return ERROR_TOO_MANY_CONNECTIONS;
    case HTTP_FAULT_NO_MEMORY:
        return ERROR_INTERNAL;
    }
    return ERROR_MALFORMED;
}

/*
 * The token of `Authorization: Bearer TOKEN` (RFC 6750 §2.1), NULL without that header; one of
 * another kind is a token that belongs to nobody.
 */
static const char *token_of(const struct call *call)
{
    const char *value = call_header(call, "Authorization");

    if (!value || strncasecmp(value, "Bearer ", strlen("Bearer ")) != 0)
        return value ? "" : NULL;
    value += strlen("Bearer ");
    return value + strspn(value, " ");
}

/* By what he shows, or as the kernel says. On the technicians' socket by what the kernel says
 * alone. */
bool server_identify(const struct call *call, struct caller *ret)
{
    const struct listener *listener = call->listener;
    const struct policy *policy = gateway_policy(call->gateway);
    const struct peer *peer = http_connection_peer(call->connection);
    struct credentials credentials = {.uid = peer->uid,
        .gid = peer->gid,
        .token = token_of(call),
        .certificate = call_header(call, SMSOTP_HEADER_CERTIFICATE)};

    if (listener->is_admin && caller_is_admin(peer->uid, ret))
        return true;
    if (listener->is_admin && !listener->server->has_group)
        return false;
    if (listener->is_admin || caller_needs_groups(policy))
        credentials.groups = http_connection_groups(call->connection, &credentials.n_groups);
    if (listener->is_admin)
        return caller_is_technician(listener->server->group, &credentials, ret);
    return caller_identify(policy, &credentials, ret);
}

/* RFC 6750 §3: who shows a token learns that it is the token. */
static void refuse_stranger(struct call *call, bool is_admin_socket)
{
    bool has_token = token_of(call) != NULL;
    struct refusal refusal;

    call_add_header(call, "WWW-Authenticate",
        has_token ? "Bearer realm=\"smsotp\", error=\"invalid_token\"" : "Bearer realm=\"smsotp\"");
    refuse(&refusal, ERROR_UNAUTHENTICATED, NULL,
        is_admin_socket ? "This socket is for root, the gateway's own user, and the group of "
                          "`admin_socket_group`"
        : has_token
            ? "The token belongs to no client of the gateway; `smsotpctl client add` makes one"
            : "This user is not a client of the gateway; the owner adds a [client …] section with "
              "`user =`, or gives out a token");
    call_refuse(call, &refusal);
}

/* Refuses what never became a call; of that the method is not known, and no route. */
static void refuse_unread(
    struct server *server, struct http_connection *connection, const struct refusal *refusal)
{
    traffic_count(
        &server->traffic, "", "unread", gateway_error_http_status(refusal->error));
    call_refuse_unread(connection, refusal);
}

static void on_request(
    void *userdata, struct http_connection *connection, struct http_request *request)
{
    const struct listener *listener = userdata;
    struct refusal refusal;
    struct call *call;

    if (call_new(&call, listener->server->gateway, connection, request) < 0) {
        http_request_fini(request);
        refuse_no_memory(&refusal);
        refuse_unread(listener->server, connection, &refusal);
        return;
    }
    call->traffic = &listener->server->traffic;
    call->listener = listener;
    if (listener->server->is_shut) {
        refuse(&refusal, ERROR_SHUTTING_DOWN, NULL, "The gateway is stopping; nothing was changed");
        call_refuse(call, &refusal);
        return;
    }
    call->caller.uid = http_connection_peer(connection)->uid;
    if (!server_identify(call, &call->caller))
        refuse_stranger(call, listener->is_admin);
    else if (!browser_is_foreign(call, listener->is_admin))
        router_dispatch(call);
}

static void on_fault(void *userdata, struct http_connection *connection, enum http_fault fault)
{
    const struct listener *listener = userdata;
    const struct caller nobody = {.uid = http_connection_peer(connection)->uid};
    struct refusal refusal;

    refuse(&refusal, error_of(fault), NULL, "%s", http_fault_text(fault));
    gateway_note_refusal(listener->server->gateway, &nobody, &refusal);
    if (gateway_error_http_status(refusal.error) == 503)
        refusal.retry_after_sec = 1;
    refuse_unread(listener->server, connection, &refusal);
}

static void on_shortage(void *userdata)
{
    struct server *server = ((struct listener *)userdata)->server;
    usec_t now = loop_now(server->http.loop);

    if (server->complained > 0 && now - server->complained < COMPLAINT_USEC)
        return;
    server->complained = now;
    log_warning(server->log, "event=too_many_connections: those that wait are ended for new ones; "
        "LimitNOFILE= allows more");
}

int server_new(
    struct server **ret, struct loop *loop, const struct log *log, struct gateway *gateway)
{
    struct server *server = calloc(1, sizeof(*server));

    if (!server)
        return -ENOMEM;
    http_service_init(&server->http, loop);
    server->http.on_request = on_request;
    server->http.on_fault = on_fault;
    server->log = log;
    server->gateway = gateway;
    *ret = server;
    return 0;
}

int server_add_listener(struct server *server, int fd, const char *path, bool is_admin)
{
    struct listener *listener = &server->listeners[server->n_listeners];
    int r;

    if (server->n_listeners == LISTENERS_MAX)
        return -ENOSPC;
    *listener = (struct listener){
        .server = server, .is_admin = is_admin, .path = path ? strdup(path) : NULL};
    if (path && !listener->path)
        return -ENOMEM;
    r = acceptor_init(&listener->acceptor, &server->http, fd, on_shortage, listener);
    if (r < 0)
        free(listener->path);
    else
        server->n_listeners++;
    return r;
}

void server_admit_group(struct server *server, gid_t group)
{
    server->has_group = true;
    server->group = group;
}

void server_stop(struct server *server)
{
    for (unsigned i = 0; i < server->n_listeners; i++) {
        struct listener *listener = &server->listeners[i];

        if (listener->path)
            unlink(listener->path);
        free(TAKE_PTR(listener->path));
        acceptor_fini(&listener->acceptor);
    }
}

void server_shut(struct server *server)
{
    server->is_shut = true;
    server_stop(server);
}

struct server *server_free(struct server *server)
{
    if (!server)
        return NULL;
    server_stop(server);
    http_service_fini(&server->http);
    free(server);
    return NULL;
}
