/*
 * One result on its way into the database: how a text ended, and with it, where the number turned
 * out not to exist, its verification. Tried again until it is committed, because a result that was
 * lost would leave a text `sending` for ever; not so `queued`, and `sending` of a text that broke
 * off, which would come behind the next try and cover what that came to. Frees itself.
 */
#pragma once

#include "core/environment.h"
#include "core/message_table.h"
#include "modem/modem.h"
#include "sms/outgoing.h"

struct send_result {
    char message_id[ID_SIZE];
    char verification_id[ID_SIZE];
    char modem[SMSOTP_MODEM_NAME_MAX + 1];
    /* MESSAGE_QUEUED, or _SENDING with a part gone: it goes back to the queue */
    enum message_status status;
    int reference;              /* TP-MR, -1: none, or each part has its own: */
    unsigned first_part, n_parts; /* … those that have left now */
    uint8_t references[SMS_MAX_PARTS];
    int first_unsent;           /* from this part on it has not left; -1: it has, or may have */
    char error_class[24];       /* empty: none */
    char error_text[96];
    bool undeliverable; /* ends the verification too, */
    bool unless_left;   /* … unless another text of its has left, or may have */
};

/* One that says nothing yet, about a text and the modem that had it, NULL: none. */
struct send_result send_result_for(const struct outgoing_text *text, const struct modem *modem);

/* Submits a result (copied); `done` is called once it is in the database. -ENOMEM. */
int send_record_submit(const struct environment *env, const struct send_result *result,
    void (*done)(void *userdata), void *userdata);
