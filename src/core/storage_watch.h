/*
 * Whether the disk of the database will be full soon: looked at now and then, and raised as
 * WARNING_STORAGE while there is still time to make room. And whether it can be written: while the
 * last commit failed, one that is small is tried every few seconds, for those who look at
 * /v1/health before they send anything. On the loop's thread.
 */
#pragma once

#include "loop/timer.h"
#include "store/db.h"
#include "store/store.h"

struct gateway;

struct storage_watch {
    struct gateway *gateway;
    struct timer timer;
    struct store_job job;
    bool is_looking;
    bool is_probe;        /* the job's, as the next */
    struct db_room found;
    int error;            /* of the last commit; 0: it succeeded */
    struct db_room room;  /* as of the last look */
};

/* Looks at the disk now and then, beginning soon. */
void storage_watch_init(struct storage_watch *watch, struct gateway *gateway, struct loop *loop);

/* Harmless on zeroed memory; the store has been closed before. */
void storage_watch_fini(struct storage_watch *watch);

/* The database has been taken up: begins. */
void storage_watch_start(struct storage_watch *watch);

/* Answers of the store have been delivered: looks at how the last commit went. */
void storage_watch_heed(struct storage_watch *watch);

/* As of the last look, some minutes ago at most; all zero before the first. */
void gateway_read_storage(const struct gateway *gateway, struct db_room *ret);

/* Whether so little is left that it is to be told. */
bool storage_is_short(const struct db_room *room);
