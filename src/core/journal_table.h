/*
 * The table of the journal, and of its two ends: the head, which is the last row, and the anchor,
 * the last row that was purged. Storage alone: what makes a chain of the rows is journal_chain.h.
 * Every function runs on the store's thread, inside its transaction.
 */
#pragma once

#include "core/id.h"
#include "otp/keyring.h"
#include "smsotp/limits.h"
#include "store/db.h"
#include "util/clock.h"

#include <sys/types.h>

#define JOURNAL_HASH_SIZE 32
#define JOURNAL_MAC_SIZE 16
#define JOURNAL_KIND_SIZE 32
#define JOURNAL_DETAIL_SIZE 512

_Static_assert(SMSOTP_MODEM_NAME_MAX + 1 >= ID_SIZE, "one member for names and identifiers");

struct journal_row {
    uint64_t seq; /* from 1 */
    usec_t at_wall;
    char kind[JOURNAL_KIND_SIZE];           /* of SMSOTP_EVENT_LIST */
    char object[SMSOTP_MODEM_NAME_MAX + 1]; /* id or modem's name; empty: none */
    char client[SMSOTP_CLIENT_MAX + 1];     /* empty: nobody's */
    bool has_actor;                         /* false: the gateway did it by itself */
    uid_t actor_uid;
    char number_masked[E164_SIZE];          /* empty: none, and no index */
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE];
    char detail[JOURNAL_DETAIL_SIZE];       /* a JSON object; empty: none */
    uint32_t key_id;                        /* of the master key that `hash` is made with */
    uint8_t hash[JOURNAL_HASH_SIZE];
};

struct journal_end {
    uint64_t seq; /* 0: before the first row */
    uint8_t hash[JOURNAL_HASH_SIZE];
    uint32_t key_id;
    uint8_t mac[JOURNAL_MAC_SIZE];
};

#define JOURNAL_HEAD "head"
#define JOURNAL_ANCHOR "anchor"

/* Adds a row. -EEXIST: its sequence number is taken. */
int journal_insert(struct db *db, const struct journal_row *row);

/* -ENOENT when there is none. */
int journal_load(struct db *db, uint64_t seq, struct journal_row *ret);

/* The number of the last row, 0 when there is none. */
int journal_last_seq(struct db *db, uint64_t *ret_seq);

/* 1 and the number of the first row, whatever somebody has made it; 0: there is none. */
int journal_first_seq(struct db *db, int64_t *ret_seq);

/*
 * The number of the first row from this time on, or one behind the last. Few rows are read for it:
 * it takes their times to be in order.
 */
int journal_seq_since(struct db *db, usec_t since_wall, uint64_t *ret_seq);

/*
 * Calls back with the rows behind `after`, in order, `max` at most; stops when the callback answers
 * other than 0, and answers a negative one of those. A damaged row is handed over as far as it can
 * be read.
 */
int journal_each(struct db *db, uint64_t after, unsigned max,
    int (*each)(void *userdata, const struct journal_row *row), void *userdata);

/*
 * Calls back with how many rows of each kind there are in each hour of wall time, of the rows from
 * `from` on, in no order.
 */
int journal_count_by_hour(struct db *db, uint64_t from,
    void (*each)(void *userdata, const char *kind, usec_t hour_wall, unsigned n), void *userdata);

/* Deletes the rows up to `seq`. */
int journal_delete_through(struct db *db, uint64_t seq);

/* Either end; all zero when it is not there. */
int journal_end_load(struct db *db, const char *name, struct journal_end *ret);
int journal_end_store(struct db *db, const char *name, const struct journal_end *end);
