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

static void take(struct balance *balance, const struct balance_rule *rule, int64_t hundredths)
{
    struct balance_view *view = &balance->view;
    bool was_low = view->is_known && view->is_low;
    char amount[BALANCE_AMOUNT_SIZE];

    view->is_known = true;
    view->hundredths = hundredths;
    view->at_wall = moment_now(&balance->env->timebase).wall;
    view->is_low = rule->has_low && hundredths < rule->low;
    view->error = NULL;
    balance->due_boot = usec_add(
        loop_now(balance->env->loop), rule->every ? rule->every : BALANCE_EVERY_USEC);
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

    balance->view.is_asked_for = rule != NULL;
    timer_disarm(&balance->timer);
    if (!rule || balance->is_asking || (state != MODEM_READY && state != MODEM_SENDING))
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
    bool (*is_idle)(void *userdata), void (*enough)(void *userdata), void *userdata)
{
    *balance = (struct balance){.env = env,
        .modem = modem,
        .is_idle = is_idle,
        .enough = enough,
        .userdata = userdata};
    timer_init(&balance->timer, env->loop, on_timer, balance);
    balance_heed(balance);
}

void balance_fini(struct balance *balance)
{
    timer_fini(&balance->timer);
}

void balance_forget(struct balance *balance)
{
    balance->view = (struct balance_view){.is_known = false};
    balance->due_boot = 0;
}
