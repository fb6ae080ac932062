#include "api/server.h"

#include "api/call.h"
#include "api/router.h"
#include "smsotp/limits.h"

#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <string.h>
#include <sys/socket.h>

#define LISTENERS_MAX 2

/* evhttp answers a larger body itself, in HTML; up to here we do, and say what the limit is. */
#define BODY_HARD_MAX (8 * SMSOTP_BODY_MAX)

struct listener {
    struct server *server;
    struct evhttp *http;
    struct evhttp_bound_socket *socket; /* NULL once it is closed */
    bool is_admin;                      /* for technicians */
    char *path;
};

struct server {
    struct loop *loop;
    struct gateway *gateway;
    struct listener listeners[LISTENERS_MAX];
    unsigned n_listeners;
};

/* Who is at the other end, as the kernel says. */
static bool identify(
    const struct listener *listener, struct evhttp_request *request, struct caller *ret)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    struct bufferevent *bufferevent =
        connection ? evhttp_connection_get_bufferevent(connection) : NULL;
    struct ucred peer;
    socklen_t size = sizeof(peer);

    if (!bufferevent || getsockopt(bufferevent_getfd(bufferevent), SOL_SOCKET, SO_PEERCRED, &peer,
                            &size) < 0)
        return false;
    if (listener->is_admin)
        return caller_is_admin(peer.uid, ret);
    return policy_identify(gateway_policy(listener->server->gateway), peer.uid, peer.gid, ret);
}

static void on_request(struct evhttp_request *request, void *userdata)
{
    const struct listener *listener = userdata;
    struct refusal refusal;
    struct call *call;

    if (call_new(&call, listener->server->gateway, request) < 0) {
        evhttp_send_error(request, 500, NULL);
        return;
    }
    if (!identify(listener, request, &call->caller)) {
        refuse(&refusal, ERROR_UNAUTHENTICATED, NULL,
            "This user is not a client of the gateway; the owner adds a [client …] section with "
            "`user =`");
        call_refuse(call, &refusal);
        return;
    }
    router_dispatch(call);
}

int server_new(struct server **ret, struct loop *loop, struct gateway *gateway)
{
    struct server *server = calloc(1, sizeof(*server));

    if (!server)
        return -ENOMEM;
    server->loop = loop;
    server->gateway = gateway;
    *ret = server;
    return 0;
}

static struct evhttp *new_http(struct listener *listener)
{
    struct evhttp *http = evhttp_new(loop_event_base(listener->server->loop));

    if (!http)
        return NULL;
    evhttp_set_max_headers_size(http, SMSOTP_HEADERS_MAX);
    evhttp_set_max_body_size(http, BODY_HARD_MAX);
    evhttp_set_timeout(http, SMSOTP_REQUEST_TIMEOUT_SEC);
    evhttp_set_allowed_methods(http,
        EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
            EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
    evhttp_set_gencb(http, on_request, listener);
    return http;
}

static void listener_fini(struct listener *listener)
{
    if (listener->http)
        evhttp_free(listener->http);
    free(listener->path);
    *listener = (struct listener){0};
}

int server_add_listener(struct server *server, int fd, const char *path, bool is_admin)
{
    struct listener *listener = &server->listeners[server->n_listeners];
    struct evconnlistener *socket = NULL;

    if (server->n_listeners == LISTENERS_MAX)
        return -ENOSPC;
    listener->server = server;
    listener->is_admin = is_admin;
    listener->path = strdup(path);
    listener->http = new_http(listener);
    /* The descriptor listens already: backlog 0 leaves it as it is. */
    if (listener->path && listener->http)
        socket = evconnlistener_new(loop_event_base(server->loop), NULL, NULL,
            LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
    if (socket)
        listener->socket = evhttp_bind_listener(listener->http, socket);
    if (!listener->socket) {
        listener_fini(listener);
        return -ENOMEM;
    }
    server->n_listeners++;
    return 0;
}

void server_stop(struct server *server)
{
    for (unsigned i = 0; i < server->n_listeners; i++) {
        struct listener *listener = &server->listeners[i];

        if (!listener->socket)
            continue;
        unlink(listener->path);
        evhttp_del_accept_socket(listener->http, listener->socket);
        listener->socket = NULL;
    }
}

struct server *server_free(struct server *server)
{
    if (!server)
        return NULL;
    server_stop(server);
    for (unsigned i = 0; i < server->n_listeners; i++)
        listener_fini(&server->listeners[i]);
    free(server);
    return NULL;
}
