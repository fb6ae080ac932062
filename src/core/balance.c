#include "core/balance.h"

#include "core/journal.h"
#include "modem/modem_task.h"
#include "util/macros.h"

#include <stdio.h>
#include <string.h>

/* A question that came to nothing is asked again; an operator is not to be pestered. */
#define RETRY_USEC (15 * USEC_PER_MINUTE)

/* One that could not be asked, because the modem does something else. */
#define BUSY_USEC (30 * USEC_PER_SEC)

/* While texts go, how soon it is looked again whether none does. */
#define IDLE_POLL_USEC USEC_PER_SEC

/* The present one; NULL: it is not asked for. */
static const struct balance_rule *rule_of(const struct balance *balance)
{
    const struct modem_policy *policy =
        policy_find_modem(balance->env->policy, modem_name(balance->modem));

    return policy && policy->balance.ussd[0] ? &policy->balance : NULL;
}

static usec_t every(const struct balance_rule *rule)
{
    return rule && rule->every ? rule->every : BALANCE_EVERY_USEC;
}

static void fail(struct balance *balance, const char *why)
{
    if (!balance->view.error)
        log_warning(balance->env->log, "modem=%s event=balance_failed: %s: trying again",
            modem_name(balance->modem), why);
    snprintf(balance->error, sizeof(balance->error), "%s", why);
    balance->view.error = balance->error;
    balance->due_boot = usec_add(loop_now(balance->env->loop), RETRY_USEC);
}

static void warn(const struct balance *balance, const char *amount, int64_t low)
{
    char threshold[BALANCE_AMOUNT_SIZE];
    struct journal_entry entry = {.kind = EVENT_MODEM_BALANCE_LOW,
        .object = modem_name(balance->modem),
        .facts = {FACT_TEXT("balance", amount), FACT_TEXT("threshold", threshold)}};

    balance_format(low, threshold);
    log_warning(balance->env->log,
        "modem=%s event=balance_low balance=%s threshold=%s: top its SIM up, or texts will fail",
        modem_name(balance->modem), amount, threshold);
    journal_post(balance->env, &entry);
}

/* What is seen of it, by the rule of now. */
static void judge(struct balance *balance, const struct balance_rule *rule)
{
    struct balance_view *view = &balance->view;

    view->is_asked_for = rule != NULL;
    view->low = rule && rule->has_low ? rule->low : 0;
    view->is_low = view->is_known && view->low > 0 && view->hundredths < view->low;
    balance->changed(balance->userdata);
}

/* --- what the database keeps ----------------------------------------------------------------- */

static int run_load(struct store_job *job, struct db *db)
{
    struct balance *balance = CONTAINER_OF(job, struct balance, load);
    int r = balance_load(db, balance->load_sim, &balance->loaded);

    balance->is_found = r > 0;
    return MIN(r, 0);
}

static void submit_load(struct balance *balance)
{
    balance->is_stale = false;
    balance->is_loading = true;
    memcpy(balance->load_sim, balance->sim, sizeof(balance->load_sim));
    store_submit(balance->env->store, &balance->load);
}

/* When it is due next, as if there had been no restart. What could not be read is asked for. */
static void on_loaded(struct store_job *job, int r)
{
    struct balance *balance = CONTAINER_OF(job, struct balance, load);
    const struct balance_rule *rule = rule_of(balance);
    struct moment now = moment_now(&balance->env->timebase);

    balance->is_loading = false;
    if (balance->is_stale) {
        submit_load(balance);
        return;
    }
    if (r == 0 && balance->is_found) {
        balance->view.is_known = true;
        balance->view.hundredths = balance->loaded.hundredths;
        balance->view.at_wall = balance->loaded.at_wall;
        balance->due_boot = usec_add(now.boot,
            usec_sub(every(rule), moment_age(&now, balance->loaded.at_wall)));
    }
    balance_heed(balance);
}

static int run_save(struct store_job *job, struct db *db)
{
    struct balance *balance = CONTAINER_OF(job, struct balance, save);

    return balance_store(db, balance->save_sim, &balance->saved);
}

static void on_saved(struct store_job *job, int r)
{
    struct balance *balance = CONTAINER_OF(job, struct balance, save);

    balance->is_saving = false;
    if (r < 0)
        log_warning(balance->env->log, "modem=%s event=balance_not_stored error=\"%s\"",
            modem_name(balance->modem), strerror(-r));
}

/* A database that has been refusing since the last answer has no need of this one. */
static void save(struct balance *balance)
{
    if (balance->is_saving)
        return;
    balance->is_saving = true;
    memcpy(balance->save_sim, balance->sim, sizeof(balance->save_sim));
    balance->saved = (struct balance_row){
        .hundredths = balance->view.hundredths, .at_wall = balance->view.at_wall};
    store_submit(balance->env->store, &balance->save);
}

