/*
 * Plain texts: receipts, "your order is ready". They wait behind codes, live for as long as their
 * sender says, and rest sealed until they have ended; then number and body are wiped. Answers come
 * as those of verifications do.
 */
#pragma once

#include "core/gateway.h"
#include "core/message_table.h"

struct message_view {
    const struct message_row *row;
    int position; /* in the queue, 0 is next; -1: not there */
    int eta_sec;  /* until it will have been sent, estimated; -1: not known */
};

struct message_answer {
    const struct refusal *refusal; /* NULL: carried out */
    struct message_view view;
    bool is_replay; /* the first answer to this Idempotency-Key, again */
};
typedef void (*message_callback)(void *userdata, const struct message_answer *answer);

/* Everything is borrowed for the time of the call. */
struct send_request {
    const char *to;   /* as the caller wrote it */
    const char *text; /* UTF-8, at most SMSOTP_MESSAGE_TEXT_MAX bytes */
    const char *reference; /* NULL: none */
    usec_t validity;       /* how long it is worth sending */
    const char *idempotency_key; /* NULL: none */
    uint8_t body_digest[BODY_DIGEST_SIZE]; /* with a key: SHA-256 of the body */
};

/* Queues a text. */
void gateway_send(struct gateway *gateway, const struct caller *caller,
    const struct send_request *request, message_callback callback, void *userdata);

/*
 * How a text of the caller's stands, also that of a verification; and the newest plain one with
 * this reference.
 */
void gateway_get_message(struct gateway *gateway, const struct caller *caller, const char *id,
    message_callback callback, void *userdata);
void gateway_get_message_by_reference(struct gateway *gateway, const struct caller *caller,
    const char *reference, message_callback callback, void *userdata);
