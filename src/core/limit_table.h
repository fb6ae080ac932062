/*
 * What the limits count, read from the tables themselves so that it outlives restarts: texts,
 * requests for a code, and wrong guesses. On the store's thread.
 */
#pragma once

#include "core/limit.h"
#include "core/moment.h"
#include "otp/keyring.h"
#include "store/db.h"

/* What is counted, and whose. */
enum limit_count {
    COUNT_TEXTS_OF_NUMBER,
    COUNT_TEXTS_OF_NUMBER_BY_CLIENT,
    COUNT_TEXTS_OF_PREFIX,
    COUNT_TEXTS,
    COUNT_PLAIN_TEXTS, /* those without a code */
    COUNT_REQUESTS_OF_CLIENT, /* for codes and for plain texts */
    COUNT_REQUESTS_OF_PURPOSE,
    COUNT_REVERSE_OF_NUMBER, /* requests by reverse code */
    COUNT_REVERSE_OF_NUMBER_BY_CLIENT,
    COUNT_GUESSES_OF_NUMBER,
    COUNT_GUESSES_OF_NUMBER_BY_CLIENT,
    COUNT_GUESSES_OF_CLIENT,
    COUNT_GUESSES,
    LIMIT_COUNTS
};

/* Whose; what a count does not ask for may be NULL. Borrowed. */
struct limit_subject {
    const uint8_t *number_index, *prefix_index; /* OTP_NUMBER_INDEX_SIZE */
    const char *client, *purpose;
};

/* A window that is full, and when its oldest entry leaves it. */
struct limit_hit {
    struct limit_window window;
    usec_t wait; /* from now */
};

/* 1 and *ret when one more would exceed the limit, 0 when it would not, or an error. */
int limit_check(struct db *db, enum limit_count count, const struct limit_subject *of,
    const struct limit *limit, const struct moment *now, struct limit_hit *ret);

/* How many there are in the last `span`. */
int limit_count(struct db *db, enum limit_count count, const struct limit_subject *of, usec_t span,
    const struct moment *now, unsigned *ret);

/* How many verifications of a client were approved in the last `span`. */
int limit_count_approvals(
    struct db *db, const char *client, usec_t span, const struct moment *now, unsigned *ret);

/* A wrong guess by a client against a number, one more in a row; and a right one, which forgives
 * everybody's, as an operator's word does. */
int guess_insert(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    const char *client, usec_t now_wall);
int guess_forgive(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE]);

/* Drops guesses older than that, at most `max`; says how many there were. */
int guess_purge(struct db *db, usec_t before_wall, unsigned max, unsigned *ret_n);
