/*
 * The way from another thread into the loop: a queue with an eventfd behind it. Several items
 * pushed before the loop looks are handed over in one wake-up, in their order. Items embed a
 * struct list_link and stay their owner's.
 */
#pragma once

#include "loop/loop.h"
#include "util/list.h"

struct handover;

/* A queue whose items `callback` receives on the loop's thread, one call each. -ENOMEM or errno. */
int handover_new(struct handover **ret, struct loop *loop,
    void (*callback)(void *userdata, struct list_link *item), void *userdata);

/*
 * No thread pushes any more. Items still queued are dropped, not freed. Takes NULL; returns NULL.
 */
struct handover *handover_free(struct handover *handover);

/* Moves all of `items` into the queue. From any thread. */
void handover_push(struct handover *handover, struct list_link *items);
