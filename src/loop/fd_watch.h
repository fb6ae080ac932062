/*
 * A file descriptor watched for readiness, level-triggered. The descriptor stays its owner's and is
 * closed after fd_watch_free(). A peer that hung up makes the descriptor readable for ever: the
 * callback must free the watch or clear its events then, or the loop spins.
 */
#pragma once

#include "loop/loop.h"

#define FD_READABLE 1U
#define FD_WRITABLE 2U

struct fd_watch;

typedef void (*fd_watch_callback)(void *userdata, unsigned ready);

/* Starts to watch `fd` for `events` (FD_ flags, 0 for none yet). -ENOMEM, -EIO. */
int fd_watch_new(struct fd_watch **ret, struct loop *loop, int fd, unsigned events,
    fd_watch_callback callback, void *userdata);

/* Ends the watch. Takes NULL; returns NULL. */
struct fd_watch *fd_watch_free(struct fd_watch *watch);
DEFINE_CLEANUP(struct fd_watch *, fd_watch_free);

/* Changes what is waited for; cheap when nothing changes. -EIO. */
int fd_watch_set_events(struct fd_watch *watch, unsigned events);
