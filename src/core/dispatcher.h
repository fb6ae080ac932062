/*
 * The modems, and the way of each text through one of them: take it from the outbox, compose it,
 * ask the modem for its prompt, commit the hand-over, let the PDU go, record how it ended. The
 * hand-over is committed before the first octet of a text leaves, and nothing is sent again after
 * it unless the modem said that it was not sent: so no restart sends a text twice.
 * On the loop's thread.
 */
#pragma once

#include "core/balance.h"
#include "core/environment.h"
#include "core/outbox.h"
#include "core/quota_view.h"
#include "core/status.h"
#include "modem/modem.h"
#include "smsotp/limits.h"

struct dispatcher;

/* `idle` is called when the last send has ended and been recorded, after dispatcher_stop(). */
int dispatcher_new(struct dispatcher **ret, const struct environment *env, struct outbox *outbox,
    void (*idle)(void *userdata), void *userdata);

/* Frees the modems and what they were sending. Takes NULL; returns NULL. */
struct dispatcher *dispatcher_free(struct dispatcher *dispatcher);

/* Adds a modem, not started. -ENOSPC: SMSOTP_MODEMS_MAX; else what modem_new() answers. */
int dispatcher_add_modem(struct dispatcher *dispatcher, const struct modem_config *config);

/* Starts all modems. */
void dispatcher_start(struct dispatcher *dispatcher);

/* Starts no further send; calls `idle` (at once or later) when those under way have ended. */
void dispatcher_stop(struct dispatcher *dispatcher);

/* Gives waiting texts to modems that are ready. After a text was queued. */
void dispatcher_pump(struct dispatcher *dispatcher);

/* How long the SIMs may not send this text, about to be queued with a place reserved; 0: hardly.
 * NULL: the next code. */
usec_t dispatcher_quota_wait(const struct dispatcher *dispatcher, const struct outgoing_text *text);

/* The policy has changed. */
void dispatcher_heed_policy(struct dispatcher *dispatcher);

/* Whether a text could be sent now or soon; otherwise why not, as an error of the contract. */
bool dispatcher_is_ready(const struct dispatcher *dispatcher, enum gateway_error *ret_reason);

/* Where a text stands, and when it will have been sent. */
struct outlook {
    int position; /* how many go before it; -1: it does not wait */
    int eta_sec;  /* by measured times, or a guess until there are some; -1: no modem is up */
    bool is_late; /* by measured times alone, that is after its deadline */
};

/* Of one that is about to be queued and has a place reserved; of one that waits. */
struct outlook dispatcher_outlook_of_new(
    const struct dispatcher *dispatcher, const struct outgoing_text *text);
struct outlook dispatcher_outlook_of(const struct dispatcher *dispatcher, const char *message_id);

/* A modem by its name, borrowed; NULL: there is none. */
struct modem *dispatcher_find_modem(const struct dispatcher *dispatcher, const char *name);

/* The modems in their order, borrowed. NULL past the last. */
const struct modem *dispatcher_modem(const struct dispatcher *dispatcher, unsigned index);

/* Why its operator does not let the SIM of a modem send, static storage; NULL: it does. */
const char *dispatcher_barred(const struct dispatcher *dispatcher, unsigned index);

/* What is known of its balance, borrowed. */
const struct balance_view *dispatcher_balance(
    const struct dispatcher *dispatcher, unsigned index);

/* The SIM of this modem may send again, somebody says. */
void dispatcher_redeem(
    struct dispatcher *dispatcher, const struct modem *modem, const char *why);

/* What the SIM of a modem may send, and how much of that is used. */
void dispatcher_quota(
    const struct dispatcher *dispatcher, unsigned index, struct quota_view *ret);
