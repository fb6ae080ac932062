/*
 * What a technician or a schedule asks of a modem besides texts: one at a time, never while a text
 * is under way, each with one answer within two minutes. A task that waits holds back further texts
 * (modem_status.is_held), not the parts of the one under way. On the loop's thread. Neither PINs
 * nor what modem and network answer are ever logged.
 */
#pragma once

#include "modem/modem.h"

#define MODEM_TASK_KIND_LIST(X)                                                                    \
    X(MODEM_TASK_RESET, "reset")             /* the make's restart; answered when it is written */ \
    X(MODEM_TASK_ENABLE, "enable")           /* after a disable; answered at once */               \
    X(MODEM_TASK_DISABLE, "disable")         /* lets go of the device until enabled */             \
    X(MODEM_TASK_USSD, "ussd")               /* text: a code like *123# */                         \
    X(MODEM_TASK_USSD_REPLY, "ussd_reply")   /* text: to a network that waits for one */           \
    X(MODEM_TASK_USSD_CANCEL, "ussd_cancel") /* ends a session that waits for a reply */           \
    X(MODEM_TASK_AT, "at")                   /* text: a command of at/allowed.h */                 \
    X(MODEM_TASK_PIN, "pin")                 /* text: 4 to 8 digits, for a SIM that asks */
ENUM_DECLARE(modem_task_kind, MODEM_TASK_KIND_LIST);

#define MODEM_TASK_OUTCOME_LIST(X)                                                                 \
    X(MODEM_TASK_DONE, "done")                                                                     \
    X(MODEM_TASK_INVALID, "invalid")       /* the text is none that is sent */                     \
    X(MODEM_TASK_REFUSED, "refused")       /* modem, SIM or network said no */                     \
    X(MODEM_TASK_UNANSWERED, "unanswered") /* nothing came in its time */                          \
    X(MODEM_TASK_BROKEN, "broken")         /* the modem went away or fell silent meanwhile */      \
    X(MODEM_TASK_BUSY, "busy")             /* something else goes on: later */                     \
    X(MODEM_TASK_ABSENT, "absent")                                                                 \
    X(MODEM_TASK_DISABLED, "disabled")                                                             \
    X(MODEM_TASK_NOT_READY, "not_ready")   /* not in the state for it */
ENUM_DECLARE(modem_task_outcome, MODEM_TASK_OUTCOME_LIST);

struct modem_task_result {
    enum modem_task_outcome outcome;
    const char *why;    /* for people; of AT the final result, like "OK"; may be empty */
    const char *text;   /* USSD: the network's, AT: the lines, with line feeds between; UTF-8 */
    bool awaits_reply;  /* USSD: the network waits for MODEM_TASK_USSD_REPLY */
};

struct modem_task_request {
    enum modem_task_kind kind;
    const char *text; /* NULL where the kind takes none; copied, and wiped at the end */
    /* Once, perhaps before modem_task_begin() returns; what the result points to is borrowed. */
    void (*done)(void *userdata, struct modem *modem, const struct modem_task_result *result);
    void *userdata;
};

/* Begins a task, or answers at once why not. */
void modem_task_begin(struct modem *modem, const struct modem_task_request *request);

/* Ends one that is under way, as broken: the owner is about to go. */
void modem_task_stop(struct modem *modem);
