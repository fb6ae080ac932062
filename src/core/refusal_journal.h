/*
 * Refusals on their way into the journal. The first of a kind is written at once; those that
 * follow, of the same caller for the same reason, are counted and written together at the end of an
 * interval, so that nobody fills the disk by asking in vain. What has been counted stands in the
 * table `meta` within a second, and an end of the process loses no more than that. On the loop's
 * thread.
 */
#pragma once

#include "core/environment.h"
#include "core/refusal.h"
#include "core/verification.h"
#include "loop/timer.h"
#include "store/db.h"

/* Reasons that are told apart at a time; what exceeds them is counted as one. */
#define REFUSAL_SLOTS 64

struct refusal_slot {
    bool is_used;
    char client[SMSOTP_CLIENT_MAX + 1];
    uid_t uid;
    const char *code, *limit; /* static storage; limit may be NULL */
    unsigned n; /* since the last entry */
};

struct refusal_journal {
    const struct environment *env;
    struct timer timer; /* armed while any slot is used */
    struct refusal_slot slots[REFUSAL_SLOTS];
    unsigned n_others;
    struct timer save_timer; /* armed while counts are not saved */
};

/* Store's thread, once at start: writes what an earlier run had counted and not written. */
int refusal_journal_begin(struct db *db, const struct environment *env);

/* Nothing counted yet. `env` outlives it. */
void refusal_journal_init(struct refusal_journal *journal, const struct environment *env);

/* Harmless on zeroed memory. */
void refusal_journal_fini(struct refusal_journal *journal);

/* A request of this client was refused; the empty text: nobody who is served. */
void refusal_journal_note(struct refusal_journal *journal, const char *client, uid_t uid,
    const struct refusal *refusal);

/* A code was typed for a verification that had ended: nothing was compared. */
void refusal_journal_note_late(struct refusal_journal *journal, const char *client, uid_t uid,
    const struct verification *verification, enum check_result result);

/* Writes what has been counted; before the end. */
void refusal_journal_flush(struct refusal_journal *journal);
