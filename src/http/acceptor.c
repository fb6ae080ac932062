#include "http/acceptor.h"

#include "http/connection.h"
#include "loop/fd_watch.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define BATCH 64 /* then others of the loop have their turn */
#define SPARE_DESCRIPTORS 24
#define PAUSE_USEC (USEC_PER_SEC)

/* The lowest free descriptor is the one that a new connection got. */
static bool is_short(int fd)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
           (rlim_t)fd + SPARE_DESCRIPTORS >= limit.rlim_cur;
}

static bool make_room(struct acceptor *acceptor)
{
    acceptor->on_shortage(acceptor->userdata);
    return http_service_make_room(acceptor->service);
}

static void pause_for_a_while(struct acceptor *acceptor)
{
    (void)fd_watch_set_events(acceptor->watch, 0);
    timer_arm_in(&acceptor->resume, PAUSE_USEC);
}

static void on_resume(void *userdata)
{
    struct acceptor *acceptor = userdata;

    if (fd_watch_set_events(acceptor->watch, FD_READABLE) < 0)
        timer_arm_in(&acceptor->resume, PAUSE_USEC);
}

/* No connection could be taken. False: for now there is no use in trying. */
static bool recover(struct acceptor *acceptor, int error)
{
    switch (error) {
    case EAGAIN:
        return false;
    case EINTR:
    case ECONNABORTED:
        return true;
    }
    if (make_room(acceptor))
        return true;
    pause_for_a_while(acceptor);
    return false;
}

static void on_ready(void *userdata, unsigned ready)
{
    struct acceptor *acceptor = userdata;

    (void)ready;
    for (int i = 0; i < BATCH; i++) {
        _cleanup_close_ int fd =
            accept4(acceptor->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        bool is_refused;

        if (fd < 0 && recover(acceptor, errno))
            continue;
        if (fd < 0)
            return;
        is_refused = is_short(fd) && !make_room(acceptor);
        if (http_connection_new(acceptor->service, fd, is_refused, acceptor->userdata) == 0)
            (void)TAKE_FD(fd);
    }
}

int acceptor_init(struct acceptor *acceptor, struct http_service *service, int fd,
    void (*on_shortage)(void *userdata), void *userdata)
{
    *acceptor = (struct acceptor){
        .service = service, .fd = fd, .on_shortage = on_shortage, .userdata = userdata};
    timer_init(&acceptor->resume, service->loop, on_resume, acceptor);
    return fd_watch_new(&acceptor->watch, service->loop, fd, FD_READABLE, on_ready, acceptor);
}

void acceptor_fini(struct acceptor *acceptor)
{
    if (!acceptor->watch)
        return;
    timer_fini(&acceptor->resume);
    acceptor->watch = fd_watch_free(acceptor->watch);
    close(TAKE_FD(acceptor->fd));
}
