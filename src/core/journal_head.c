#include "core/journal_head.h"

#include "core/journal_chain.h"

int journal_head_load(const struct journal_head *head, struct db *db, struct journal_end *ret)
{
    if (!head || !head->is_known)
        return journal_end_load(db, JOURNAL_HEAD, ret);
    *ret = head->end;
    return 0;
}

int journal_head_move(struct journal_head *head, struct db *db, const struct otp_keyring *keyring,
    const struct journal_row *row)
{
    struct journal_end end = journal_end_of(row);

    if (!head) {
        journal_end_seal(keyring, JOURNAL_HEAD, &end);
        return journal_end_store(db, JOURNAL_HEAD, &end);
    }
    *head = (struct journal_head){
        .keyring = keyring, .end = end, .is_known = true, .is_unsaved = true};
    return 0;
}

int journal_head_save(struct journal_head *head, struct db *db)
{
    if (!head->is_unsaved)
        return 0;
    journal_end_seal(head->keyring, JOURNAL_HEAD, &head->end);
    head->is_unsaved = false;
    return journal_end_store(db, JOURNAL_HEAD, &head->end);
}

void journal_head_settle(struct journal_head *head, bool is_committed)
{
    /* What is in the database is the truth: after a rollback it is read again. */
    head->is_known = head->is_known && is_committed;
    head->is_unsaved = false;
}
