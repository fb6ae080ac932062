#include "core/refusal_journal.h"

#include "core/journal.h"
#include "store/meta.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A day has at most 288 of these, and as many entries for each slot. */
#define INTERVAL (5 * USEC_PER_MINUTE)

/* What is counted is saved no more often: a flood of refusals costs one commit a second. */
#define SAVE_INTERVAL USEC_PER_SEC

/* A line for each count: client, user, code, limit (- for none) and how many. */
#define WORD_SIZE 48
#define LINE_FORMAT "%s %u %s %s %u\n"
#define LINE_SCAN "%48s %u %47s %47s %u"
#define TEXT_SIZE ((REFUSAL_SLOTS + 1) * (SMSOTP_CLIENT_MAX + 2 * WORD_SIZE + 2 * 11))
#define NOBODY "-"
#define VARIOUS "various" /* of callers who found no slot */

#define META_KEY "refusals"

/* Counts on their way to the database. */
struct saving {
    struct store_job job;
    const struct log *log;
    char text[TEXT_SIZE];
};

/* On the store's thread. */
static int run_save(struct store_job *job, struct db *db)
{
    return meta_write_text(db, META_KEY, CONTAINER_OF(job, struct saving, job)->text);
}

static void on_saved(struct store_job *job, int r)
{
    struct saving *saving = CONTAINER_OF(job, struct saving, job);

    if (r < 0)
        log_warning(saving->log, "event=refusals_not_saved error=\"%s\"", strerror(-r));
    free(saving);
}

static const char *word(const char *text)
{
    return text && text[0] ? text : NOBODY;
}

static void save(void *userdata)
{
    struct refusal_journal *journal = userdata;
    struct saving *saving = calloc(1, sizeof(*saving));
    struct strbuf sb;

    if (!saving)
        return;
    strbuf_init(&sb, saving->text, sizeof(saving->text));
    for (unsigned i = 0; i < REFUSAL_SLOTS; i++) {
        const struct refusal_slot *slot = &journal->slots[i];

        if (slot->is_used && slot->n > 0)
            strbuf_printf(&sb, LINE_FORMAT, word(slot->client), (unsigned)slot->uid, slot->code,
                word(slot->limit), slot->n);
    }
    if (journal->n_others > 0)
        strbuf_printf(&sb, LINE_FORMAT, NOBODY, 0U, VARIOUS, NOBODY, journal->n_others);
    saving->log = journal->env->log;
    saving->job.run = run_save;
    saving->job.done = on_saved;
    store_submit(journal->env->store, &saving->job);
}

static void save_soon(struct refusal_journal *journal)
{
    if (!timer_is_armed(&journal->save_timer))
        timer_arm_in(&journal->save_timer, SAVE_INTERVAL);
}

static const char *text_or_none(const char *text)
{
    return strcmp(text, NOBODY) == 0 ? NULL : text;
}

static int write_saved(struct db *db, const struct environment *env, const char *line)
{
    char client[SMSOTP_CLIENT_MAX + 1], code[WORD_SIZE], limit[WORD_SIZE];
    unsigned user, n;
    uid_t uid;
    struct journal_entry entry = {.kind = EVENT_REQUEST_REFUSED};

    if (sscanf(line, LINE_SCAN, client, &user, code, limit, &n) != 5)
        return 0;
    uid = user;
    entry.client = text_or_none(client);
    entry.actor = strcmp(code, VARIOUS) != 0 ? &uid : NULL;
    entry.facts[0] = (struct journal_fact)FACT_TEXT("code", code);
    entry.facts[1] = (struct journal_fact)FACT_TEXT("limit", text_or_none(limit));
    entry.facts[2] = (struct journal_fact)FACT_NUMBER("count", n);
    return journal_write(db, env, &entry);
}

int refusal_journal_begin(struct db *db, const struct environment *env)
{
    char text[TEXT_SIZE] = "", *rest = text, *line;
    int r = meta_read_text(db, META_KEY, text, sizeof(text));

    if (r < 0 || !text[0])
        return MIN(r, 0);
    while (r >= 0 && (line = strsep(&rest, "\n")))
        r = write_saved(db, env, line);
    return r < 0 ? r : meta_write_text(db, META_KEY, "");
}

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
        .facts = {FACT_TEXT("code", VARIOUS), FACT_NUMBER("count", journal->n_others)}};

    if (journal->n_others > 0)
        journal_post(journal->env, &entry);
    journal->n_others = 0;
}

void refusal_journal_flush(struct refusal_journal *journal)
{
    bool is_any_counted = journal->n_others > 0;

    for (unsigned i = 0; i < REFUSAL_SLOTS; i++) {
        struct refusal_slot *slot = &journal->slots[i];

        is_any_counted |= slot->is_used && slot->n > 0;
        if (slot->is_used && slot->n > 0)
            write_entry(journal, slot, NULL, NULL, slot->n);
        else
            slot->is_used = false; /* nothing came for an interval: the next is a first again */
        slot->n = 0;
    }
    write_others(journal);
    timer_disarm(&journal->save_timer);
    if (is_any_counted)
        save(journal); /* that nothing is counted, behind the entries */
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
    timer_init(&journal->save_timer, env->loop, save, journal);
}

void refusal_journal_fini(struct refusal_journal *journal)
{
    timer_fini(&journal->timer);
    timer_fini(&journal->save_timer);
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
        save_soon(journal);
    } else if (slot->is_used) {
        slot->n++;
        save_soon(journal);
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
