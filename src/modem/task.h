/*
 * The task under way, and how its kinds are carried out; for this folder only. task.c owns the wait
 * for the text under way, the deadline and the one answer; ussd_session.c and task_kinds.c do the
 * work.
 */
#pragma once

#include "at/allowed.h"
#include "loop/timer.h"
#include "modem/modem_task.h"
#include "modem/timers.h"
#include "util/strbuf.h"

#define TASK_TEXT_SIZE 160
#define TASK_LINES_SIZE 8192

struct task {
    bool active;  /* somebody waits for its end */
    bool started; /* the text under way has ended, and the work has begun */
    enum modem_task_kind kind;
    char text[TASK_TEXT_SIZE];
    void (*done)(void *userdata, struct modem *modem, const struct modem_task_result *result);
    void *userdata;
    struct timer timer; /* the longest wait for its start, then for its end */
    char prefix[AT_ALLOWED_PREFIX_SIZE]; /* AT: of the lines that answer */
    bool gave_pin;  /* the modem has it from here */
    bool at_is_out; /* the modem has a command, whether or not somebody still waits for it */
    char *lines;                  /* AT: what has been answered, TASK_LINES_SIZE; NULL: none */
    struct strbuf answer;         /* on `lines` */
};

/* No task; task_fini() drops one without an answer. */
void task_init(struct task *task, struct modem *modem);
void task_fini(struct task *task);

/* The conversation has begun anew: what was asked in it is answered no more. */
void task_reset(struct modem *modem);

/* The modem's state has changed, or a send has ended: starts, goes on, or ends in vain. */
void task_advance(struct modem *modem);

/* The one way to end: tells, wipes, lets texts go on. Nothing when no task is under way. */
void task_finish(struct modem *modem, enum modem_task_outcome outcome, const char *why);

/* The same with what the network has said. */
void task_finish_with(struct modem *modem, const struct modem_task_result *result);

/* The text has not to wait any more; the task goes on. */
void task_release(struct modem *modem);

/*
 * The work of a kind. `start` is called when no text is under way; it may end the task at once.
 * `state` is called when the modem's state changes thereafter.
 */
struct task_work {
    enum modem_timer timeout;
    void (*start)(struct modem *modem);
    void (*state)(struct modem *modem);
};

/* What is done for a kind. */
const struct task_work *task_work_of(enum modem_task_kind kind);
