#include "core/gateway_state.h"
#include "core/rendering.h"

#include "core/journal.h"
#include "core/journal_feed.h"
#include "core/limit_table.h"

#include <errno.h>
#include <string.h>

/*
 * The database is locked or full for a while: what it holds must be known before anything is sent.
 */
#define LOAD_RETRY (2 * USEC_PER_SEC)

static void on_dispatcher_idle(void *userdata)
{
    struct gateway *gateway = userdata;

    gateway->idle(gateway->idle_userdata);
}

static void collect(void *userdata, struct outgoing_text *text)
{
    struct gateway *gateway = userdata;

    list_append(&gateway->loaded, &text->link);
}

/* What each interrupted text, and the transaction it is settled in, belong to. */
struct settling {
    struct gateway *gateway;
    struct db *db;
};

static int note_interrupted(void *userdata, const struct message_subject *subject)
{
    const struct settling *settling = userdata;
    struct journal_entry entry = journal_entry_of_message(EVENT_MESSAGE_UNKNOWN, subject, NULL);

    settling->gateway->n_interrupted++;
    entry.facts[1] = (struct journal_fact)FACT_TEXT("error_class", "interrupted");
    return journal_write(settling->db, &settling->gateway->env, &entry);
}

/* On the store's thread: the keys, before anything is done with them. */
static int run_keys(struct store_job *job, struct db *db)
{
    struct gateway *gateway = CONTAINER_OF(job, struct gateway, keys_job);

    return keys_begin(db, &gateway->env, &gateway->keys_start);
}

/* On the store's thread: what an earlier run left. */
static int run_load(struct store_job *job, struct db *db)
{
    struct gateway *gateway = CONTAINER_OF(job, struct gateway, load);
    struct settling settling = {.gateway = gateway, .db = db};
    const struct journal_entry started = {
        .kind = EVENT_DAEMON_STARTED, .facts = {FACT_TEXT("config", gateway->load_mark)}};
    struct moment now = moment_now(&gateway->env.timebase);
    struct limit_hit hit;
    int r = journal_begin(db, &gateway->env, &gateway->audit_is_broken);

    if (r >= 0)
        r = clock_guard_begin(&gateway->clock_guard, db);
    if (r >= 0)
        r = refusal_journal_begin(db, &gateway->env);
    if (r >= 0)
        r = journal_write(db, &gateway->env, &started);
    gateway->n_interrupted = 0;
    if (r >= 0)
        r = rollback_settle(db, &gateway->env, &gateway->load_guesses, &gateway->rollback);
    if (r >= 0)
        r = message_settle_interrupted(db, now.wall, note_interrupted, &settling);
    if (r < 0)
        return r;
    r = limit_check(
        db, COUNT_GUESSES, &(struct limit_subject){0}, &gateway->load_spray, &now, &hit);
    if (r < 0)
        return r;
    gateway->spray_wait = r > 0 ? hit.wait : 0;
    return message_load_queued(db, collect, gateway);
}

static void drop_loaded(struct gateway *gateway)
{
    LIST_FOREACH_SAFE(link, following, &gateway->loaded)
        outgoing_text_free(CONTAINER_OF(link, struct outgoing_text, link));
    list_init(&gateway->loaded);
}

static void load_later(struct gateway *gateway, int r)
{
    log_error(gateway->env.log, "event=load_failed error=\"%s\": trying again", strerror(-r));
    timer_arm_in(&gateway->load_retry, LOAD_RETRY);
}

