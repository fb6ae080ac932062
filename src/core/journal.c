#include "core/journal.h"

#include "core/journal_chain.h"
#include "core/journal_feed.h"
#include "core/journal_head.h"
#include "util/strbuf.h"

#include <errno.h>
#include <string.h>

struct post {
    struct store_job job;
    const struct environment *env;
    enum event_kind kind;
    struct journal_row row;
};

struct journal_entry journal_entry_of(
    enum event_kind kind, const struct verification *verification, const uid_t *actor)
{
    return (struct journal_entry){.kind = kind,
        .object = verification->id,
        .client = verification->client,
        .purpose = verification->purpose,
        .actor = actor,
        .number_masked = verification->number_masked,
        .number_index = verification->number_index};
}

struct journal_entry journal_entry_of_message(
    enum event_kind kind, const struct message_subject *subject, const uid_t *actor)
{
    return (struct journal_entry){.kind = kind,
        .object = subject->id,
        .client = subject->client,
        .actor = actor,
        .number_masked = subject->number_masked,
        .number_index = subject->number_index,
        .facts = {FACT_TEXT("verification", subject->verification_id)}};
}

/* One member; one that does not fit is left out whole. */
static void put_fact(struct strbuf *sb, const struct journal_fact *fact)
{
    size_t before = sb->length;

    strbuf_putc(sb, before > 1 ? ',' : '{');
    strbuf_put_json(sb, fact->name);
    strbuf_putc(sb, ':');
    if (fact->is_number)
        strbuf_printf(sb, "%" PRIi64, fact->number);
    else
        strbuf_put_json(sb, fact->text);
    if (!sb->overflow)
        return;
    sb->length = before;
    sb->overflow = false;
}

static void render_detail(
    const struct journal_fact *facts, char ret_detail[static JOURNAL_DETAIL_SIZE])
{
    struct strbuf sb;

    strbuf_init(&sb, ret_detail, JOURNAL_DETAIL_SIZE - 1); /* there is room for the last brace */
    for (unsigned i = 0; i < JOURNAL_FACTS_MAX && facts[i].name; i++)
        if (facts[i].is_number || (facts[i].text && facts[i].text[0]))
            put_fact(&sb, &facts[i]);
    if (sb.length > 0)
        memcpy(sb.data + sb.length, "}", 2);
}

/* `ret` is zero before. */
static void copy(char *ret, size_t size, const char *text)
{
    if (text)
        memcpy(ret, text, strnlen(text, size - 1));
}

/* The row of an entry, but for its place in the chain. */
static void render(
    const struct environment *env, const struct journal_entry *entry, struct journal_row *ret)
{
    *ret = (struct journal_row){.at_wall = moment_now(&env->timebase).wall,
        .has_actor = entry->actor,
        .actor_uid = entry->actor ? *entry->actor : 0};
    copy(ret->kind, sizeof(ret->kind), event_kind_to_string(entry->kind));
    copy(ret->object, sizeof(ret->object), entry->object);
    copy(ret->client, sizeof(ret->client), entry->client);
    if (entry->number_masked && entry->number_masked[0]) {
        copy(ret->number_masked, sizeof(ret->number_masked), entry->number_masked);
        memcpy(ret->number_index, entry->number_index, sizeof(ret->number_index));
    }
    render_detail(entry->facts, ret->detail);
}

/* Puts a row behind the head, which it becomes. */
static int put_behind(struct db *db, const struct environment *env, const struct journal_end *head,
    struct journal_row *row)
{
    int r;

    row->seq = head->seq + 1;
    journal_chain_seal(env->keyring, head->hash, row);
    r = journal_insert(db, row);
    if (r < 0)
        return r;
    if (env->feed)
        journal_feed_wrote(env->feed);
    return journal_head_move(env->journal_head, db, env->keyring, row);
}

static bool is_foreign(const struct environment *env, const struct journal_end *head)
{
    return head->seq > 0 && !journal_chain_has_key(env->keyring, head->key_id);
}

/* Makes the last row the head, whoever wrote it: the number of the next one must be free. */
static int pass_over(struct db *db, const struct environment *env, struct journal_end *ret_head)
{
    struct journal_row last = {0};
    int r = journal_last_seq(db, &last.seq);

    if (r >= 0)
        r = journal_load(db, last.seq, &last);
    if (r >= 0)
        r = journal_head_move(env->journal_head, db, env->keyring, &last);
    if (r >= 0)
        *ret_head = journal_end_of(&last);
    return r;
}

/* Puts a row behind the last one; under another key than that, behind a row that says so. */
static int append(struct db *db, const struct environment *env, struct journal_row *row)
{
    const struct journal_entry changed = {.kind = EVENT_KEY_CHANGED};
    struct journal_row turn;
    struct journal_end head;
    int r = journal_head_load(env->journal_head, db, &head);

    if (r >= 0 && is_foreign(env, &head)) {
        render(env, &changed, &turn);
        r = put_behind(db, env, &head, &turn);
        head = journal_end_of(&turn);
    }
    if (r >= 0)
        r = put_behind(db, env, &head, row);
    if (r != -EEXIST)
        return r;
    /* Somebody has written a row of his own there: it breaks the chain, and stops nobody's work. */
    log_error(env->log,
        "event=audit_broken seq=%" PRIu64 ": a row of the audit log is not the gateway's",
        head.seq + 1);
    r = pass_over(db, env, &head);
    return r < 0 ? r : put_behind(db, env, &head, row);
}

