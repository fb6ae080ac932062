/* The inside of the dispatcher, for its parts. On the loop's thread. */
#pragma once

#include "core/dispatcher.h"
#include "core/send_record.h"
#include "core/slot.h"
#include "loop/timer.h"

struct dispatcher {
    const struct environment *env;
    struct outbox *outbox;
    struct slot *slots[SMSOTP_MODEMS_MAX];
    unsigned n_slots;
    unsigned n_records; /* results on their way into the database */
    struct timer due;   /* when a text that was put back may go again */
    bool is_stopping;
    void (*idle)(void *userdata);
    void *userdata;
};

/* Sends the result of a slot's send on its way into the database. */
void dispatcher_record_sent(struct slot *slot, const struct send_result *result);

/* Something has ended: tells when that was the last before a stop. */
void dispatcher_settled(struct dispatcher *dispatcher);

/* The end of a text that no modem has seen (ownership moves): one that cannot even be composed; and
 * one whose time is over, whose verification the expiry sweep ends. */
void dispatcher_fail_uncomposed(
    struct dispatcher *dispatcher, struct outgoing_text *text, int error);
void dispatcher_expire(struct dispatcher *dispatcher, struct outgoing_text *text);
