/* The inside of the dispatcher, for the choice of a modem. On the loop's thread. */
#pragma once

#include "core/dispatcher.h"
#include "core/modem_journal.h"
#include "loop/timer.h"

/* One modem and the text it has. */
struct slot {
    struct dispatcher *dispatcher;
    uint64_t bit;           /* 1 << its place */
    unsigned n_refusals;    /* in a row, that were its own fault or its network's */
    struct modem *modem;
    struct outgoing_text *text; /* NULL: none */
    struct sms_pdu parts[SMS_MAX_PARTS];
    unsigned n_parts, part;
    struct store_job hand_over;
    bool hand_over_pending; /* the store has the job */
    bool is_withdrawn;      /* the job's answer: the verification has ended */
    bool handed_over;       /* the database says `sending` */
    bool has_ended;         /* `result` came while the store still had the job */
    struct modem_send_result result;
    struct modem_journal journal;
};

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
