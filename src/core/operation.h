/*
 * One request on its way: decided on the store's thread inside a transaction, answered on the
 * loop's thread after its commit. Each kind of operation embeds this, fills `decide`, and where the
 * queue has to follow, `committed`.
 */
#pragma once

#include "core/gateway_state.h"
#include "core/limit_rules.h"

struct operation {
    struct store_job job;
    struct gateway *gateway;
    verification_callback callback;
    void *userdata;
    char client[SMSOTP_CLIENT_MAX + 1];
    uid_t uid; /* of who asks */
    bool is_admin;
    struct limits limits; /* that hold for the caller */
    char id[ID_SIZE]; /* of the verification asked for; empty where there is none yet */
    const char *replaces; /* of a pending one that ends when another is made; NULL: none */

    /* Store's thread. 0: decided, refusals included; negative errno: undo. Touches only the
     * operation and what the environment calls immutable. */
    int (*decide)(struct operation *operation, struct db *db);
    /* Loop's thread, after the commit, before the answer; not after a failure. May be NULL. */
    void (*committed)(struct operation *operation);
    /* Loop's thread: answers what is no verification. NULL: it is one. */
    void (*answer)(struct operation *operation);
    /* Loop's thread, at the end in any case: frees the whole. */
    void (*free)(struct operation *operation);

    bool has_place;           /* a place in the queue is kept for its text */
    struct refusal no_place;  /* without one: what to answer if a text would be needed */

    struct moment now; /* when it was decided */
    struct refusal refusal;
    struct verification verification;
    struct message message;
    enum check_result result;
    unsigned attempts_left;
    bool is_replay, is_resumed;
    int position, eta_sec; /* of a text just accepted; -1: read from the queue */
};

/* Fills in what all have in common. */
void operation_init(struct operation *operation, struct gateway *gateway,
    const struct caller *caller, verification_callback callback, void *userdata);

/* Hands it to the store. */
void operation_submit(struct operation *operation);

/* Answers a refusal at once, for an operation that was not submitted. */
void operation_answer_refusal(
    const struct refusal *refusal, verification_callback callback, void *userdata);

/* Whether there is a place in the queue and a modem for one text more; false: *ret says why not. */
bool operation_has_way(const struct gateway *gateway, struct refusal *ret);

/*
 * Keeps a place in the queue if the gateway is ready, and remembers why not otherwise: that matters
 * only if the operation turns out to need a new text.
 */
void operation_reserve_place(struct operation *operation);

/* Remembers that the SIMs may not send for so long. */
void operation_refuse_quota(struct operation *operation, usec_t wait);

/* Gives the place back. */
void operation_release_place(struct operation *operation);

/* Store's thread: refuses if there is no place. True: refused. */
bool operation_lacks_place(struct operation *operation);

/* Says in a refusal what it is about, as far as that is known. */
void operation_describe(const struct operation *operation, struct refusal *refusal);

/* Answers that memory is short. */
void operation_answer_no_memory(verification_callback callback, void *userdata);

/*
 * Store's thread: reads `id` into `verification`. 1: it is there and the caller's; 0: refused as
 * not found, which an unknown one and somebody else's are alike; or an error. One that is past its
 * deadline is ended first.
 */
int operation_load(struct operation *operation, struct db *db);

/*
 * Store's thread: 1 when the owner of the number wants no texts, or a limit refuses what is asked
 * for `verification`, of which number and purpose are known; 0: nothing does; or an error.
 */
int operation_meets_limit(struct operation *operation, struct db *db, enum limit_kind kind);

/* Refuses where nothing is to be typed or sent: a text of the customer's decides. True: refused. */
bool operation_is_by_text(struct operation *operation);

/* Store's thread: reads the text of `verification`. */
int operation_load_message(struct operation *operation, struct db *db);

/*
 * Store's thread: ends a pending verification that is past its deadline, or made with a lost key.
 */
int operation_expire_if_due(struct operation *operation, struct db *db);
