/*
 * Who follows the journal. Readers have a place in it and get every entry behind that, in order and
 * once each, from the database, after the commit that holds it; nobody polls. One read serves all
 * who are at the same place, and those who catch up take turns with those who are at the end. On
 * the loop's thread, but for journal_feed_wrote().
 */
#pragma once

#include "core/environment.h"
#include "core/journal_table.h"
#include "loop/timer.h"

#include <stdatomic.h>

/* Embedded in its owner. No callback but `beat` comes before `placed`. */
struct journal_reader {
    struct list_link link;
    const char *client; /* whose it is, borrowed; NULL: a technician's */
    bool is_from_now; /* places itself at the head */
    bool is_placed;
    uint64_t seq;     /* of the last entry that it has, or that it asked to go on behind */
    void (*placed)(void *userdata, uint64_t seq);
    /* Entries that are not there: purged, or, in a database of before, not yet. */
    void (*gap)(void *userdata, uint64_t from, uint64_t to);
    void (*row)(void *userdata, const struct journal_row *row);
    /* Every 15 s; it may leave in this and in the others. */
    void (*beat)(void *userdata);
    void *userdata;
};

#define JOURNAL_FEED_ROWS 64

struct journal_feed {
    const struct environment *env;
    struct list_link readers;
    unsigned n_readers;
    struct timer beat, retry;
    struct journal_reader *current; /* whose callbacks run; NULL: it has left */
    atomic_uint_fast64_t n_written; /* entries, committed or not */
    uint64_t n_seen;                /* of these, when it was read last */
    struct store_job job;
    bool is_running; /* the store has the job */
    /* the job's */
    uint64_t after, head, n_written_then;
    struct journal_row rows[JOURNAL_FEED_ROWS];
    unsigned n_rows;
};

/* -ENOMEM. Free it when the store has been closed; takes NULL; returns NULL. */
int journal_feed_new(struct journal_feed **ret, const struct environment *env);
struct journal_feed *journal_feed_free(struct journal_feed *feed);
DEFINE_CLEANUP(struct journal_feed *, journal_feed_free);

/* Any thread: an entry has been written, and will be committed with others. */
void journal_feed_wrote(struct journal_feed *feed);

/* Answers of the store have been delivered: there may be something new. */
void journal_feed_look(void *userdata);

struct gateway;

/* Takes in a reader whose members but `link` are filled. -EDQUOT: its client has enough of them,
 * -EBUSY: there are enough in all. */
int gateway_follow(struct gateway *gateway, struct journal_reader *reader);

/* Lets it go; from its own callbacks too. */
void gateway_unfollow(struct gateway *gateway, struct journal_reader *reader);
