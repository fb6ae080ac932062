/* Tasks on the modem of modem_fixture.h: the answer to the last one, as one line. */
#pragma once

#include "modem_fixture.h"

#include "modem/modem_task.h"

struct task_answer {
    unsigned n;
    enum modem_task_outcome outcome;
    char why[256], text[2048];
    bool awaits_reply;
};

static struct task_answer task_told;

static inline void on_task_done(
    void *userdata, struct modem *modem, const struct modem_task_result *result)
{
    (void)userdata;
    (void)modem;
    task_told.n++;
    task_told.outcome = result->outcome;
    task_told.awaits_reply = result->awaits_reply;
    snprintf(task_told.why, sizeof(task_told.why), "%s", result->why);
    snprintf(task_told.text, sizeof(task_told.text), "%s", result->text);
}

/* Begins a task, and lets happen what takes no time. */
static inline void task(struct fixture *f, enum modem_task_kind kind, const char *text)
{
    task_told = (struct task_answer){.n = 0};
    modem_task_begin(
        f->modem, &(struct modem_task_request){.kind = kind, .text = text, .done = on_task_done});
    settle(f);
}

static inline void expect_task(enum modem_task_outcome outcome, const char *why, const char *text)
{
    assert_int_equal(task_told.n, 1);
    if (outcome != task_told.outcome)
        fail_msg("%s: %s", modem_task_outcome_to_string(task_told.outcome), task_told.why);
    if (why)
        if (!strstr(task_told.why, why))
            fail_msg("%s: %s, expected %s", modem_task_outcome_to_string(task_told.outcome),
                task_told.why, why);
    if (text)
        assert_string_equal(task_told.text, text);
}