/* --- asking ---------------------------------------------------------------------------------- */

static void take(struct balance *balance, const struct balance_rule *rule, int64_t hundredths)
{
    struct balance_view *view = &balance->view;
    bool was_low = view->is_low;
    char amount[BALANCE_AMOUNT_SIZE];

    view->is_known = true;
    view->hundredths = hundredths;
    view->at_wall = moment_now(&balance->env->timebase).wall;
    view->error = NULL;
    judge(balance, rule);
    save(balance);
    balance->due_boot = usec_add(loop_now(balance->env->loop), every(rule));
    balance_format(hundredths, amount);
    log_info(balance->env->log, "modem=%s event=balance balance=%s", modem_name(balance->modem),
        amount);
    if (view->is_low && !was_low)
        warn(balance, amount, rule->low);
    else if (!view->is_low && hundredths > 0)
        balance->enough(balance->userdata);
}

/* That it was not asked says nothing about the network. */
static bool is_of_the_modem(enum modem_task_outcome outcome)
{
    switch (outcome) {
    case MODEM_TASK_BROKEN:
    case MODEM_TASK_BUSY:
    case MODEM_TASK_ABSENT:
    case MODEM_TASK_DISABLED:
    case MODEM_TASK_NOT_READY:
        return true;
    case MODEM_TASK_DONE:
    case MODEM_TASK_INVALID:
    case MODEM_TASK_REFUSED:
    case MODEM_TASK_UNANSWERED:
        break;
    }
    return false;
}

static void on_answer(
    void *userdata, struct modem *modem, const struct modem_task_result *result)
{
    struct balance *balance = userdata;
    const struct balance_rule *rule = rule_of(balance);
    int64_t hundredths;

    (void)modem;
    balance->is_asking = false;
    if (!rule)
        return; /* a reload has taken it away meanwhile */
    if (is_of_the_modem(result->outcome))
        balance->due_boot = usec_add(loop_now(balance->env->loop), BUSY_USEC);
    else if (result->outcome != MODEM_TASK_DONE)
        fail(balance, result->why);
    else if (balance_rule_read(rule, result->text, &hundredths) < 0)
        fail(balance, "`balance_pattern` finds no amount in what the network says");
    else
        take(balance, rule, hundredths);
    balance_heed(balance);
}

void balance_heed(struct balance *balance)
{
    const struct balance_rule *rule = rule_of(balance);
    enum modem_state state = modem_status(balance->modem)->state;
    usec_t now = loop_now(balance->env->loop);

    judge(balance, rule);
    timer_disarm(&balance->timer);
    if (!rule || balance->is_asking || balance->is_loading ||
        (state != MODEM_READY && state != MODEM_SENDING))
        return; /* one that comes up tells */
    if (now < balance->due_boot) {
        timer_arm_at(&balance->timer, balance->due_boot);
    } else if (state == MODEM_READY && balance->is_idle(balance->userdata)) {
        balance->is_asking = true;
        modem_task_begin(balance->modem,
            &(struct modem_task_request){.kind = MODEM_TASK_USSD,
                .text = rule->ussd,
                .done = on_answer,
                .userdata = balance});
    } else {
        timer_arm_at(&balance->timer, usec_add(now, IDLE_POLL_USEC));
    }
}

static void on_timer(void *userdata)
{
    balance_heed(userdata);
}

void balance_init(struct balance *balance, const struct environment *env, struct modem *modem,
    bool (*is_idle)(void *userdata), void (*enough)(void *userdata),
    void (*changed)(void *userdata), void *userdata)
{
    *balance = (struct balance){.env = env,
        .modem = modem,
        .is_idle = is_idle,
        .enough = enough,
        .changed = changed,
        .userdata = userdata,
        .load = {.run = run_load, .done = on_loaded},
        .save = {.run = run_save, .done = on_saved}};
    timer_init(&balance->timer, env->loop, on_timer, balance);
    balance_heed(balance);
}

void balance_fini(struct balance *balance)
{
    timer_fini(&balance->timer);
}

void balance_open(struct balance *balance, const char *sim)
{
    snprintf(balance->sim, sizeof(balance->sim), "%s", sim);
    balance->view = (struct balance_view){.is_known = false};
    balance->due_boot = 0;
    if (balance->is_loading)
        balance->is_stale = true;
    else
        submit_load(balance);
}

const struct balance_view *balance_look(struct balance *balance)
{
    struct moment now = moment_now(&balance->env->timebase);

    balance->view.age = balance->view.is_known ? moment_age(&now, balance->view.at_wall) : 0;
    return &balance->view;
}
