/*
 * The journal: what happened, in order, with numbers that are never used twice. It is the audit log
 * (all of it) and the source of events (what SMSOTP_EVENT_LIST names for an owner or for
 * technicians). Whoever changes a state writes an entry in the same transaction, so the one never
 * exists without the other. An entry holds no code, no text and no number but a masked one with its
 * keyed index.
 */
#pragma once

#include "core/environment.h"
#include "core/journal_table.h"
#include "core/message_table.h"

#define JOURNAL_FACTS_MAX 6

/* A member of an entry's detail. */
struct journal_fact {
    const char *name; /* NULL: behind the last */
    const char *text; /* NULL or empty with is_number unset: the fact is left out */
    bool is_number;
    int64_t number;
};

#define FACT_TEXT(key, value) {.name = (key), .text = (value)}
#define FACT_NUMBER(key, value) {.name = (key), .is_number = true, .number = (value)}

/* Everything is borrowed for the time of the call. */
struct journal_entry {
    enum event_kind kind;
    const char *object;          /* identifier, or a modem's name; NULL: none */
    const char *client;          /* whose object it is; NULL: nobody's */
    const char *purpose;         /* for the figures; NULL: of none */
    const uid_t *actor;          /* who did it; NULL: the gateway by itself */
    const char *number_masked;   /* NULL: none */
    const uint8_t *number_index; /* of OTP_NUMBER_INDEX_SIZE bytes, with a masked number */
    struct journal_fact facts[JOURNAL_FACTS_MAX];
};

/* What all entries about a verification, or about a text, have in common. */
struct journal_entry journal_entry_of(
    enum event_kind kind, const struct verification *verification, const uid_t *actor);
struct journal_entry journal_entry_of_message(
    enum event_kind kind, const struct message_subject *subject, const uid_t *actor);

/* On the store's thread: adds an entry, in the caller's transaction. */
int journal_write(
    struct db *db, const struct environment *env, const struct journal_entry *entry);

/*
 * On the loop's thread: adds an entry in a transaction of its own, for what is no change in the
 * database. When it cannot be stored, the log says so.
 */
void journal_post(const struct environment *env, const struct journal_entry *entry);

/*
 * On the store's thread, once at start: sees whether the log ends where it should, and mends it so
 * that entries can be added when somebody has seen to it that it does not. The figures of the last
 * hours are those of its entries then.
 */
int journal_begin(struct db *db, const struct environment *env, bool *ret_is_broken);

/*
 * On the store's thread: deletes entries of before that time, `max` at most. The chain begins
 * behind them from then on.
 */
int journal_purge(struct db *db, const struct environment *env, usec_t before_wall, unsigned max,
    unsigned *ret_n);
