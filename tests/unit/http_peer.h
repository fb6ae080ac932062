/*
 * A peer on a UNIX socket in a thread, which says what it is told to say, once for each request on
 * each of `times` connections.
 */
#pragma once

#include "util/macros.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT(text) text, sizeof(text) - 1

struct peer {
    char folder[32];
    char path[48];
    int fd;
    pthread_t thread;
    const char *says; /* to each connection, once it has asked */
    size_t n;
    unsigned times;      /* connections; 0: one */
    bool stays;          /* does not hang up */
    unsigned pace_ms;    /* before each byte of the body; 0: all at once */
    char heard[4096];
};

/*
 * Reads a request to the end of its head, which is enough for those without a body or a short one.
 */
static size_t peer_hear(struct peer *peer, int fd, size_t heard)
{
    size_t begin = heard;

    while (!memmem(peer->heard + begin, heard - begin, "\r\n\r\n", 4)) {
        ssize_t n = read(fd, peer->heard + heard, sizeof(peer->heard) - 1 - heard);

        if (n <= 0)
            break;
        heard += (size_t)n;
    }
    return heard;
}

static void *peer_serve(void *userdata)
{
    struct peer *peer = userdata;
    size_t heard = 0;

    for (unsigned i = 0; i < peer->times; i++) {
        int fd = accept(peer->fd, NULL, NULL);

        heard = peer_hear(peer, fd, heard);
        for (size_t sent = 0; sent < peer->n;) {
            const char *body = memmem(peer->says, peer->n, "\r\n\r\n", 4);
            size_t head = peer->pace_ms > 0 ? (size_t)(body + 4 - peer->says) : peer->n;
            size_t piece = sent < head ? head - sent : 1;
            ssize_t n;

            if (sent >= head)
                usleep(peer->pace_ms * 1000);
            n = send(fd, peer->says + sent, piece, MSG_NOSIGNAL);
            if (n <= 0)
                break;
            sent += (size_t)n;
        }
        while (peer->stays && read(fd, (char[64]){0}, 64) > 0)
            ;
        close(fd);
    }
    return NULL;
}

static inline void peer_start(struct peer *peer, const char *says, size_t n)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(peer->folder, sizeof(peer->folder), "/tmp/smsotp-cc-XXXXXX");
    assert_non_null(mkdtemp(peer->folder));
    snprintf(peer->path, sizeof(peer->path), "%s/s", peer->folder);
    memcpy(address.sun_path, peer->path, strlen(peer->path) + 1);
    peer->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(peer->fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(peer->fd, 5), 0);
    peer->says = says;
    peer->n = n;
    if (peer->times == 0)
        peer->times = 1;
    assert_int_equal(pthread_create(&peer->thread, NULL, peer_serve, peer), 0);
}

static inline void peer_end(struct peer *peer)
{
    pthread_join(peer->thread, NULL);
    close(peer->fd);
    unlink(peer->path);
    rmdir(peer->folder);
}
