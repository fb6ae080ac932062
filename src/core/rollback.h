/*
 * What follows when the database was put back from an older copy: nobody may use a code or a guess a
 * second time by it. On the store's thread.
 */
#pragma once

#include "core/environment.h"
#include "core/limit.h"
#include "store/db.h"

#include <stdbool.h>

struct rollback {
    bool is_detected;
    unsigned n_void; /* codes that were pending in the copy */
};

/*
 * Looks whether the store has marked the database as older than it should be. Then every pending
 * verification ends as expired, its number gets as many wrong guesses as `guesses` allows, the
 * journal says so, and the mark is deleted; all in the transaction that runs.
 */
int rollback_settle(struct db *db, const struct environment *env, const struct limit *guesses,
    struct rollback *ret);
