#include "core/audit_daily.h"

#include "core/gateway_state.h"
#include "core/journal.h"
#include "util/hex.h"

#include <string.h>

#define INTERVAL USEC_PER_DAY
#define RETRY (10 * USEC_PER_MINUTE) /* when the disk is full */

/* On the store's thread. The entry tells of the one before it, and is one of the chain itself. */
static int run(struct store_job *job, struct db *db)
{
    struct audit_daily *daily = CONTAINER_OF(job, struct audit_daily, job);
    char hash[2 * JOURNAL_HASH_SIZE + 1];
    const struct environment *env = &daily->gateway->env;
    int r = audit_head_load(db, env, &daily->head);
    struct journal_entry entry = {.kind = EVENT_AUDIT_HEAD};

    if (r < 0)
        return r;
    hex_encode(daily->head.head.hash, JOURNAL_HASH_SIZE, hash);
    entry.facts[0] = (struct journal_fact)FACT_NUMBER("head_seq", (int64_t)daily->head.head.seq);
    entry.facts[1] = (struct journal_fact)FACT_TEXT("head_hash", hash);
    return journal_write(db, env, &entry);
}

static void on_done(struct store_job *job, int r)
{
    struct audit_daily *daily = CONTAINER_OF(job, struct audit_daily, job);
    const struct audit_head *head = &daily->head;
    const struct log *log = daily->gateway->env.log;
    char line[HEAD_LINE_SIZE];

    timer_arm_in(&daily->timer, r < 0 ? RETRY : INTERVAL);
    if (r < 0) {
        log_error(log, "event=audit_head_failed error=\"%s\": trying again", strerror(-r));
        return;
    }
    head_line_format(head->head.seq, head->head.hash, head->at_wall, line);
    log_notice(log, "event=audit_head %s", line);
}

static void on_verdict(
    void *userdata, const struct refusal *refusal, const struct audit_verdict *verdict)
{
    struct audit_daily *daily = userdata;

    (void)refusal; /* the disk cannot be read, which the head will find too */
    (void)verdict;
    if (!daily->gateway->is_stopping)
        store_submit(daily->gateway->env.store, &daily->job);
}

static void on_day(void *userdata)
{
    struct audit_daily *daily = userdata;

    gateway_verify_audit(daily->gateway, NULL, NULL, on_verdict, daily);
}

void audit_daily_init(struct audit_daily *daily, struct gateway *gateway, struct loop *loop)
{
    *daily = (struct audit_daily){.gateway = gateway, .job = {.run = run, .done = on_done}};
    timer_init(&daily->timer, loop, on_day, daily);
}

void audit_daily_fini(struct audit_daily *daily)
{
    timer_fini(&daily->timer);
}

void audit_daily_start(struct audit_daily *daily)
{
    store_submit(daily->gateway->env.store, &daily->job);
}
