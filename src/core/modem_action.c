#include "core/modem_action.h"

#include "core/gateway_state.h"
#include "core/journal.h"

#include <stdlib.h>
#include <string.h>

#define RETRY_AFTER_SEC 5

struct action {
    struct gateway *gateway;
    uid_t uid;
    enum modem_task_kind kind;
    void (*callback)(void *userdata, const struct modem_action_answer *answer);
    void *userdata;
};

/* The member of the request that is at fault. */
static const char *param_of(enum modem_task_kind kind)
{
    switch (kind) {
    case MODEM_TASK_USSD:
        return "code";
    case MODEM_TASK_USSD_REPLY:
        return "reply";
    case MODEM_TASK_AT:
        return "command";
    case MODEM_TASK_PIN:
        return "pin";
    case MODEM_TASK_RESET:
    case MODEM_TASK_ENABLE:
    case MODEM_TASK_DISABLE:
    case MODEM_TASK_USSD_CANCEL:
        break;
    }
    return NULL;
}

/* Each outcome but `done` as an error: the reason stands between the two texts. */
static const struct {
    enum gateway_error error;
    const char *before, *after;
} refusals[] = {
    [MODEM_TASK_INVALID] = {ERROR_INVALID, "Not sent: ", ""},
    [MODEM_TASK_REFUSED] = {ERROR_MODEM_REFUSED, "Refused: ", ""},
    [MODEM_TASK_UNANSWERED] = {ERROR_MODEM_TIMEOUT, "No answer: ", ""},
    [MODEM_TASK_BROKEN] = {ERROR_MODEM_FAILED,
        "Broken off: ", "; look at the modem, then try again"},
    [MODEM_TASK_BUSY] = {ERROR_MODEM_BUSY, "The modem is busy: ", ""},
    [MODEM_TASK_ABSENT] = {ERROR_MODEM_ABSENT,
        "The modem cannot be reached: ", "; check that it is plugged in"},
    [MODEM_TASK_DISABLED] = {ERROR_MODEM_DISABLED,
        "The modem cannot be used: ", "; enable it first"},
    [MODEM_TASK_NOT_READY] = {ERROR_MODEM_NOT_READY, "The modem cannot do that now: ", ""},
};

/* What was sent and answered is in no journal: it may be a PIN, or somebody's money. */
static void note(
    const struct action *action, const struct modem *modem, enum modem_task_outcome outcome)
{
    journal_post(&action->gateway->env,
        &(struct journal_entry){.kind = EVENT_ADMIN_ACTION, .object = modem_name(modem),
            .actor = &action->uid,
            .facts = {FACT_TEXT("action", modem_task_kind_to_string(action->kind)),
                FACT_TEXT("outcome", modem_task_outcome_to_string(outcome))}});
}

static void on_done(
    void *userdata, struct modem *modem, const struct modem_task_result *result)
{
    struct action *action = userdata;
    struct modem_action_answer answer = {.modem = modem, .result = result};
    struct refusal refusal;

    note(action, modem, result->outcome);
    if (action->kind == MODEM_TASK_ENABLE && result->outcome == MODEM_TASK_DONE)
        dispatcher_redeem(action->gateway->dispatcher, modem, "enabled by hand");
    if (result->outcome == MODEM_TASK_BROKEN && action->gateway->is_stopping) {
        refuse(&refusal, ERROR_SHUTTING_DOWN, NULL, "The gateway is stopping");
        answer.refusal = &refusal;
    } else if (result->outcome != MODEM_TASK_DONE) {
        refuse(&refusal, refusals[result->outcome].error,
            result->outcome == MODEM_TASK_INVALID ? param_of(action->kind) : NULL,
            "%s%s%s", refusals[result->outcome].before, result->why,
            refusals[result->outcome].after);
        if (result->outcome == MODEM_TASK_BUSY)
            refusal.retry_after_sec = RETRY_AFTER_SEC;
        answer.refusal = &refusal;
    }
    if (answer.refusal)
        answer.result = NULL;
    action->callback(action->userdata, &answer);
    free(action);
}

void gateway_act_on_modem(struct gateway *gateway, const struct caller *caller,
    const struct modem_action_request *request,
    void (*callback)(void *userdata, const struct modem_action_answer *answer), void *userdata)
{
    struct modem *modem = dispatcher_find_modem(gateway->dispatcher, request->modem);
    struct action *action = NULL;
    struct refusal refusal;

    if (!modem)
        refuse(&refusal, ERROR_NOT_FOUND, NULL,
            "There is no modem of this name; `GET /v1/modems` lists them");
    else if (gateway->is_stopping)
        refuse(&refusal, ERROR_SHUTTING_DOWN, NULL, "The gateway is stopping; nothing was changed");
    else if (!(action = malloc(sizeof(*action))))
        refuse(&refusal, ERROR_INTERNAL, NULL, "Out of memory");
    if (!action) {
        callback(userdata, &(struct modem_action_answer){.refusal = &refusal, .modem = modem});
        return;
    }
    *action = (struct action){.gateway = gateway,
        .uid = caller->uid,
        .kind = request->kind,
        .callback = callback,
        .userdata = userdata};
    modem_task_begin(modem, &(struct modem_task_request){.kind = request->kind,
                                .text = request->text, .done = on_done, .userdata = action});
}
