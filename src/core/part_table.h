/*
 * The parts of long texts that have left, each with its TP-Message-Reference, and what the network
 * has reported of it: a long text is delivered when all of its parts are, and has failed when one
 * has. Every function runs on the store's thread, inside its transaction.
 */
#pragma once

#include "core/message_table.h"

/* Notes that a part (from 0) has left under that reference. */
int part_insert(struct db *db, const char *message_id, unsigned part, uint8_t reference);

/*
 * Stores what became of the part that matches, of the newest text sent in the last three days, and
 * what follows for the text: `ret->id` is empty when that is nothing yet. -ENOENT: there is no such
 * part that has not been reported on.
 */
int part_set_delivery(struct db *db, const struct message_match *match,
    const struct message_outcome *outcome, usec_t now_wall, struct message_subject *ret);

/*
 * Once a text has left as a whole: what the reports that have come make of it; 1, and its status as
 * it is then. 0: nothing yet.
 */
int part_settle(struct db *db, const char *message_id, usec_t now_wall,
    enum message_status *ret_status, struct message_subject *ret);

/* Deletes those whose text retention has removed. */
int part_purge(struct db *db);
