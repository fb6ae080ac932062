/* The inside of a gateway, for the operations on it. */
#pragma once

#include "core/dispatcher.h"
#include "core/environment.h"
#include "core/expiry.h"
#include "core/gateway.h"
#include "core/outbox.h"
#include "loop/timer.h"

struct gateway {
    struct environment env;
    struct outbox outbox;
    struct dispatcher *dispatcher;
    struct expiry *expiry;
    struct store_job load;   /* at start: what the database holds from before */
    struct timer load_retry;
    bool is_loaded;          /* until then nothing new is taken */
    struct list_link loaded; /* texts on their way from the store's thread */
    unsigned n_interrupted;
    bool is_stopping;
    void (*idle)(void *userdata);
    void *idle_userdata;
};
