/*
 * The texts that wait for a modem, in memory: codes first, nearest deadline first among each kind;
 * the database holds the same ones as `queued`. A place is reserved before a text is accepted, so
 * that the bound holds while requests are still being committed. On the loop's thread.
 */
#pragma once

#include "core/message_table.h"
#include "util/list.h"

struct outbox {
    struct list_link texts; /* of struct outgoing_text, in the order they go */
    unsigned n_texts;
    unsigned n_reserved; /* accepted, not yet committed */
    unsigned max;
};

/* An empty queue for `max` texts. */
void outbox_init(struct outbox *outbox, unsigned max);

/* Frees what waits. */
void outbox_fini(struct outbox *outbox);

/* Keeps a place free; -ENOSPC when the queue is full. */
int outbox_reserve(struct outbox *outbox);

/* Gives a reserved place back. */
void outbox_release(struct outbox *outbox);

/* Queues a text in its place (ownership moves), not to be taken before that CLOCK_BOOTTIME. */
void outbox_add(struct outbox *outbox, struct outgoing_text *text, usec_t not_before_boot);

/*
 * Takes the next text that may go by now and to which `accept` says yes, or NULL. Ownership moves.
 */
struct outgoing_text *outbox_take(struct outbox *outbox, usec_t now_boot,
    bool (*accept)(void *userdata, const struct outgoing_text *text), void *userdata);

/* Drops the texts of a verification that has ended. */
void outbox_withdraw(struct outbox *outbox, const char *verification_id);

/* Whether `a` goes before `b`; of two that could go alike, the one that was there. */
bool outbox_goes_before(const struct outgoing_text *a, const struct outgoing_text *b);

/* The waiting text of this identifier, borrowed, or NULL. */
const struct outgoing_text *outbox_find(const struct outbox *outbox, const char *message_id);

/* Asks of each in turn whether it is to go, and hands over those that are (ownership moves). */
void outbox_sift(struct outbox *outbox,
    bool (*is_to_go)(void *userdata, const struct outgoing_text *text),
    void (*take)(void *userdata, struct outgoing_text *text), void *userdata);

/* Texts that wait or are about to. */
unsigned outbox_count(const struct outbox *outbox);

/* When the next text that may not go yet may, on CLOCK_BOOTTIME; USEC_INFINITY when none is so. */
usec_t outbox_next_due(const struct outbox *outbox, usec_t now_boot);
