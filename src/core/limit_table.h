/*
 * What the limits count, read from the tables themselves so that it outlives restarts: texts by
 * number and in all, verifications by client, wrong guesses by number. On the store's thread.
 */
#pragma once

#include "core/limit.h"
#include "otp/keyring.h"
#include "store/db.h"

/* A window that is full, and when its oldest entry leaves it. */
struct limit_hit {
    struct limit_window window;
    usec_t wait; /* from now */
};

/* Each: 1 and *ret when one more would exceed the limit, 0 when it would not, or an error. */
int limit_check_number(struct db *db, const struct limit *limit,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], usec_t now_wall,
    struct limit_hit *ret);
int limit_check_client(struct db *db, const struct limit *limit, const char *client,
    usec_t now_wall, struct limit_hit *ret);
int limit_check_gateway(
    struct db *db, const struct limit *limit, usec_t now_wall, struct limit_hit *ret);
int limit_check_guesses(struct db *db, const struct limit *limit,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], usec_t now_wall,
    struct limit_hit *ret);

/* A wrong guess against a number; and a right one, which forgives them. */
int guess_insert(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    usec_t now_wall);
int guess_forgive(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE]);

/* Drops guesses older than that. */
int guess_purge(struct db *db, usec_t before_wall);
