/*
 * The head of the journal's chain in memory. Each entry is sealed behind the one before, so the
 * store's thread would read the head, seal it anew and write it back for every entry; here it does
 * so once a transaction. Owned by the daemon, used on the store's thread alone.
 */
#pragma once

#include "core/journal_table.h"
#include "otp/keyring.h"

struct journal_head {
    const struct otp_keyring *keyring; /* borrowed; NULL until there are entries */
    struct journal_end end;            /* without its MAC while `is_unsaved` */
    bool is_known, is_unsaved;
};

/* The head as of now, with entries that this transaction has added. `head` may be NULL: none is
 * kept. */
int journal_head_load(const struct journal_head *head, struct db *db, struct journal_end *ret);

/*
 * Makes `row`, just added, the head. Without a `head` it is written at once, else by
 * journal_head_save().
 */
int journal_head_move(struct journal_head *head, struct db *db, const struct otp_keyring *keyring,
    const struct journal_row *row);

/* Writes what has moved. For store_config.ending. */
int journal_head_save(struct journal_head *head, struct db *db);

/* The transaction has ended. For store_config.ended. */
void journal_head_settle(struct journal_head *head, bool is_committed);
