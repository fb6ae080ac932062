/*
 * Whether the journal is what was written: its rows are looked at in order, in steps, each a
 * bounded piece of work in a transaction of its own. Meanwhile it may grow, and be purged from its
 * beginning; what is found then is still true. On the store's thread.
 *
 * Rows under a key that is not here cannot be checked but for their numbers. They are taken for
 * what they are only where the chain says itself that its key was changed: in front of a row
 * key.changed.
 */
#pragma once

#include "core/environment.h"
#include "core/head_line.h"
#include "core/status.h"

struct journal_verify {
    bool has_noted;         /* a head that somebody has noted is compared */
    struct head_line noted;
    /* so far */
    bool has_begun, is_done;
    uint64_t seq;           /* of the row that was looked at last, or of the anchor */
    uint8_t hash[JOURNAL_HASH_SIZE];
    bool is_foreign;        /* that one is under another key */
    uint64_t n_rows, n_unchecked; /* looked at, and of these under another key */
    struct journal_end anchor, head;
    /* what it has come to */
    bool is_broken;
    enum audit_fault fault; /* when it is broken */
    uint64_t first_bad;     /* likewise: the first row that is not what it was */
    bool has_compared;      /* the noted head, with this outcome */
    enum audit_noted compared;
};

/* One step over `max` rows at most; the first with all zero but for `noted`. Errors of the
 * database. */
int journal_verify_step(struct db *db, const struct environment *env, struct journal_verify *verify,
    unsigned max);
