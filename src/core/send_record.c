#include "core/send_record.h"

#include "core/ending.h"
#include "core/journal.h"
#include "core/part_table.h"
#include "core/quota_table.h"
#include "core/verification_table.h"
#include "loop/timer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A full disk or a locked database may last; a result is small, so it can wait. */
#define RETRY_USEC (2 * USEC_PER_SEC)

struct send_record {
    struct store_job job;
    const struct environment *env;
    struct send_result result;
    struct timer retry;
    void (*done)(void *userdata);
    void *userdata;
};

struct send_result send_result_for(
    const struct outgoing_text *text, const struct modem *modem)
{
    struct send_result result = {.reference = -1, .first_unsent = -1};

    memcpy(result.message_id, text->id, sizeof(result.message_id));
    memcpy(result.verification_id, text->verification_id, sizeof(result.verification_id));
    if (modem)
        snprintf(result.modem, sizeof(result.modem), "%s", modem_name(modem));
    return result;
}

static const char *text_or_null(const char *text)
{
    return text[0] ? text : NULL;
}

static int note(const struct send_record *record, struct db *db, enum message_status status,
    const struct message_subject *subject)
{
    const struct send_result *result = &record->result;
    bool is_withdrawn = result->status == MESSAGE_QUEUED && status == MESSAGE_EXPIRED;
    struct journal_entry entry =
        journal_entry_of_message(event_kind_of_message(status), subject, NULL);

    entry.facts[1] = (struct journal_fact)FACT_TEXT("modem", result->modem);
    entry.facts[2] = (struct journal_fact)FACT_TEXT(
        "error_class", is_withdrawn ? "withdrawn" : result->error_class);
    entry.facts[3] =
        (struct journal_fact)FACT_TEXT("error", is_withdrawn ? NULL : result->error_text);
    return journal_write(db, record->env, &entry);
}

/* What the end of a text means for its verification. */
static int end_verification(const struct send_record *record, struct db *db)
{
    const struct send_result *result = &record->result;
    struct verification verification;
    int r;

    if (result->unless_left) {
        r = message_any_left(db, result->verification_id);
        if (r != 0)
            return MIN(r, 0);
    }
    r = verification_load(db, result->verification_id, &verification);
    if (r >= 0 && verification.status == VERIFICATION_PENDING)
        r = verification_end(db, record->env, &verification, VERIFICATION_UNDELIVERABLE, NULL);
    return r == -ENOENT ? 0 : r;
}

/* On the store's thread. */
static int run(struct store_job *job, struct db *db)
{
    struct send_record *record = CONTAINER_OF(job, struct send_record, job);
    const struct send_result *result = &record->result;
    usec_t now_wall = moment_now(&record->env->timebase).wall;
    struct message_outcome outcome = {.status = result->status,
        .modem = text_or_null(result->modem),
        .reference = result->reference,
        .error_class = text_or_null(result->error_class),
        .error_text = text_or_null(result->error_text)};
    struct message_subject subject;
    enum message_status status = result->status;
    int r;

    r = message_set_outcome(db, result->message_id, &outcome, now_wall, &subject);
    if (r < 0)
        return r == -ENOENT ? 0 : r; /* retention has removed it */
    for (unsigned i = 0; r >= 0 && i < result->n_parts; i++)
        r = part_insert(db, result->message_id, result->first_part + i, result->references[i]);
    if (r >= 0 && status == MESSAGE_SENT && result->reference < 0)
        r = part_settle(db, result->message_id, now_wall, &status, &subject);
    if (r >= 0 && result->first_unsent >= 0)
        r = quota_remove(db, result->message_id, (unsigned)result->first_unsent);
    if (r < 0 || status == MESSAGE_SENDING)
        return r; /* as it was: nothing to note */
    if (status == MESSAGE_QUEUED) {
        r = message_withdraw(db, result->message_id, now_wall, &subject);
        if (r < 0 && r != -ENOENT)
            return r;
        if (r == 0)
            status = MESSAGE_EXPIRED; /* nobody waits for it any more */
    }
    r = note(record, db, status, &subject);
    return r < 0 || !result->undeliverable ? r : end_verification(record, db);
}

static void on_done(struct store_job *job, int r)
{
    struct send_record *record = CONTAINER_OF(job, struct send_record, job);

    bool is_retried = r < 0 && record->result.status != MESSAGE_QUEUED &&
                      record->result.status != MESSAGE_SENDING;

    if (r < 0)
        log_error(record->env->log, "message=%s event=record_failed status=%s error=\"%s\"%s",
            record->result.message_id, message_status_to_string(record->result.status),
            strerror(-r), is_retried ? ": trying again" : "");
    if (is_retried) {
        timer_arm_in(&record->retry, RETRY_USEC);
        return;
    }
    record->done(record->userdata);
    timer_fini(&record->retry);
    free(record);
}

static void submit(void *userdata)
{
    struct send_record *record = userdata;

    store_submit(record->env->store, &record->job);
}

int send_record_submit(const struct environment *env, const struct send_result *result,
    void (*done)(void *userdata), void *userdata)
{
    struct send_record *record = calloc(1, sizeof(*record));

    if (!record)
        return -ENOMEM;
    record->job.run = run;
    record->job.done = on_done;
    record->env = env;
    record->result = *result;
    record->done = done;
    record->userdata = userdata;
    timer_init(&record->retry, env->loop, submit, record);
    submit(record);
    return 0;
}
