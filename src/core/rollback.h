/*
 * What follows when the database was put back from an older copy: nobody may use a code or a guess
 * a second time by it. On the store's thread.
 *
 * Which wrong codes the copy has forgotten, nobody knows. So the numbers that it knows, of the time
 * that the limit `guesses` looks back, count as having used up theirs. A number that it does not
 * know may be one whose first request came after the copy was made, and who can put copies back can
 * do so after each few guesses: it gets ROLLBACK_GUESSES, enough for a customer's slips. Both end
 * when what was forgotten would have left the windows, or by an operator's word. Rows in a row are
 * raised, see ROLLBACK_STREAK.
 */
#pragma once

#include "core/environment.h"
#include "core/limit.h"
#include "store/db.h"

#include <stdbool.h>

#define ROLLBACK_GUESSES 3

/* In `meta`: when the last one was noticed, wall time. */
#define ROLLBACK_META_SINCE "rolled_back_wall"

/* What is left of a row of 100 is a few slips: each time a copy is put back gives no more than
 * that. */
#define ROLLBACK_STREAK (SMSOTP_STREAK_MAX - 10)

struct rollback {
    bool is_detected;
    unsigned n_void; /* codes that were pending in the copy */
};

/*
 * Looks whether the store has marked the database as older than it should be. Then every pending
 * verification ends as expired, the time is noted, known rows are raised, the journal says so, and
 * the mark is deleted; all in the transaction that runs. `guesses` tells which numbers are known.
 */
int rollback_settle(struct db *db, const struct environment *env, const struct limit *guesses,
    struct rollback *ret);

/* What a number may get wrong after that. */
struct rollback_budget {
    usec_t wait; /* until it holds no more; 0: it does not hold */
    usec_t span; /* from the first moment on */
    unsigned max, used;
};

/* What a number has of the guesses that are left after a rollback. Store's thread. */
int rollback_budget_load(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    const struct limit *guesses, const struct moment *now, struct rollback_budget *ret);

/* Whether nothing is left of it. */
bool rollback_budget_is_met(const struct rollback_budget *budget);

/* An operator's word: who put it back was he. */
int rollback_lift(struct db *db);
