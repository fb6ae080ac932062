/*
 * The event loop, on one thread. fd_watch.h, timer.h, deferred.h, signal.h
 * and handover.h hang things on it; all of them are used on the loop's thread alone, except
 * handover_push(). A callback may free or disarm anything, the object that called it included,
 * unless a header says otherwise.
 */
#pragma once

#include "util/clock.h"
#include "util/macros.h"

struct event_base; /* libevent's */
struct loop;

/* A loop that reads `clock` (borrowed; clock_system in the product). -ENOMEM. */
int loop_new(struct loop **ret, const struct clock *clock);

/* Everything that hangs on the loop has been freed before. Takes NULL; returns NULL. */
struct loop *loop_free(struct loop *loop);
DEFINE_CLEANUP(struct loop *, loop_free);

/* Runs until loop_exit(); answers its status, or a negative errno. */
int loop_run(struct loop *loop);

/* Runs what is due now without waiting, once. For tests. */
int loop_run_once(struct loop *loop);

/* From a callback: makes loop_run() return `status` (>= 0) once the callback has returned. */
void loop_exit(struct loop *loop, int status);

/* CLOCK_BOOTTIME in microseconds. */
usec_t loop_now(const struct loop *loop);

/* The wall clock, read afresh, in microseconds. */
usec_t loop_realtime(const struct loop *loop);

/* The clock the loop was made with. */
const struct clock *loop_clock(const struct loop *loop);

/* The event base below, for what this folder hangs on it. Owned by the loop. */
struct event_base *loop_event_base(const struct loop *loop);
