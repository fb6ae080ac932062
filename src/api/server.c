#include "api/server.h"

#include "api/call.h"
#include "api/router.h"
#include "loop/timer.h"
#include "smsotp/limits.h"

#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define LISTENERS_MAX 2

/* Supplementary groups of a peer that are looked at. */
#define GROUPS_MAX 64

/* evhttp answers a larger body itself, in HTML; up to here we do, and say what the limit is. */
#define BODY_HARD_MAX (8 * SMSOTP_BODY_MAX)

/* Descriptors that connections leave to the database and to modems that come back. */
#define SPARE_DESCRIPTORS 24
#define PAUSE_USEC (USEC_PER_SEC)

struct listener {
    struct server *server;
    struct evhttp *http;
    struct evhttp_bound_socket *socket; /* NULL once it is closed */
    bool is_admin;                      /* for technicians */
    char *path;
};

struct server {
    struct loop *loop;
    const struct log *log;
    struct gateway *gateway;
    struct listener listeners[LISTENERS_MAX];
    unsigned n_listeners;
    struct timer resume; /* armed while nobody is accepted */
    bool is_shut;
};

/* Who is at the other end, as the kernel says. */
static bool identify(
    const struct listener *listener, struct evhttp_request *request, struct caller *ret)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    struct bufferevent *bufferevent =
        connection ? evhttp_connection_get_bufferevent(connection) : NULL;
    int fd = bufferevent ? bufferevent_getfd(bufferevent) : -1;
    gid_t groups[GROUPS_MAX];
    socklen_t groups_size = sizeof(groups);
    struct ucred peer;
    socklen_t size = sizeof(peer);

    if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return false;
    if (listener->is_admin)
        return caller_is_admin(peer.uid, ret);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &groups_size) < 0) {
        groups[0] = peer.gid; /* more than fit: the primary one alone */
        groups_size = sizeof(groups[0]);
    }
    return policy_identify(gateway_policy(listener->server->gateway), peer.uid, peer.gid, groups,
        groups_size / sizeof(groups[0]), ret);
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
    if (listener->server->is_shut) {
        refuse(&refusal, ERROR_SHUTTING_DOWN, NULL, "The gateway is stopping; nothing was changed");
        refusal.retry_after_sec = 5;
        call_refuse(call, &refusal);
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

static bool has_room(const struct server *server)
{
    int fd = evhttp_bound_socket_get_fd(server->listeners[0].socket);
    _cleanup_close_ int lowest_free = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    struct rlimit limit;

    return lowest_free >= 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
           (rlim_t)lowest_free + SPARE_DESCRIPTORS < limit.rlim_cur;
}

static void set_accepting(struct server *server, bool is_accepting)
{
    for (unsigned i = 0; i < server->n_listeners; i++) {
        struct evconnlistener *listener =
            evhttp_bound_socket_get_listener(server->listeners[i].socket);

        if (is_accepting)
            evconnlistener_enable(listener);
        else
            evconnlistener_disable(listener);
    }
}

static void on_resume(void *userdata)
{
    struct server *server = userdata;

    if (has_room(server))
        set_accepting(server, true);
    else
        timer_arm_in(&server->resume, PAUSE_USEC);
}

/*
 * evhttp's, for a connection just accepted; NULL: evhttp makes the bufferevent. Nobody is accepted
 * any more before descriptors run out: accept() would then fail, and be tried again, without end.
 */
static struct bufferevent *on_accepted(struct event_base *base, void *userdata)
{
    struct server *server = userdata;

    (void)base;
    if (!has_room(server)) {
        log_warning(server->log, "event=too_many_connections: further ones wait until some have "
            "ended; LimitNOFILE= allows more");
        set_accepting(server, false);
        timer_arm_in(&server->resume, PAUSE_USEC);
    }
    return NULL;
}

int server_new(
    struct server **ret, struct loop *loop, const struct log *log, struct gateway *gateway)
{
    struct server *server = calloc(1, sizeof(*server));

    if (!server)
        return -ENOMEM;
    server->loop = loop;
    server->log = log;
    server->gateway = gateway;
    timer_init(&server->resume, loop, on_resume, server);
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
    /* A body that is too large is read to its end, or the peer would not see the answer. */
    evhttp_set_flags(http, EVHTTP_SERVER_LINGERING_CLOSE);
    evhttp_set_timeout(http, SMSOTP_REQUEST_TIMEOUT_SEC);
    evhttp_set_allowed_methods(http,
        EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
            EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
    evhttp_set_gencb(http, on_request, listener);
    evhttp_set_bevcb(http, on_accepted, listener->server);
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
    timer_disarm(&server->resume);
    for (unsigned i = 0; i < server->n_listeners; i++) {
        struct listener *listener = &server->listeners[i];

        if (!listener->socket)
            continue;
        unlink(listener->path);
        evhttp_del_accept_socket(listener->http, listener->socket);
        listener->socket = NULL;
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
    for (unsigned i = 0; i < server->n_listeners; i++)
        listener_fini(&server->listeners[i]);
    timer_fini(&server->resume);
    free(server);
    return NULL;
}
