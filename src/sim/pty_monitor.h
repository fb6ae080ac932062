/*
 * Tells when programs open and close the slave side of a pty. A simulator has to hold the slave
 * open itself (else the master is hung up and readable for ever), so it cannot see this on the
 * master; inotify on the device node can. One inotify instance serves all ptys of a process.
 */
#pragma once

#include "loop/loop.h"
#include "util/macros.h"

struct pty_monitor;

/* -ENOMEM, or errno of inotify_init1(2). */
int pty_monitor_new(struct pty_monitor **ret, struct loop *loop);

/* Takes NULL; returns NULL. */
struct pty_monitor *pty_monitor_free(struct pty_monitor *monitor);
DEFINE_CLEANUP(struct pty_monitor *, pty_monitor_free);

/*
 * Counts openers of `path` from now on, starting at none. `changed` gets +1 or -1. Answers a
 * handle >= 0 for pty_monitor_remove(), or a negative errno.
 */
int pty_monitor_add(struct pty_monitor *monitor, const char *path,
    void (*changed)(void *userdata, int difference), void *userdata);

/* No more calls for this handle; negative handles are ignored. */
void pty_monitor_remove(struct pty_monitor *monitor, int handle);

/* Delivers what the kernel has queued, so that an opening is known before its bytes are. */
void pty_monitor_drain(struct pty_monitor *monitor);
