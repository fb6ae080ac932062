/*
 * What a technician asks of a modem: finds it by its name, has it done (modem/modem_task.h), notes
 * in the journal who asked and how it ended, and says in an error of the contract why not. On the
 * loop's thread.
 */
#pragma once

#include "core/gateway.h"
#include "modem/modem_task.h"

struct modem_action_answer {
    const struct refusal *refusal;           /* NULL: done */
    const struct modem *modem;               /* NULL: there is none of this name */
    const struct modem_task_result *result;  /* NULL with a refusal */
};

struct modem_action_request {
    const char *modem;         /* its name */
    enum modem_task_kind kind;
    const char *text;          /* NULL where the kind takes none; borrowed for the call */
};

/*
 * Begins an action; `callback` is called once, within two minutes, or before this returns. What the
 * answer points to is borrowed.
 */
void gateway_act_on_modem(struct gateway *gateway, const struct caller *caller,
    const struct modem_action_request *request,
    void (*callback)(void *userdata, const struct modem_action_answer *answer), void *userdata);
