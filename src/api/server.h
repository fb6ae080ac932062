/*
 * The HTTP server: listening sockets, who is calling, and the bounds that hold before a handler
 * sees a request. On the loop's thread.
 */
#pragma once

#include "core/gateway.h"
#include "loop/loop.h"

#include <stdbool.h>

struct call;
struct server;

/* A server without sockets. `gateway` is borrowed. -ENOMEM. */
int server_new(
    struct server **ret, struct loop *loop, const struct log *log, struct gateway *gateway);

/*
 * Serves a listening UNIX socket that does not block; takes over `fd` on success, and `path` for
 * removal at the end (copied; NULL: it is not ours to remove). On one for technicians only root and
 * the daemon's own user are anybody, and may do all; on the others the policy says who a peer is.
 * -ENOMEM, -ENOSPC, -EIO.
 */
int server_add_listener(struct server *server, int fd, const char *path, bool is_admin);

/* Who calls, by what he has shown and by the policy as it is now. False: nobody who is served. */
bool server_identify(const struct call *call, struct caller *ret);

/* Members of this group are technicians too, on the sockets for technicians. */
void server_admit_group(struct server *server, gid_t group);

/* Accepts nobody any more and removes the socket files; open connections are served as before. */
void server_stop(struct server *server);

/*
 * Stops, and refuses what still comes over open connections without a look at the gateway. Requests
 * under way are still answered.
 */
void server_shut(struct server *server);

/* Every call has been answered before. Takes NULL; returns NULL. */
struct server *server_free(struct server *server);
DEFINE_CLEANUP(struct server *, server_free);
