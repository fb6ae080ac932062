/*
 * The latest time that the database has seen, below which no right clock stands; and what follows
 * when it was a wrong clock that it has seen. On the store's thread.
 */
#pragma once

#include "store/db.h"
#include "util/clock.h"

/* In microseconds since 1970; 0: it has seen none. */
int clock_floor_read(struct db *db, usec_t *ret_wall);

/*
 * Believes that it is `now_wall`: what is dated later is dated now, so that windows of limits stay
 * full for their time and not for as long as the clock was ahead; codes that are pending have run
 * out; and entries of the journal, whose dates stay, count no more. `ret_n_void`: how many codes.
 */
int clock_floor_lower(struct db *db, usec_t now_wall, unsigned *ret_n_void);