static void on_loaded(struct store_job *job, int r)
{
    struct gateway *gateway = CONTAINER_OF(job, struct gateway, load);
    unsigned n = 0;

    if (r < 0) {
        drop_loaded(gateway);
        load_later(gateway, r);
        return;
    }
    gateway->is_loaded = true;
    keys_report(gateway, &gateway->keys_start);
    clock_guard_started(&gateway->clock_guard);
    if (gateway->rollback.is_detected)
        log_warning(gateway->env.log,
            "event=rollback_detected codes_void=%u: the database was put back from an older copy, "
            "or nothing tells that it was not; its pending codes are void, and its numbers have no "
            "guesses left, others a few. If it was you: `smsotpctl limits reset rollback`",
            gateway->rollback.n_void);
    if (gateway->spray_wait > 0)
        gateway_warn_of_spray(gateway, gateway->spray_wait);
    if (gateway->audit_is_broken)
        gateway_warn_of_audit(gateway, "The audit log did not end where it should: keep a copy of "
                                       "the database, and see `smsotpctl audit verify`");
    while (!list_is_empty(&gateway->loaded)) {
        struct list_link *link = gateway->loaded.next;

        list_unlink(link);
        outbox_add(&gateway->outbox, CONTAINER_OF(link, struct outgoing_text, link), 0);
        n++;
    }
    if (n > 0 || gateway->n_interrupted > 0)
        log_notice(gateway->env.log, "event=resumed queued=%u interrupted=%u", n,
            gateway->n_interrupted);
    key_rotation_tend(&gateway->rotation);
    audit_daily_start(&gateway->audit_daily);
    storage_watch_start(&gateway->storage_watch);
    expiry_start(gateway->expiry);
    dispatcher_start(gateway->dispatcher);
}

static void load(struct gateway *gateway)
{
    policy_mark(gateway->env.policy, gateway->env.keyring, gateway->load_mark);
    gateway->load_spray = gateway->env.policy->limits.spray;
    gateway->load_guesses = gateway->env.policy->limits.guesses;
    store_submit(gateway->env.store, &gateway->load);
}

static void on_keys(struct store_job *job, int r)
{
    struct gateway *gateway = CONTAINER_OF(job, struct gateway, keys_job);

    if (r < 0) {
        load_later(gateway, r);
        return;
    }
    gateway->has_keys = true;
    keys_adopt(gateway, &gateway->keys_start);
    load(gateway);
}

/* The keys first, then everything else. */
static void begin(void *userdata)
{
    struct gateway *gateway = userdata;

    if (gateway->has_keys)
        load(gateway);
    else
        store_submit(gateway->env.store, &gateway->keys_job);
}

static void on_delivered(void *userdata)
{
    struct gateway *gateway = userdata;

    journal_feed_look(gateway->env.feed);
    storage_watch_heed(&gateway->storage_watch);
}

/* Codes have run out before their time. */
static void on_clock_settled(void *userdata)
{
    struct gateway *gateway = userdata;
    struct moment now = moment_now(&gateway->env.timebase);

    expiry_expect(gateway->expiry, &now);
}

/* The time as the first modem that knows it has heard it. */
static usec_t network_wall(void *userdata)
{
    struct gateway *gateway = userdata;
    const struct modem *modem;

    for (unsigned i = 0; (modem = dispatcher_modem(gateway->dispatcher, i)); i++) {
        const struct modem_status *status = modem_status(modem);

        if (status->network_time > 0)
            return usec_add(status->network_time,
                usec_sub(moment_now(&gateway->env.timebase).boot, status->network_time_boot));
    }
    return 0;
}

