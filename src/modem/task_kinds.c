#include "modem/task_kinds.h"

#include "at/allowed.h"
#include "at/error.h"
#include "modem/modem_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What stands in the way, in the words of the state. */
static const struct {
    enum modem_task_outcome outcome;
    const char *why;
} obstacles[] = {
    [MODEM_ABSENT] = {MODEM_TASK_ABSENT, "it is not there"},
    [MODEM_OPENING] = {MODEM_TASK_BUSY, "it is being opened; try again"},
    [MODEM_PROBING] = {MODEM_TASK_BUSY, "it is being opened; try again"},
    [MODEM_CONFIGURING] = {MODEM_TASK_BUSY, "it is being brought up; try again"},
    [MODEM_LOCKED] = {MODEM_TASK_NOT_READY, "its SIM is locked"},
    [MODEM_SEARCHING] = {MODEM_TASK_NOT_READY, "it has no network"},
    [MODEM_READY] = {MODEM_TASK_NOT_READY, "its SIM asks for no PIN"},
    [MODEM_SENDING] = {MODEM_TASK_BUSY, "a text is being sent; try again"},
    [MODEM_RECOVERING] = {MODEM_TASK_BUSY, "it does not answer and is being recovered"},
    [MODEM_DISABLED] = {MODEM_TASK_DISABLED, "it is disabled"},
};

void task_cannot(struct modem *modem)
{
    const char *reason = modem->status.reason;
    enum modem_state state = modem->status.state;
    char why[sizeof(modem->status.reason) + 64];

    snprintf(why, sizeof(why), "%s%s%s", obstacles[state].why, reason[0] ? ": " : "", reason);
    task_finish(modem, obstacles[state].outcome, why);
}

void task_cannot_any_more(struct modem *modem)
{
    char why[sizeof(modem->status.reason) + 64];

    snprintf(why, sizeof(why), "the modem is %s now%s%s",
        modem_state_to_string(modem->status.state), modem->status.reason[0] ? ": " : "",
        modem->status.reason);
    task_finish(modem, MODEM_TASK_BROKEN, why);
}

/* --- life cycle ------------------------------------------------------------------------------ */

static void start_enable(struct modem *modem)
{
    bool was_disabled = modem->status.state == MODEM_DISABLED;

    if (was_disabled)
        modem_handle(modem, MODEM_EVENT_ENABLE, "enabled");
    task_finish(modem, MODEM_TASK_DONE, was_disabled ? NULL : "it was not disabled");
}

/* The change of state must not come back to a task that has said all. */
static void start_disable(struct modem *modem)
{
    modem_handle(modem, MODEM_EVENT_DISABLE, "disabled by hand, until enabled or restarted");
    task_finish(modem, MODEM_TASK_DONE, NULL);
}

static void start_reset(struct modem *modem)
{
    switch (modem->status.state) {
    case MODEM_CONFIGURING:
    case MODEM_LOCKED:
    case MODEM_SEARCHING:
    case MODEM_READY:
        modem_handle(modem, MODEM_EVENT_RESET, "reset by hand");
        task_finish(modem, MODEM_TASK_DONE, NULL);
        return;
    case MODEM_ABSENT:
    case MODEM_OPENING:
    case MODEM_PROBING:
    case MODEM_SENDING:
    case MODEM_RECOVERING:
    case MODEM_DISABLED:
        task_cannot(modem);
        return;
    }
}

/* --- one command ----------------------------------------------------------------------------- */

static void on_at_line(void *userdata, const char *line)
{
    struct task *task = &((struct modem *)userdata)->task;

    if (!task->lines)
        return;
    if (task->answer.length > 0)
        strbuf_putc(&task->answer, '\n');
    for (; *line; line++) /* whatever character set: what is not ASCII is shown as such */
        strbuf_putc(&task->answer, *line >= ' ' && *line <= '~' ? *line : '?');
}

static void final_text(const struct at_result *result, char *text, size_t size)
{
    const char *kind = result->outcome == AT_CMS_ERROR ? "CMS" : "CME";

    if (result->outcome == AT_OK)
        snprintf(text, size, "OK");
    else if (result->outcome == AT_CMS_ERROR || result->outcome == AT_CME_ERROR)
        snprintf(text, size, "+%s ERROR: %d (%s)", kind, result->code,
            (result->outcome == AT_CMS_ERROR ? at_cms_error(result->code)
                                             : at_cme_error(result->code))->text);
    else
        snprintf(text, size, "ERROR");
}

