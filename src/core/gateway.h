/*
 * The service: verifications from request to approval, the queue of texts, the modems. Knows
 * neither HTTP nor AT. Requests are answered through callbacks on the loop's thread, once each; a
 * refusal that needs no database comes before the call returns, everything else after its commit.
 */
#pragma once

#include "core/idempotency_table.h"
#include "core/policy.h"
#include "core/refusal.h"
#include "core/statistics.h"
#include "core/verification.h"
#include "modem/modem.h"
#include "store/store.h"
#include "util/log.h"

struct gateway;
struct key_source;
struct gateway_config {
    struct loop *loop;                 /* these five are borrowed and outlive the gateway */
    const struct log *log;
    struct store *store;
    struct otp_keyring *keyring;
    const struct key_source *key_source; /* NULL: keys are not rotated */
    struct statistics *statistics;       /* borrowed too; may be NULL */
    struct journal_head *journal_head;   /* as well */
    struct policy *policy;             /* ownership moves on success */
};

/* A gateway without modems, not started. -ENOMEM, or errno of reading the boot id. */
int gateway_new(struct gateway **ret, const struct gateway_config *config);

/* The store has been closed before. Takes NULL; returns NULL. */
struct gateway *gateway_free(struct gateway *gateway);
DEFINE_CLEANUP(struct gateway *, gateway_free);

/* Adds a modem. -ENOSPC: SMSOTP_MODEMS_MAX; -ENOMEM; -EINVAL: what modem_new() refuses. */
int gateway_add_modem(struct gateway *gateway, const struct modem_config *config);

/* Takes up what the database holds from before (queued texts, interrupted ones) and starts. */
void gateway_start(struct gateway *gateway);

/* Puts a new policy in force for requests from now on; ownership moves. */
void gateway_set_policy(struct gateway *gateway, struct policy *policy);
const struct policy *gateway_policy(const struct gateway *gateway);
/* Takes no more requests; calls back when no text is in a modem's hands any more. */
void gateway_stop(struct gateway *gateway, void (*idle)(void *userdata), void *userdata);

/* Whether it takes requests, be a modem ready or not; otherwise why not. */
bool gateway_is_open(const struct gateway *gateway, enum gateway_error *ret_reason);

/* Ready to accept requests for texts? Otherwise why not. */
bool gateway_is_ready(const struct gateway *gateway, enum gateway_error *ret_reason);

/* The sentence for people that goes with a reason of gateway_is_ready(). */
const char *gateway_reason_text(enum gateway_error reason);

/* Modems in configured order, borrowed; NULL past the last. And texts that wait. */
const struct modem *gateway_modem(const struct gateway *gateway, unsigned index);

/* Why its operator does not let the SIM in it send, static storage; NULL: it does. */
const char *gateway_barred(const struct gateway *gateway, unsigned index);

/* What is known of the balance of that SIM, borrowed. */
const struct balance_view *gateway_balance(const struct gateway *gateway, unsigned index);
unsigned gateway_n_queued(const struct gateway *gateway);

/* What comes back. Borrowed for the time of the callback. */
struct verification_answer {
    const struct refusal *refusal;       /* NULL: carried out */
    const struct verification_view *view; /* NULL with a refusal */
    enum check_result result;            /* of a check */
    unsigned attempts_left;              /* of a check, as of that attempt */
    bool is_replay;                      /* the first answer to this Idempotency-Key, again */
    bool is_resumed;                     /* one that was there already */
};
typedef void (*verification_callback)(void *userdata, const struct verification_answer *answer);

/* Everything in a request is borrowed for the time of the call. */
struct issue_request {
    const char *to;        /* as the caller wrote it; core/destination.h reads it */
    const char *purpose;
    const char *locale;    /* NULL: the policy's */
    const char *reference; /* NULL: none */
    bool is_reverse;       /* the customer texts the code to the shop */
    const struct otp_context *context;
    /* answers what its reference has for the same, and takes back what that has for another */
    bool resumes;
    const char *idempotency_key;                    /* NULL: none */
    uint8_t body_digest[BODY_DIGEST_SIZE];          /* with a key: SHA-256 of the body */
};

struct check_request {
    const char *code;
    const struct otp_context *context; /* NULL: not compared */
    const char *attempt_id;            /* NULL: none */
};

/* Makes a verification and queues its text. */
void gateway_issue(struct gateway *gateway, const struct caller *caller,
    const struct issue_request *request, verification_callback callback, void *userdata);

/* The state of a verification, by id or by the newest of a reference. */
void gateway_get(struct gateway *gateway, const struct caller *caller, const char *id,
    verification_callback callback, void *userdata);
void gateway_get_by_reference(struct gateway *gateway, const struct caller *caller,
    const char *reference, verification_callback callback, void *userdata);

/* Compares a code. Counts the attempt before anybody learns how it went. */
void gateway_check(struct gateway *gateway, const struct caller *caller, const char *id,
    const struct check_request *request, verification_callback callback, void *userdata);

/* Queues the text again, with the same code or, where the purpose says so, a new one. */
void gateway_resend(struct gateway *gateway, const struct caller *caller, const char *id,
    verification_callback callback, void *userdata);

/* Ends a pending verification; one that has ended stays as it is. */
void gateway_cancel(struct gateway *gateway, const struct caller *caller, const char *id,
    verification_callback callback, void *userdata);