int gateway_new(struct gateway **ret, const struct gateway_config *config)
{
    _cleanup_(gateway_freep) struct gateway *gateway = calloc(1, sizeof(*gateway));
    int r;

    if (!gateway)
        return -ENOMEM;
    list_init(&gateway->loaded);
    timer_init(&gateway->load_retry, config->loop, begin, gateway);
    outbox_init(&gateway->outbox, SMSOTP_QUEUE_MAX);
    gateway->env.loop = config->loop;
    gateway->env.log = config->log;
    gateway->env.store = config->store;
    gateway->env.keyring = config->keyring;
    gateway->env.statistics = config->statistics;
    gateway->env.warnings = &gateway->warnings;
    gateway->env.journal_head = config->journal_head;
    key_rotation_init(
        &gateway->rotation, &gateway->env, config->keyring, config->key_source);
    clock_guard_init(&gateway->clock_guard, &gateway->env, loop_clock(config->loop));
    gateway->clock_guard.network_wall = network_wall;
    gateway->clock_guard.settled = on_clock_settled;
    gateway->clock_guard.userdata = gateway;
    r = timebase_init(&gateway->env.timebase, &gateway->clock_guard.clock);
    if (r < 0)
        return r;
    gateway->env.timebase.steps = &gateway->clock_guard.steps;
    refusal_journal_init(&gateway->refusals, &gateway->env);
    audit_daily_init(&gateway->audit_daily, gateway, config->loop);
    storage_watch_init(&gateway->storage_watch, gateway, config->loop);
    r = journal_feed_new(&gateway->env.feed, &gateway->env);
    if (r < 0)
        return r;
    store_set_observer(config->store, on_delivered, gateway);
    r = dispatcher_new(
        &gateway->dispatcher, &gateway->env, &gateway->outbox, on_dispatcher_idle, gateway);
    if (r < 0)
        return r;
    r = expiry_new(&gateway->expiry, &gateway->env, &gateway->outbox);
    if (r < 0)
        return r;
    gateway->env.policy = config->policy;
    rendering_report(config->policy, config->log);
    *ret = TAKE_PTR(gateway);
    return 0;
}

struct gateway *gateway_free(struct gateway *gateway)
{
    if (!gateway)
        return NULL;
    timer_fini(&gateway->load_retry);
    key_rotation_fini(&gateway->rotation);
    clock_guard_fini(&gateway->clock_guard);
    audit_daily_fini(&gateway->audit_daily);
    storage_watch_fini(&gateway->storage_watch);
    refusal_journal_fini(&gateway->refusals);
    drop_loaded(gateway);
    expiry_free(gateway->expiry);
    dispatcher_free(gateway->dispatcher);
    journal_feed_free(gateway->env.feed);
    outbox_fini(&gateway->outbox);
    policy_free(gateway->env.policy);
    free(gateway);
    return NULL;
}

int gateway_add_modem(struct gateway *gateway, const struct modem_config *config)
{
    return dispatcher_add_modem(gateway->dispatcher, config);
}

void gateway_start(struct gateway *gateway)
{
    gateway->load.run = run_load;
    gateway->load.done = on_loaded;
    gateway->keys_job.run = run_keys;
    gateway->keys_job.done = on_keys;
    begin(gateway);
}

void gateway_set_policy(struct gateway *gateway, struct policy *policy)
{
    char mark[POLICY_MARK_SIZE];
    const struct journal_entry reloaded = {
        .kind = EVENT_DAEMON_RELOADED, .facts = {FACT_TEXT("config", mark)}};

    policy_free(gateway->env.policy);
    gateway->env.policy = policy;
    policy_mark(policy, gateway->env.keyring, mark);
    rendering_report(policy, gateway->env.log);
    journal_post(&gateway->env, &reloaded);
    dispatcher_heed_policy(gateway->dispatcher);
}

const struct policy *gateway_policy(const struct gateway *gateway)
{
    return gateway->env.policy;
}

void gateway_stop(struct gateway *gateway, void (*idle)(void *userdata), void *userdata)
{
    const struct journal_entry stopped = {.kind = EVENT_DAEMON_STOPPED};

    gateway->is_stopping = true;
    refusal_journal_flush(&gateway->refusals);
    journal_post(&gateway->env, &stopped);
    gateway->idle = idle;
    gateway->idle_userdata = userdata;
    dispatcher_stop(gateway->dispatcher);
}

bool gateway_is_open(const struct gateway *gateway, enum gateway_error *ret_reason)
{
    if (gateway->is_stopping) {
        *ret_reason = ERROR_SHUTTING_DOWN;
        return false;
    }
    if (!gateway->is_loaded) {
        *ret_reason = ERROR_STORAGE_UNAVAILABLE;
        return false;
    }
    if (!gateway->clock_guard.is_trusted) {
        *ret_reason = ERROR_CLOCK_UNTRUSTED;
        return false;
    }
    return true;
}

