/*
 * The table of numbers whose owners want no texts. On the store's thread, in the transaction of
 * what it decides. Rows stay until they are taken off: retention does not end somebody's wish.
 */
#pragma once

#include "otp/keyring.h"
#include "store/db.h"
#include "util/clock.h"

struct optout {
    char number_masked[E164_SIZE];
    bool is_by_reply; /* else by an operator */
    usec_t at_wall;
};

/* 1: a number is on the list; 0: it is not; or an error. */
int optout_exists(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE]);

/* Puts a number on the list. 1: done; 0: it was there, and stays as it was; or an error. */
int optout_insert(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE],
    const struct optout *optout);

/* Takes it off. 1: done; 0: it was not there; or an error. */
int optout_delete(struct db *db, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE]);

/* Reads the newest, `max` at most, newest first; *ret_total: how many there are in all. */
int optout_load(
    struct db *db, struct optout *ret_rows, unsigned max, unsigned *ret_n, unsigned *ret_total);
