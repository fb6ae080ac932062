/*
 * The open connections of a server, counted by user, and which of them has to go when one more
 * comes than there may be: one that waits for its peer rather than one that has a request under
 * way, of those first one that has not made any yet, and of these the oldest. Whoever opens
 * thousands of connections so closes his own, and a new one always finds room but where all are at
 * work. Pure; members are embedded in connections.
 */
#pragma once

#include "util/list.h"

#include <sys/types.h>

enum crowd_place {
    CROWD_NEW,  /* no request has come whole */
    CROWD_IDLE, /* waits for the next */
    CROWD_BUSY, /* a request is under way */
    CROWD_N_PLACES,
};

struct crowd_member {
    struct list_link link;
    uid_t uid;
};

struct crowd {
    struct list_link places[CROWD_N_PLACES]; /* those longest there first */
    unsigned n, max;
    unsigned max_per_user;
    struct crowd_user *users; /* owned; those who have any */
    size_t n_users;
};

/* Nobody yet; so many at most, and so many of one user. */
void crowd_init(struct crowd *crowd, unsigned max, unsigned max_per_user);

/* The crowd is empty. */
void crowd_fini(struct crowd *crowd);

/*
 * Whether a user may have one more. True with *ret_victim: if this one leaves first; NULL: at once.
 * False: all that could leave are at work.
 */
bool crowd_has_room(
    const struct crowd *crowd, uid_t uid, struct crowd_member **ret_victim);

/* The one who would leave first, whoever's it is; NULL: all are at work. */
struct crowd_member *crowd_first_to_leave(const struct crowd *crowd);

/* Takes one in, as CROWD_NEW. -ENOMEM. */
int crowd_join(struct crowd *crowd, struct crowd_member *member, uid_t uid);

/* Puts one at the end of another place, or of its own. */
void crowd_move(struct crowd *crowd, struct crowd_member *member, enum crowd_place place);

/* Takes one out, wherever it is. */
void crowd_leave(struct crowd *crowd, struct crowd_member *member);

/* Any member; NULL: none is left. */
struct crowd_member *crowd_any(const struct crowd *crowd);
