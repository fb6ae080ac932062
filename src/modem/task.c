#include "modem/task.h"

#include "modem/modem_internal.h"

#include <stdio.h>
#include <string.h>

static void on_timer(void *userdata)
{
    struct modem *modem = userdata;

    if (!modem->task.started)
        task_finish(modem, MODEM_TASK_BUSY, "a text is being sent; try again");
    else if (modem->task.kind == MODEM_TASK_USSD || modem->task.kind == MODEM_TASK_USSD_REPLY)
        ussd_session_expire(modem);
    else
        task_finish(modem, MODEM_TASK_UNANSWERED, "it takes longer than it may");
}

void task_init(struct task *task, struct modem *modem)
{
    *task = (struct task){.active = false};
    timer_init(&task->timer, modem->loop, on_timer, modem);
}

static void wipe(struct task *task)
{
    if (task->lines)
        explicit_bzero(task->lines, TASK_LINES_SIZE);
    free(task->lines);
    task->lines = NULL;
    explicit_bzero(task->text, sizeof(task->text));
}

void task_fini(struct task *task)
{
    timer_fini(&task->timer);
    wipe(task);
}

void task_reset(struct modem *modem)
{
    modem->task.at_is_out = false;
    ussd_session_reset(&modem->ussd);
}

void task_release(struct modem *modem)
{
    if (!modem->status.is_held)
        return;
    modem->status.is_held = false;
    modem_tell_again(modem);
}

void task_finish_with(struct modem *modem, const struct modem_task_result *result)
{
    struct task *task = &modem->task;
    struct modem_task_result told = *result;
    char *lines = TAKE_PTR(task->lines);

    if (!task->active)
        return;
    if (task->gave_pin && told.outcome != MODEM_TASK_DONE)
        modem_forget_pin(modem);
    task->gave_pin = false;
    task->active = false;
    timer_disarm(&task->timer);
    told.why = told.why ? told.why : "";
    told.text = told.text ? told.text : lines ? lines : "";
    log_info(modem->log, "modem=%s event=task task=%s outcome=%s", modem->name,
        modem_task_kind_to_string(task->kind), modem_task_outcome_to_string(told.outcome));
    wipe(task);
    task->done(task->userdata, modem, &told);
    if (lines)
        explicit_bzero(lines, TASK_LINES_SIZE);
    free(lines);
    if (!task->active) /* no further one from within */
        task_release(modem);
}

void task_finish(struct modem *modem, enum modem_task_outcome outcome, const char *why)
{
    task_finish_with(modem, &(struct modem_task_result){.outcome = outcome, .why = why});
}

void task_advance(struct modem *modem)
{
    struct task *task = &modem->task;
    const struct task_work *work;

    if (!task->active)
        return;
    work = task_work_of(task->kind);
    if (task->started) {
        if (work->state)
            work->state(modem);
        return;
    }
    if (modem->sending.active || modem->status.state == MODEM_SENDING) {
        modem->status.is_held = true;
        return;
    }
    task->started = true;
    timer_arm_in(&task->timer, modem_timer_usec(work->timeout));
    work->start(modem);
}

void modem_task_begin(struct modem *modem, const struct modem_task_request *request)
{
    struct task *task = &modem->task;
    const char *text = request->text ? request->text : "";

    if (task->active || strlen(text) >= sizeof(task->text)) {
        request->done(request->userdata, modem,
            &(struct modem_task_result){
                .outcome = task->active ? MODEM_TASK_BUSY : MODEM_TASK_INVALID,
                .why = task->active ? "another action on it is under way; try again" : "too long",
                .text = ""});
        return;
    }
    task->active = true;
    task->started = false;
    task->kind = request->kind;
    task->done = request->done;
    task->userdata = request->userdata;
    memcpy(task->text, text, strlen(text) + 1);
    timer_arm_in(&task->timer, modem_timer_usec(MODEM_TIMER_TASK_WAIT));
    task_advance(modem);
}

void modem_task_stop(struct modem *modem)
{
    task_finish(modem, MODEM_TASK_BROKEN, "the gateway is stopping");
}