int journal_write(
    struct db *db, const struct environment *env, const struct journal_entry *entry)
{
    struct journal_row row;

    render(env, entry, &row);
    statistics_count(env->statistics, entry->kind, entry->purpose, row.at_wall);
    return append(db, env, &row);
}

/* On the store's thread. */
static int run_post(struct store_job *job, struct db *db)
{
    struct post *post = CONTAINER_OF(job, struct post, job);

    statistics_count(post->env->statistics, post->kind, NULL, post->row.at_wall);
    return append(db, post->env, &post->row);
}

static void log_lost(const struct environment *env, const char *kind, int error)
{
    log_error(env->log,
        "event=journal_failed kind=%s error=\"%s\": an entry of the audit log is lost", kind,
        strerror(-error));
}

static void on_posted(struct store_job *job, int r)
{
    struct post *post = CONTAINER_OF(job, struct post, job);

    if (r < 0)
        log_lost(post->env, post->row.kind, r);
    free(post);
}

void journal_post(const struct environment *env, const struct journal_entry *entry)
{
    struct post *post = calloc(1, sizeof(*post));

    if (!post) {
        log_lost(env, event_kind_to_string(entry->kind), -ENOMEM);
        return;
    }
    post->job.run = run_post;
    post->job.done = on_posted;
    post->env = env;
    post->kind = entry->kind;
    render(env, entry, &post->row);
    store_submit(env->store, &post->job);
}

/* Whether the head is a row that is there, and was sealed as the head if its key is here. */
static int look_at_head(struct db *db, const struct environment *env,
    const struct journal_end *head, bool *ret_is_right)
{
    struct journal_row row;
    int r = head->seq > 0 ? journal_load(db, head->seq, &row) : 0;

    if (r < 0 && r != -ENOENT)
        return r;
    *ret_is_right =
        head->seq == 0 ||
        (r == 0 && memcmp(row.hash, head->hash, sizeof(row.hash)) == 0 &&
            (is_foreign(env, head) || journal_end_holds(env->keyring, JOURNAL_HEAD, head)));
    return 0;
}

/* A day of 4,000 codes. They are read in 10 ms, and a start waits for no more. */
#define RESTORED_MAX 25000

static void restore(void *userdata, const char *name, usec_t hour_wall, unsigned n)
{
    const struct environment *env = userdata;
    enum event_kind kind;

    if (event_kind_from_string(&kind, name) == 0)
        statistics_restore(env->statistics, kind, hour_wall, n, moment_now(&env->timebase).wall);
}

/* The figures of the last hours, from what was written in them. */
static int restore_hours(struct db *db, const struct environment *env, uint64_t last_seq)
{
    usec_t now_wall = moment_now(&env->timebase).wall;
    struct environment own = *env;
    uint64_t from;
    int r;

    if (!env->statistics)
        return 0;
    r = journal_seq_since(db, usec_sub(now_wall, STATISTICS_HOURS * USEC_PER_HOUR), &from);
    if (r < 0)
        return r;
    if (last_seq > RESTORED_MAX)
        from = MAX(from, last_seq - RESTORED_MAX);
    return journal_count_by_hour(db, from, restore, &own);
}

int journal_begin(struct db *db, const struct environment *env, bool *ret_is_broken)
{
    struct journal_end head;
    uint64_t last_seq = 0;
    bool is_right = false;
    int r = journal_end_load(db, JOURNAL_HEAD, &head);

    if (r >= 0)
        r = look_at_head(db, env, &head, &is_right);
    if (r >= 0)
        r = journal_last_seq(db, &last_seq);
    if (r >= 0 && last_seq > head.seq) {
        is_right = false;
        r = pass_over(db, env, &head);
    }
    if (r >= 0)
        r = restore_hours(db, env, last_seq);
    if (r < 0)
        return r;
    *ret_is_broken = !is_right;
    return 0;
}

struct purging {
    usec_t before_wall;
    struct journal_row last; /* seq 0: none is old enough */
    unsigned n;
};

static int look_at_age(void *userdata, const struct journal_row *row)
{
    struct purging *purging = userdata;

    if (row->at_wall >= purging->before_wall)
        return 1;
    purging->last = *row;
    purging->n++;
    return 0;
}

int journal_purge(struct db *db, const struct environment *env, usec_t before_wall, unsigned max,
    unsigned *ret_n)
{
    struct purging purging = {.before_wall = before_wall};
    struct journal_end anchor;
    int r = journal_end_load(db, JOURNAL_ANCHOR, &anchor);

    if (r >= 0)
        r = journal_each(db, anchor.seq, max, look_at_age, &purging);
    if (r >= 0 && purging.n > 0) {
        anchor = journal_end_of(&purging.last);
        journal_end_seal(env->keyring, JOURNAL_ANCHOR, &anchor);
        r = journal_end_store(db, JOURNAL_ANCHOR, &anchor);
        if (r >= 0)
            r = journal_delete_through(db, anchor.seq);
    }
    if (r < 0)
        return r;
    *ret_n = purging.n;
    return 0;
}
