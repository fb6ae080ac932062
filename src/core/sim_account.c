#include "core/sim_account.h"

#include "core/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The database is locked or full for a while; until it has been read nothing goes by this SIM. */
#define RETRY_USEC (2 * USEC_PER_SEC)

/* On the store's thread. */
static int run_load(struct store_job *job, struct db *db)
{
    struct sim_account *account = CONTAINER_OF(job, struct sim_account, load);

    struct moment now = moment_now(&account->env->timebase);

    account->loaded_forward = now.set_forward;
    return quota_load(db, account->load_sim, &now, &account->loaded);
}

static void submit(void *userdata)
{
    struct sim_account *account = userdata;
    const struct modem_policy *policy =
        policy_find_modem(account->env->policy, modem_name(account->modem));
    struct quota_limits limits = policy ? policy->quota : (struct quota_limits){.reserve = 0};

    account->is_stale = false;
    if (!quota_limits_any(&limits)) {
        bool was_known = account->is_known;

        quota_fini(&account->quota);
        account->is_known = true;
        if (!was_known)
            account->known(account->userdata);
        return;
    }
    account->is_loading = true;
    memcpy(account->load_sim, account->sim, sizeof(account->load_sim));
    quota_init(&account->loaded, &limits);
    store_submit(account->env->store, &account->load);
}

static void on_loaded(struct store_job *job, int r)
{
    struct sim_account *account = CONTAINER_OF(job, struct sim_account, load);

    account->is_loading = false;
    if (r < 0)
        log_error(account->env->log, "modem=%s event=quota_not_read error=\"%s\": trying again",
            modem_name(account->modem), strerror(-r));
    if (r < 0 || account->is_stale) {
        quota_fini(&account->loaded);
        timer_arm_in(&account->retry, r < 0 ? RETRY_USEC : 0);
        return;
    }
    memcpy(account->loaded.warned_wall, account->quota.warned_wall,
        sizeof(account->loaded.warned_wall));
    quota_fini(&account->quota);
    account->quota = account->loaded;
    account->set_forward = account->loaded_forward;
    account->loaded = (struct quota){.n_sent = 0};
    account->is_known = true;
    account->known(account->userdata);
}

void sim_account_init(struct sim_account *account, const struct environment *env,
    const struct modem *modem, void (*known)(void *userdata), void *userdata)
{
    *account = (struct sim_account){.env = env,
        .modem = modem,
        .known = known,
        .userdata = userdata,
        .load = {.run = run_load, .done = on_loaded}};
    timer_init(&account->retry, env->loop, submit, account);
}

void sim_account_fini(struct sim_account *account)
{
    timer_fini(&account->retry);
    quota_fini(&account->quota);
    quota_fini(&account->loaded);
}

void sim_account_reload(struct sim_account *account)
{
    if (!account->sim[0])
        return;
    if (account->is_loading)
        account->is_stale = true;
    else
        submit(account);
}

/* By its own number, or where the modem does not tell that, by the next best. */
static void name_sim(const struct modem *modem, char ret_sim[static SIM_NAME_SIZE])
{
    const struct modem_status *status = modem_status(modem);

    if (status->iccid[0])
        snprintf(ret_sim, SIM_NAME_SIZE, "%s", status->iccid);
    else if (status->imsi[0])
        snprintf(ret_sim, SIM_NAME_SIZE, "imsi:%s", status->imsi);
    else
        snprintf(ret_sim, SIM_NAME_SIZE, "modem:%s", modem_name(modem));
}

bool sim_account_open(struct sim_account *account)
{
    char sim[SIM_NAME_SIZE];
    bool is_other;

    name_sim(account->modem, sim);
    is_other = strcmp(sim, account->sim) != 0;
    if (is_other)
        memset(account->quota.warned_wall, 0, sizeof(account->quota.warned_wall));
    memcpy(account->sim, sim, sizeof(sim));
    account->is_known = false; /* it may have been in another modem meanwhile */
    sim_account_reload(account);
    return is_other;
}

struct quota *sim_account_quota(struct sim_account *account, const struct moment *now)
{
    quota_shift(&account->quota, usec_sub(now->set_forward, account->set_forward));
    account->set_forward = now->set_forward;
    return &account->quota;
}

static void warn(const struct sim_account *account, enum quota_window window, unsigned used)
{
    unsigned limit = account->quota.limits.max[window];
    struct journal_entry entry = {.kind = EVENT_MODEM_QUOTA_WARNING,
        .object = modem_name(account->modem),
        .facts = {FACT_TEXT("window", quota_window_to_string(window)), FACT_NUMBER("used", used),
            FACT_NUMBER("limit", limit)}};

    log_warning(account->env->log,
        "modem=%s event=quota_warning window=%s used=%u limit=%u: the SIM may send little more",
        modem_name(account->modem), quota_window_to_string(window), used, limit);
    journal_post(account->env, &entry);
}

void sim_account_note(struct sim_account *account, unsigned n_parts,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE])
{
    struct moment now = moment_now(&account->env->timebase);
    struct quota *quota = sim_account_quota(account, &now);
    enum quota_window window;
    int r = 0;

    if (!quota_limits_any(&quota->limits))
        return;
    for (unsigned i = 0; r == 0 && i < n_parts; i++)
        r = quota_note_part(quota, now.wall);
    if (r == 0 && quota->limits.max[QUOTA_RECIPIENTS] > 0)
        r = quota_note_recipient(quota, number_index, now.wall);
    if (r < 0) { /* the database knows */
        account->is_known = false;
        sim_account_reload(account);
        return;
    }
    while (quota_warn(quota, now.wall, &window))
        warn(account, window, quota_used(quota, window, now.wall));
}
