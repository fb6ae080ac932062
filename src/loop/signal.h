/* A Unix signal, delivered as a call from the loop. */
#pragma once

#include "loop/loop.h"

struct signal_watch;

/* Calls back for each delivery of `signal_number`. -ENOMEM, -EIO. */
int signal_watch_new(struct signal_watch **ret, struct loop *loop, int signal_number,
    void (*callback)(void *userdata, int signal_number), void *userdata);

/* Restores the handler that was there before. Takes NULL; returns NULL. */
struct signal_watch *signal_watch_free(struct signal_watch *watch);
