/*
 * Takes connections from a listening socket. Descriptors are kept free for the database and for
 * modems that come back: when they run short, a connection that waits for its peer is ended, and
 * where there is none, the new one is refused. Embedded in the server; on the loop's thread.
 */
#pragma once

#include "http/service.h"
#include "loop/timer.h"

struct acceptor {
    struct http_service *service;
    int fd; /* owned; -1: closed */
    struct fd_watch *watch;
    struct timer resume; /* armed while nobody can be accepted */
    void (*on_shortage)(void *userdata);
    void *userdata;
};

/*
 * Serves a listening socket that does not block; takes it over on success. `userdata` goes to the
 * callbacks of the service, and to `on_shortage`, called each time that descriptors are short.
 * -ENOMEM, -EIO.
 */
int acceptor_init(struct acceptor *acceptor, struct http_service *service, int fd,
    void (*on_shortage)(void *userdata), void *userdata);

/* Closes the socket; connections go on. Harmless on zeroed memory, and twice. */
void acceptor_fini(struct acceptor *acceptor);
