#include "loop/handover.h"

#include "loop/fd_watch.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>

struct handover {
    pthread_mutex_t lock; /* guards `queue` */
    struct list_link queue;
    int fd;
    struct fd_watch *watch;
    void (*callback)(void *userdata, struct list_link *item);
    void *userdata;
    bool *freed; /* set when a callback frees the queue that calls it; NULL outside callbacks */
};

static void drop_all(struct list_link *items)
{
    while (!list_is_empty(items))
        list_unlink(items->next);
}

static void on_readable(void *userdata, unsigned ready)
{
    struct handover *handover = userdata;
    struct list_link batch;
    eventfd_t count;
    bool freed = false;

    (void)ready;
    list_init(&batch);
    handover->freed = &freed;
    (void)eventfd_read(handover->fd, &count);
    pthread_mutex_lock(&handover->lock);
    list_splice(&batch, &handover->queue);
    pthread_mutex_unlock(&handover->lock);
    while (!freed && !list_is_empty(&batch)) {
        struct list_link *item = batch.next;

        list_unlink(item);
        handover->callback(handover->userdata, item);
    }
    drop_all(&batch);
    if (!freed)
        handover->freed = NULL;
}

int handover_new(struct handover **ret, struct loop *loop,
    void (*callback)(void *userdata, struct list_link *item), void *userdata)
{
    struct handover *handover = calloc(1, sizeof(*handover));
    int r;

    if (!handover)
        return -ENOMEM;
    pthread_mutex_init(&handover->lock, NULL);
    list_init(&handover->queue);
    handover->callback = callback;
    handover->userdata = userdata;
    handover->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    r = handover->fd < 0 ? -errno : 0;
    if (r == 0)
        r = fd_watch_new(&handover->watch, loop, handover->fd, FD_READABLE, on_readable, handover);
    if (r < 0) {
        handover_free(handover);
        return r;
    }
    *ret = handover;
    return 0;
}

struct handover *handover_free(struct handover *handover)
{
    if (!handover)
        return NULL;
    if (handover->freed)
        *handover->freed = true;
    drop_all(&handover->queue);
    fd_watch_free(handover->watch);
    cleanup_closep(&handover->fd);
    pthread_mutex_destroy(&handover->lock);
    free(handover);
    return NULL;
}

void handover_push(struct handover *handover, struct list_link *items)
{
    if (list_is_empty(items))
        return;
    pthread_mutex_lock(&handover->lock);
    list_splice(&handover->queue, items);
    pthread_mutex_unlock(&handover->lock);
    (void)eventfd_write(handover->fd, 1);
}
