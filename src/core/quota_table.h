/*
 * The parts that each SIM has sent, a row each, from which quotas are counted: kept for a month,
 * whatever the retention, and by the SIM, whatever modem it is in. On the store's thread.
 */
#pragma once

#include "core/id.h"
#include "core/moment.h"
#include "core/quota.h"
#include "store/db.h"

/* Parts `first` and following of a text, about to be given to a SIM. */
struct quota_entry {
    const char *message_id, *sim;
    unsigned first_part, n_parts;
    const uint8_t *number_index; /* NULL: numbers are not counted */
};

/* Counts parts as sent by a SIM, before they are given to it. */
int quota_insert(struct db *db, const struct quota_entry *entry, usec_t now_wall);

/* Takes back the parts of a text from `first_part` on: they have not gone. */
int quota_remove(struct db *db, const char *message_id, unsigned first_part);

/* Notes what a SIM has sent in the last month. */
int quota_load(struct db *db, const char *sim, const struct moment *now, struct quota *quota);

/* Drops what no window reaches, at most `max` parts; says how many there were. */
int quota_purge(struct db *db, const struct moment *now, unsigned max, unsigned *ret_n);
