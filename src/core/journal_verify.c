#include "core/journal_verify.h"

#include "core/journal_chain.h"
#include "core/journal_head.h"

#include <string.h>

struct step {
    const struct otp_keyring *keyring;
    struct journal_verify *verify;
    unsigned n;
};

static void find_fault(struct journal_verify *verify, enum audit_fault fault, uint64_t seq)
{
    verify->is_broken = true;
    verify->fault = fault;
    verify->first_bad = seq;
}

static void compare(struct journal_verify *verify, enum audit_noted outcome)
{
    verify->has_compared = true;
    verify->compared = outcome;
    if (outcome == AUDIT_NOTED_DIFFERS)
        find_fault(verify, AUDIT_FAULT_NOTED_HEAD, MIN(verify->noted.seq, verify->seq + 1));
}

static void compare_here(struct journal_verify *verify)
{
    if (verify->has_noted && verify->noted.seq == verify->seq)
        compare(verify, head_line_matches(&verify->noted, verify->hash) ? AUDIT_NOTED_MATCHES
                                                                        : AUDIT_NOTED_DIFFERS);
}

/* The chain begins behind what was purged; it does so anew when more was purged than has been
 * looked at. */
static void begin(struct journal_verify *verify, const struct otp_keyring *keyring)
{
    const struct journal_end *anchor = &verify->anchor;
    bool is_known = journal_chain_has_key(keyring, anchor->key_id);

    verify->seq = anchor->seq;
    memcpy(verify->hash, anchor->hash, sizeof(verify->hash));
    verify->is_foreign = anchor->seq > 0 && !is_known;
    if (anchor->seq > 0 && is_known && !journal_end_holds(keyring, JOURNAL_ANCHOR, anchor))
        find_fault(verify, AUDIT_FAULT_ANCHOR, anchor->seq);
    else if (verify->has_noted && verify->noted.seq < anchor->seq && !verify->has_compared)
        compare(verify, AUDIT_NOTED_PURGED);
    else
        compare_here(verify);
}

/* Nothing is in front of the beginning. */
static int look_in_front(struct db *db, struct journal_verify *verify)
{
    int64_t first;
    int r = journal_first_seq(db, &first);

    if (r > 0 && first <= (int64_t)verify->anchor.seq)
        find_fault(verify, AUDIT_FAULT_CHANGED, (uint64_t)MAX(first, 0));
    return MIN(r, 0);
}

static int look(void *userdata, const struct journal_row *row)
{
    struct step *step = userdata;
    struct journal_verify *verify = step->verify;
    bool is_foreign = !journal_chain_has_key(step->keyring, row->key_id);
    bool is_turn = verify->is_foreign && !is_foreign;

    step->n++;
    if (row->seq != verify->seq + 1) {
        find_fault(verify, AUDIT_FAULT_MISSING, verify->seq + 1);
        return 1;
    }
    if ((!is_foreign && !journal_chain_holds(step->keyring, verify->hash, row)) ||
        (is_turn && strcmp(row->kind, event_kind_to_string(EVENT_KEY_CHANGED)) != 0)) {
        find_fault(verify, AUDIT_FAULT_CHANGED, row->seq);
        return 1;
    }
    verify->n_rows++;
    verify->n_unchecked += is_foreign;
    verify->seq = row->seq;
    memcpy(verify->hash, row->hash, sizeof(verify->hash));
    verify->is_foreign = is_foreign;
    compare_here(verify);
    return verify->is_broken;
}

/* Whether the mark of the end that is stored is one of ours; entries of this moment need not be in
 * it yet. */
static bool is_mark_right(const struct otp_keyring *keyring, const struct journal_end *stored,
    const struct journal_verify *verify)
{
    return journal_chain_has_key(keyring, stored->key_id) &&
           journal_end_holds(keyring, JOURNAL_HEAD, stored) &&
           (stored->seq < verify->seq ||
               memcmp(stored->hash, verify->hash, sizeof(verify->hash)) == 0);
}

static void look_at_end(struct journal_verify *verify, const struct otp_keyring *keyring,
    const struct journal_end *stored, bool is_saved)
{
    const struct journal_end *head = &verify->head;

    if (head->seq > verify->seq)
        find_fault(verify, AUDIT_FAULT_MISSING, verify->seq + 1);
    else if (head->seq < verify->seq || (is_saved && stored->seq < head->seq))
        find_fault(verify, AUDIT_FAULT_HEAD, MIN(head->seq, stored->seq) + 1);
    else if (head->seq > 0 && (verify->is_foreign || !is_mark_right(keyring, stored, verify)))
        find_fault(verify, AUDIT_FAULT_HEAD, head->seq);
    else if (verify->has_noted && verify->noted.seq > verify->seq)
        compare(verify, AUDIT_NOTED_DIFFERS);
}

int journal_verify_step(
    struct db *db, const struct environment *env, struct journal_verify *verify, unsigned max)
{
    struct step step = {.keyring = env->keyring, .verify = verify};
    bool is_saved = !env->journal_head || !env->journal_head->is_unsaved;
    struct journal_end stored;
    int r = journal_head_load(env->journal_head, db, &verify->head);

    if (r >= 0)
        r = journal_end_load(db, JOURNAL_HEAD, &stored);
    if (r >= 0)
        r = journal_end_load(db, JOURNAL_ANCHOR, &verify->anchor);
    if (r < 0)
        return r;
    if (!verify->has_begun)
        r = look_in_front(db, verify);
    if (r >= 0 && !verify->is_broken && (!verify->has_begun || verify->anchor.seq > verify->seq))
        begin(verify, env->keyring);
    verify->has_begun = true;
    if (r >= 0 && !verify->is_broken)
        r = journal_each(db, verify->seq, max, look, &step);
    if (r < 0)
        return r;
    if (!verify->is_broken && step.n < max)
        look_at_end(verify, env->keyring, &stored, is_saved);
    verify->is_done = verify->is_broken || step.n < max;
    return 0;
}