bool gateway_is_ready(const struct gateway *gateway, enum gateway_error *ret_reason)
{
    if (!gateway_has_way(gateway, ret_reason))
        return false;
    if (gateway->storage_watch.error < 0) {
        *ret_reason = ERROR_STORAGE_UNAVAILABLE;
        return false;
    }
    return true;
}

bool gateway_has_way(const struct gateway *gateway, enum gateway_error *ret_reason)
{
    return gateway_is_open(gateway, ret_reason) &&
           dispatcher_is_ready(gateway->dispatcher, ret_reason);
}

void gateway_warn_of_spray(struct gateway *gateway, usec_t wait)
{
    warnings_tell(&gateway->env, WARNING_SPRAY,
        "So many wrong codes for all numbers together look like somebody tries codes on many "
        "numbers: see which client they come from, and take its access away", wait);
}

void gateway_note_refusal(
    struct gateway *gateway, const struct caller *caller, const struct refusal *refusal)
{
    refusal_journal_note(&gateway->refusals, caller->name, caller->uid, refusal);
}

const char *gateway_warning_detail(const struct gateway *gateway, enum gateway_warning warning)
{
    return warnings_detail(
        &gateway->warnings, warning, moment_now(&gateway->env.timebase).boot);
}

const char *gateway_reason_text(enum gateway_error reason)
{
    if (reason == ERROR_NO_MODEM)
        return "No modem is ready: see `smsotpctl modems`, check that it is plugged in";
    if (reason == ERROR_SIM_LOCKED)
        return "The SIM asks for a PIN or PUK: see `smsotpctl modems`";
    if (reason == ERROR_ROAMING_REFUSED)
        return "The modem finds only other operators' networks, and its `roaming` says `refuse`";
    if (reason == ERROR_SIM_BARRED)
        return "The operator does not let the SIM send: see `smsotpctl modems`, top it up, then "
               "`smsotpctl modem NAME enable`";
    if (reason == ERROR_NO_NETWORK)
        return "The modem finds no mobile network: check antenna and SIM";
    if (reason == ERROR_QUOTA_EXHAUSTED)
        return "Every SIM has sent what it may for now: see `quota` in `smsotpctl modems`";
    if (reason == ERROR_CLOCK_UNTRUSTED)
        return "The system clock stands before what was seen already, or cannot be right: set it, "
               "or wait for the network's time; if it is right, a technician says so by `smsotpctl "
               "clock accept`";
    if (reason == ERROR_STORAGE_UNAVAILABLE)
        return "The database cannot be used for now: see the log; if its disk is full, make room";
    if (reason == ERROR_SHUTTING_DOWN)
        return "The gateway is stopping";
    return gateway_error_title(reason);
}

const struct modem *gateway_modem(const struct gateway *gateway, unsigned index)
{
    return dispatcher_modem(gateway->dispatcher, index);
}

const struct balance_view *gateway_balance(const struct gateway *gateway, unsigned index)
{
    return dispatcher_balance(gateway->dispatcher, index);
}

const char *gateway_barred(const struct gateway *gateway, unsigned index)
{
    return dispatcher_barred(gateway->dispatcher, index);
}

void gateway_quota(const struct gateway *gateway, unsigned index, struct quota_view *ret)
{
    dispatcher_quota(gateway->dispatcher, index, ret);
}

unsigned gateway_n_queued(const struct gateway *gateway)
{
    return outbox_count(&gateway->outbox);
}

void gateway_read_statistics(const struct gateway *gateway, struct statistics_figures *ret)
{
    if (gateway->env.statistics)
        statistics_read(
            gateway->env.statistics, moment_now(&gateway->env.timebase).wall, ret);
    else
        *ret = (struct statistics_figures){0};
}

void gateway_read_store_stats(const struct gateway *gateway, struct store_stats *ret)
{
    store_get_stats(gateway->env.store, ret);
}
