/*
 * The end of a verification, whatever brought it: its row, a text of its that still waits, and the
 * journal, in one transaction. On the store's thread. After the commit the text has to leave the
 * queue as well: outbox_withdraw().
 */
#pragma once

#include "core/environment.h"
#include "core/verification.h"
#include "store/db.h"

/*
 * Ends a pending verification with its attempts as they stand, and sets its status. `actor`: who
 * did it, NULL: nobody. -ENOENT when the row is not pending (any more).
 */
int verification_end(struct db *db, const struct environment *env,
    struct verification *verification, enum verification_status status, const uid_t *actor);
