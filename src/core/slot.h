/*
 * One modem, and the way of a text through it: composed, its prompt awaited, the hand-over
 * committed, part by part let go, judged, and recorded or put back into the queue. On the loop's
 * thread; the hand-over is written on the store's.
 */
#pragma once

#include "core/balance.h"
#include "core/delivery_report.h"
#include "core/message_table.h"
#include "core/modem_journal.h"
#include "core/pin_record.h"
#include "core/sim_account.h"
#include "core/standing.h"
#include "modem/modem.h"

struct dispatcher;

struct slot {
    struct dispatcher *dispatcher;
    uint64_t bit;           /* 1 << its place */
    struct modem *modem;
    struct standing standing;
    struct balance balance;
    struct sim_account account;
    bool was_up;                /* its account has been opened */
    struct outgoing_text *text; /* NULL: none */
    struct sms_pdu parts[SMS_MAX_PARTS];
    unsigned n_parts, part;
    uint8_t references[SMS_MAX_PARTS]; /* of the parts that have left this time */
    struct store_job hand_over;
    char sim[SIM_NAME_SIZE]; /* these two are the job's */
    bool counts_number;
    bool hand_over_pending; /* the store has the job */
    bool is_withdrawn;      /* the job's answer: the verification has ended */
    bool handed_over;       /* the database says `sending` */
    bool has_ended;         /* `result` came while the store still had the job */
    struct modem_send_result result;
    struct delivery_reports reports;
    struct modem_journal journal;
    struct pin_record pin_record;
};

/* A slot with its modem, for a place of the dispatcher that has none. What modem_new() answers. */
int slot_new(struct slot **ret, struct dispatcher *dispatcher, const struct modem_config *config,
    const struct modem_ops *ops);

/* The store has been closed before. Takes NULL; returns NULL. */
struct slot *slot_free(struct slot *slot);

/* Gives a text to its modem, which is free, unless it has to end otherwise. Ownership moves. */
void slot_give(struct slot *slot, struct outgoing_text *text);

/* Its SIM may send again: noted if it was barred. `why` has static storage. */
void slot_redeem(struct slot *slot, const char *why);

/* Callbacks of its modem; `userdata` is the slot. */
void slot_on_prompt(void *userdata, struct modem *modem);
void slot_on_send_done(
    void *userdata, struct modem *modem, const struct modem_send_result *result);
