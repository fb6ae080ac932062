/*
 * What every part of the service stands on. `keyring`, `timebase` and `store` are set once and may
 * be read on any thread; `policy` changes on reload and belongs to the loop's thread.
 */
#pragma once

#include "core/moment.h"
#include "core/policy.h"
#include "core/statistics.h"
#include "loop/loop.h"
#include "otp/keyring.h"
#include "store/store.h"
#include "util/log.h"

struct journal_feed;
struct journal_head;
struct warnings;

struct environment {
    struct loop *loop;
    const struct log *log;
    struct store *store;
    const struct otp_keyring *keyring;
    struct timebase timebase;
    struct statistics *statistics; /* guards itself; NULL: nobody counts */
    struct policy *policy;         /* owned by the gateway */
    struct warnings *warnings;     /* the loop's thread's; NULL: nobody is warned */
    struct journal_head *journal_head; /* the store's thread's; NULL: none is kept */
    struct journal_feed *feed; /* told of journal entries on any thread; NULL: nobody follows */
};
