#include "core/refusal_journal.h"

#include "core/journal.h"

#include <stdio.h>
#include <string.h>

/* A day has at most 288 of these, and as many entries for each slot. */
#define INTERVAL (5 * USEC_PER_MINUTE)

/* Writes one entry that stands for `n`; all but the slot is of the first. */
static void write_entry(struct refusal_journal *journal, const struct refusal_slot *slot,
    const struct journal_entry *about, const char *param, unsigned n)
{
    struct journal_entry entry = {0};

    if (about)
        entry = *about;
    entry.kind = EVENT_REQUEST_REFUSED;
    entry.client = slot->client;
    entry.actor = &slot->uid;
    entry.facts[0] = (struct journal_fact)FACT_TEXT("code", slot->code);
    entry.facts[1] = (struct journal_fact)FACT_TEXT("limit", slot->limit);
    entry.facts[2] = (struct journal_fact)FACT_TEXT("param", param);
    if (n > 1)
        entry.facts[3] = (struct journal_fact)FACT_NUMBER("count", n);
    else
        entry.facts[3] = (struct journal_fact){0};
    journal_post(journal->env, &entry);
}

static void write_others(struct refusal_journal *journal)
{
    const struct journal_entry entry = {.kind = EVENT_REQUEST_REFUSED,
        .facts = {FACT_TEXT("code", "various"), FACT_NUMBER("count", journal->n_others)}};

    if (journal->n_others > 0)
        journal_post(journal->env, &entry);
    journal->n_others = 0;
}

void refusal_journal_flush(struct refusal_journal *journal)
{
    for (unsigned i = 0; i < REFUSAL_SLOTS; i++) {
        struct refusal_slot *slot = &journal->slots[i];

        if (slot->is_used && slot->n > 0)
            write_entry(journal, slot, NULL, NULL, slot->n);
        else
            slot->is_used = false; /* nothing came for an interval: the next is a first again */
        slot->n = 0;
    }
    write_others(journal);
}

static void on_interval(void *userdata)
{
    struct refusal_journal *journal = userdata;
    bool is_any_used = false;

    refusal_journal_flush(journal);
    for (unsigned i = 0; i < REFUSAL_SLOTS; i++)
        is_any_used |= journal->slots[i].is_used;
    if (is_any_used)
        timer_arm_in(&journal->timer, INTERVAL);
}

void refusal_journal_init(struct refusal_journal *journal, const struct environment *env)
{
    *journal = (struct refusal_journal){.env = env};
    timer_init(&journal->timer, env->loop, on_interval, journal);
}

void refusal_journal_fini(struct refusal_journal *journal)
{
    timer_fini(&journal->timer);
}

static bool is_for(const struct refusal_slot *slot, const char *client, uid_t uid, const char *code,
    const char *limit)
{
    return slot->is_used && slot->uid == uid && slot->code == code &&
           slot->limit == limit && strcmp(slot->client, client) == 0;
}

/* The slot of a caller and a reason, new or not; NULL: all are used for others. */
static struct refusal_slot *slot_for(struct refusal_journal *journal, const char *client, uid_t uid,
    const char *code, const char *limit)
{
    struct refusal_slot *unused = NULL;

    for (unsigned i = 0; i < REFUSAL_SLOTS; i++) {
        struct refusal_slot *slot = &journal->slots[i];

        if (is_for(slot, client, uid, code, limit))
            return slot;
        if (!slot->is_used && !unused)
            unused = slot;
    }
    if (unused) {
        *unused = (struct refusal_slot){.uid = uid, .code = code, .limit = limit};
        snprintf(unused->client, sizeof(unused->client), "%s", client);
    }
    return unused;
}

static void note(struct refusal_journal *journal, const char *client, uid_t uid, const char *code,
    const char *limit, const char *param, const struct journal_entry *about)
{
    struct refusal_slot *slot = slot_for(journal, client, uid, code, limit);

    if (!timer_is_armed(&journal->timer))
        timer_arm_in(&journal->timer, INTERVAL);
    if (!slot) {
        journal->n_others++;
    } else if (slot->is_used) {
        slot->n++;
    } else {
        slot->is_used = true;
        write_entry(journal, slot, about, param, 1);
    }
}

void refusal_journal_note(struct refusal_journal *journal, const char *client, uid_t uid,
    const struct refusal *refusal)
{
    const struct journal_entry about = {.object = refusal->object,
        .number_masked = refusal->number_masked,
        .number_index = refusal->number_index};

    note(journal, client, uid, gateway_error_to_string(refusal->error), refusal->limit_name,
        refusal->param, &about);
}

void refusal_journal_note_late(struct refusal_journal *journal, const char *client, uid_t uid,
    const struct verification *verification, enum check_result result)
{
    const struct journal_entry about =
        journal_entry_of(EVENT_REQUEST_REFUSED, verification, NULL);

    note(journal, client, uid, check_result_to_string(result), NULL, NULL, &about);
}
