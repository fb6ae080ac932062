/* The inside of a gateway, for the operations on it. */
#pragma once

#include "core/audit_daily.h"
#include "core/clock_guard.h"
#include "core/dispatcher.h"
#include "core/environment.h"
#include "core/expiry.h"
#include "core/gateway.h"
#include "core/keys.h"
#include "core/outbox.h"
#include "core/refusal_journal.h"
#include "core/rollback.h"
#include "core/storage_watch.h"
#include "core/warnings.h"
#include "loop/timer.h"

struct gateway {
    struct environment env;
    struct outbox outbox;
    struct dispatcher *dispatcher;
    struct expiry *expiry;
    struct warnings warnings;
    struct key_rotation rotation;
    struct store_job keys_job;    /* at start, before the other */
    struct keys_start keys_start; /* what it found */
    bool has_keys;
    struct refusal_journal refusals;
    struct store_job load;   /* at start: what the database holds from before */
    struct timer load_retry;
    bool is_loaded;          /* until then nothing new is taken */
    struct list_link loaded; /* texts on their way from the store's thread */
    unsigned n_interrupted;
    struct limit load_guesses;
    struct rollback rollback;
    struct clock_guard clock_guard;
    char load_mark[POLICY_MARK_SIZE]; /* of the policy of then */
    bool audit_is_broken;    /* at start: it did not end where it should */
    struct audit_daily audit_daily;
    struct storage_watch storage_watch;
    struct limit load_spray; /* [limits] spray of then */
    usec_t spray_wait;       /* what is left of the alarm that an earlier run raised; 0: none */
    bool is_stopping;
    void (*idle)(void *userdata);
    void *idle_userdata;
};

/*
 * As gateway_is_ready(), but the database may be one that could not be written just now: a request
 * may well succeed, so it asks for this alone.
 */
bool gateway_has_way(const struct gateway *gateway, enum gateway_error *ret_reason);

/* Wrong guesses against all numbers together have passed [limits] spray, and will for so long. */
void gateway_warn_of_spray(struct gateway *gateway, usec_t wait);
