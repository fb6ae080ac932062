/*
 * The life of a modem as a pure machine: a state and an event give the next state; a table says for
 * each state where it may lead, which timer runs in it and what is done on entering. Data and
 * look-ups; modem.c carries the actions out.
 */
#pragma once

#include "modem/modem.h"
#include "modem/timers.h"

#include <stdbool.h>

#define MODEM_EVENT_LIST(X)                                                                        \
    X(MODEM_EVENT_SEEN, "seen")             /* the device path exists */                           \
    X(MODEM_EVENT_OPENED, "opened")                                                                \
    X(MODEM_EVENT_OPEN_FAILED, "open-failed")                                                      \
    X(MODEM_EVENT_REJECTED, "rejected")     /* not the port that is looked for: the next one */    \
    X(MODEM_EVENT_GONE, "gone")             /* unplugged, hung up */                               \
    X(MODEM_EVENT_SYNCED, "synced")         /* AT was answered with a clean OK */                  \
    X(MODEM_EVENT_SILENT, "silent")         /* a command ran out of time */                        \
    X(MODEM_EVENT_LOST, "lost")             /* nobody answers AT any more */                       \
    X(MODEM_EVENT_FAILED, "failed")         /* an essential command was refused */                 \
    X(MODEM_EVENT_LOCKED, "locked")         /* the SIM is not usable */                            \
    X(MODEM_EVENT_SIM, "sim")               /* +CPIN unasked: look at the SIM again */             \
    X(MODEM_EVENT_REGISTERED, "registered")                                                        \
    X(MODEM_EVENT_UNREGISTERED, "unregistered")                                                    \
    X(MODEM_EVENT_SEND, "send")                                                                    \
    X(MODEM_EVENT_SEND_DONE, "send-done")                                                          \
    X(MODEM_EVENT_RESTARTED, "restarted")   /* the modem has booted by itself */                   \
    X(MODEM_EVENT_DISTRUSTED, "distrusted") /* texts fail, whatever the number; no network */      \
    X(MODEM_EVENT_RESET, "reset")           /* told to restart it */                               \
    X(MODEM_EVENT_TIMER, "timer")           /* the state's timer */                                \
    X(MODEM_EVENT_DISABLE, "disable")                                                              \
    X(MODEM_EVENT_ENABLE, "enable")
ENUM_DECLARE(modem_event, MODEM_EVENT_LIST);

/* What is done on entering a state. */
enum modem_action {
    MODEM_ACTION_NONE,
    MODEM_ACTION_CLOSE,
    MODEM_ACTION_OPEN,
    MODEM_ACTION_PROBE,
    MODEM_ACTION_CONFIGURE,
    MODEM_ACTION_SEARCH,
    MODEM_ACTION_READY,
    MODEM_ACTION_RECOVER,
};

struct modem_state_row {
    unsigned successors;     /* bit 1 << state */
    enum modem_timer timer;  /* its end is MODEM_EVENT_TIMER */
    enum modem_action entry;
};

/* The row of a state. */
const struct modem_state_row *modem_state_row(enum modem_state state);

/* Whether `next` stands among the successors of `state`. */
bool modem_state_may_follow(enum modem_state state, enum modem_state next);

/* The state an event leads to; false when it means nothing in this state. */
bool modem_state_next(
    enum modem_state state, enum modem_event event, enum modem_state *ret_next);

/*
 * Whether an event tells that the modem has gone by itself: off the bus, or into a restart. One
 * that is being recovered is meant to go; one that has just been plugged says that it has started.
 */
bool modem_state_is_loss(enum modem_state state, enum modem_event event);