static void on_at_done(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    char text[160];

    modem->task.at_is_out = false;
    if (!modem->task.lines)
        return; /* nobody waits any more */
    final_text(result, text, sizeof(text));
    if (result->outcome == AT_TIMEOUT)
        task_finish(modem, MODEM_TASK_UNANSWERED, "the modem did not answer");
    else
        task_finish(modem, MODEM_TASK_DONE, text);
    inbox_run(modem);
}

static void start_at(struct modem *modem)
{
    struct task *task = &modem->task;
    struct at_request request = {
        .prefix = task->prefix,
        .plain = true,
        .timeout_usec = modem_timer_usec(MODEM_TIMER_NETWORK_COMMAND),
        .line = on_at_line,
        .done = on_at_done,
    };
    enum modem_state state = modem->status.state;

    if (at_allowed_command(task->text, &request.command, task->prefix) < 0) {
        task_finish(modem, MODEM_TASK_INVALID, "expected " AT_ALLOWED_EXPECTED);
    } else if (state != MODEM_READY && state != MODEM_SEARCHING && state != MODEM_LOCKED) {
        task_cannot(modem);
    } else if (task->at_is_out) {
        task_finish(modem, MODEM_TASK_BUSY, "it still works on an earlier command; try again");
    } else {
        task->lines = malloc(TASK_LINES_SIZE);
        if (task->lines)
            strbuf_init(&task->answer, task->lines, TASK_LINES_SIZE);
        if (!task->lines ||
            at_chat_submit(&modem->chat, &request, loop_now(modem->loop)) < 0)
            task_finish(modem, MODEM_TASK_BUSY, "the modem is busy; try again");
        else
            task->at_is_out = true;
        task_release(modem);
    }
}

static void at_state(struct modem *modem)
{
    switch (modem->status.state) {
    case MODEM_CONFIGURING:
    case MODEM_LOCKED:
    case MODEM_SEARCHING:
    case MODEM_READY:
    case MODEM_SENDING:
        return;
    case MODEM_ABSENT:
    case MODEM_OPENING:
    case MODEM_PROBING:
    case MODEM_RECOVERING:
    case MODEM_DISABLED:
        task_cannot_any_more(modem);
        return;
    }
}

/* --- PIN ------------------------------------------------------------------------------------- */

static void start_pin(struct modem *modem)
{
    if (!modem_pin_is_valid(modem->task.text)) {
        task_finish(modem, MODEM_TASK_INVALID, "a PIN has 4 to 8 digits");
    } else if (modem->status.state != MODEM_LOCKED) {
        task_cannot(modem);
    } else if (modem->bringup.other_sim || modem->bringup.lock != AT_SIM_PIN) {
        task_finish(modem, MODEM_TASK_NOT_READY, modem->status.reason);
    } else if (modem_give_pin(modem, modem->task.text) < 0) {
        task_finish(modem, MODEM_TASK_BUSY, "out of memory");
    } else {
        modem->task.gave_pin = true;
        explicit_bzero(modem->task.text, sizeof(modem->task.text));
        modem_handle(modem, MODEM_EVENT_SIM, "a PIN was given by hand");
    }
}

static void pin_state(struct modem *modem)
{
    switch (modem->status.state) {
    case MODEM_CONFIGURING:
        return;
    case MODEM_READY:
    case MODEM_SENDING:
    case MODEM_SEARCHING:
        task_finish(modem, MODEM_TASK_DONE, NULL);
        return;
    case MODEM_LOCKED:
        task_finish(modem, MODEM_TASK_REFUSED, modem->status.reason);
        return;
    case MODEM_ABSENT:
    case MODEM_OPENING:
    case MODEM_PROBING:
    case MODEM_RECOVERING:
    case MODEM_DISABLED:
        task_cannot_any_more(modem);
        return;
    }
}

const struct task_work *task_work_of(enum modem_task_kind kind)
{
    static const struct task_work works[] = {
        [MODEM_TASK_RESET] = {MODEM_TIMER_COMMAND, start_reset, NULL},
        [MODEM_TASK_ENABLE] = {MODEM_TIMER_COMMAND, start_enable, NULL},
        [MODEM_TASK_DISABLE] = {MODEM_TIMER_COMMAND, start_disable, NULL},
        [MODEM_TASK_USSD] = {MODEM_TIMER_USSD, ussd_session_start, ussd_session_state},
        [MODEM_TASK_USSD_REPLY] = {MODEM_TIMER_USSD, ussd_session_start, ussd_session_state},
        [MODEM_TASK_USSD_CANCEL] = {MODEM_TIMER_SIM_COMMAND, ussd_session_cancel,
            ussd_session_state},
        [MODEM_TASK_AT] = {MODEM_TIMER_USSD, start_at, at_state},
        [MODEM_TASK_PIN] = {MODEM_TIMER_USSD, start_pin, pin_state},
    };

    return &works[kind];
}
