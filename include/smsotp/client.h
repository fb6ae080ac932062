/*
 * libsmsotp: the client side of smsotp in C. One-time codes by text for tills and shop systems,
 * over the gateway's UNIX socket. Includes nothing but the contract beside it; needs no other
 * header.
 *
 * Threads: a handle is immutable once its options are set, so any number of threads may use it at
 * the same time; each call has a connection of its own. Every call blocks until its answer or its
 * deadline (`timeout_ms`, milliseconds; 0: SMSOTP_TIMEOUT_MS). No signal is touched, nothing is
 * logged.
 *
 * Results of all calls that ask the gateway:
 *   0                what was asked is done, and `ret_…` is set;
 *   SMSOTP_REFUSED   the gateway answered with an error: `ret_error` has its code (RFC 9457);
 *   -ENOTCONN        nobody listens on the socket, or not for this user; nothing was sent;
 *   -ETIMEDOUT       no answer in time: whether it was done is not known. Ask again, with `resume`,
 *                    the same idempotency_key, or the same attempt_id;
 *   -EIO, -EPROTO    the connection broke, or what came is no answer of a gateway; likewise;
 *   -EINVAL          an argument is missing or not UTF-8; nothing was sent;
 *   -ENOMEM.
 * `ret_…` are written only as said; `ret_error` (may be NULL) is written whenever the result is
 * not 0. Texts in structures are NUL-terminated UTF-8; one that is absent is "".
 */
#pragma once

#include "smsotp/api.h"
#include "smsotp/limits.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SMSOTP_EXPORT __attribute__((visibility("default")))

#define SMSOTP_REFUSED 1
#define SMSOTP_TIMEOUT_MS 10000 /* a check takes a millisecond; ten seconds outlast a busy disk */
#define SMSOTP_ID_MAX 29        /* vf_ or ms_ and 26 letters and digits */
#define SMSOTP_RECEIPT_MAX 1023 /* a JSON Web Signature (RFC 7515) in compact form */

/* States and results by the names of api.h: SMSOTP_VERIFICATION_PENDING, SMSOTP_CHECK_APPROVED, …
 * The last of each stands for a name that this version of the library does not know. */
#define SMSOTP_CONSTANT_(constant, name) SMSOTP_##constant,
enum smsotp_verification_status {
    SMSOTP_VERIFICATION_STATUS_LIST(SMSOTP_CONSTANT_) SMSOTP_VERIFICATION_OTHER
};
enum smsotp_message_status {
    SMSOTP_MESSAGE_STATUS_LIST(SMSOTP_CONSTANT_) SMSOTP_MESSAGE_OTHER
};
enum smsotp_check_result { SMSOTP_CHECK_RESULT_LIST(SMSOTP_CONSTANT_) SMSOTP_CHECK_OTHER };

/* A gateway's socket, and who is asking. Opaque. */
struct smsotp;

/* What went wrong. */
struct smsotp_error {
    unsigned http_status;     /* 0: no answer came */
    char code[48];            /* of SMSOTP_ERROR_LIST, like "limited"; "" without an answer */
    char detail[512];         /* a sentence for people: what was expected, what to do */
    unsigned retry_after_sec; /* 0: trying again is no use, or not said */
    char limit[32];           /* with "limited": which one, like "number" */
    char parameter[64];       /* with "invalid": which member */
};

/* A key and a value of the transaction that a code is for. Borrowed for the call. */
struct smsotp_pair {
    const char *key;   /* [a-z][a-z0-9_]*, up to 32 bytes */
    const char *value; /* up to 128 bytes */
};

/* What to ask for. Borrowed for the call; NULL where nothing is said. */
struct smsotp_request {
    const char *to;        /* E.164, like "+919812345678" */
    const char *purpose;   /* "checkout", "payment", … */
    const char *method;    /* SMSOTP_METHOD_SMS (also NULL) or SMSOTP_METHOD_INBOUND */
    const char *locale;    /* like "hi" */
    const char *reference; /* the caller's bill or order number, for smsotp_find() */
    const struct smsotp_pair *context;
    size_t n_context;
    const char *idempotency_key; /* up to 128 visible ASCII characters: repeating is safe */
    int resume; /* not 0: go on with what `reference` has for the same; repeated without harm */
};

/*
 * A text on its way; what `to` to `expires_at` would say is "" within a verification, which has it.
 */
struct smsotp_message {
    char id[SMSOTP_ID_MAX + 1];
    enum smsotp_message_status status;
    char to[24]; /* masked */
    char reference[SMSOTP_REFERENCE_MAX + 1];
    char created_at[32], expires_at[32]; /* RFC 3339, UTC */
    char encoding[8]; /* gsm7, ucs2 */
    unsigned segments;
    int position;     /* in the queue, from 0; -1: it does not wait */
    int eta_sec;      /* until it is sent, seconds; -1: not known */
    char error_class[32], error_detail[160];
};

/* A plain text to send, for clients that may. Borrowed for the call; NULL where nothing is said. */
struct smsotp_text {
    const char *to;        /* E.164, like "+919812345678" */
    const char *text;      /* UTF-8, up to SMSOTP_MESSAGE_TEXT_MAX bytes and four parts */
    const char *reference; /* the caller's own, up to 64 bytes */
    unsigned validity_sec; /* SMSOTP_MESSAGE_VALIDITY_MIN_SEC to …_MAX_SEC; 0: a day */
    const char *idempotency_key; /* as of struct smsotp_request */
};

/* A verification as the gateway tells it. Times are RFC 3339, UTC. */
struct smsotp_verification {
    char id[SMSOTP_ID_MAX + 1];
    enum smsotp_verification_status status;
    char purpose[SMSOTP_PURPOSE_MAX + 1];
    char locale[SMSOTP_LOCALE_MAX + 1];
    char to[24]; /* masked */
    char reference[SMSOTP_REFERENCE_MAX + 1];
    char context_digest[65];
    char created_at[32], expires_at[32];
    unsigned expires_in_sec, attempts_left, resends_left, resend_after_sec;
    struct smsotp_message message;
    char inbound_text[32]; /* with SMSOTP_METHOD_INBOUND, while pending: what he is to text */
    char inbound_to[24];   /* and to which number */
    char receipt[SMSOTP_RECEIPT_MAX + 1]; /* once approved */
};

/* What to compare. Borrowed for the call. */
struct smsotp_attempt {
    const char *code;
    const struct smsotp_pair *context; /* what is about to be carried out, compared when given */
    size_t n_context;
    const char *attempt_id; /* up to 64 bytes: repeating is safe and counts once; NULL: none */
};

struct smsotp_check {
    enum smsotp_check_result result;
    enum smsotp_verification_status status;
    unsigned attempts_left;
    char receipt[SMSOTP_RECEIPT_MAX + 1]; /* once approved */
};

/* An event of GET /v1/events. Borrowed for the call. */
struct smsotp_event {
    const char *id;   /* to go on from; decimal */
    const char *name; /* like "verification.approved" */
    const char *data; /* JSON */
};

/*
 * A handle for the gateway at `socket_path` (copied; NULL: the shop systems' socket,
 * /run/smsotp/api.sock). Nothing is connected yet. -ENOMEM; -ENAMETOOLONG: more than 107 bytes.
 */
SMSOTP_EXPORT int smsotp_new(struct smsotp **ret, const char *socket_path);

/* Wipes a token and frees. Takes NULL; returns NULL. */
SMSOTP_EXPORT struct smsotp *smsotp_free(struct smsotp *smsotp);

/* A bearer token for every call from now on, for callers who are not known by their user. Before
 * the handle is shared. -EINVAL: not visible ASCII; -ENOMEM. */
SMSOTP_EXPORT int smsotp_set_token(struct smsotp *smsotp, const char *token);

/* Makes a verification and queues its text. POST /v1/verifications. */
SMSOTP_EXPORT int smsotp_verify(struct smsotp *smsotp, const struct smsotp_request *request,
    unsigned timeout_ms, struct smsotp_verification *ret, struct smsotp_error *ret_error);

/* Compares a code. Whatever comes of it is a result, not an error; a code of the wrong form is
 * refused with "invalid" and counts nothing. POST /v1/verifications/{id}/check. */
SMSOTP_EXPORT int smsotp_check(struct smsotp *smsotp, const char *id,
    const struct smsotp_attempt *attempt, unsigned timeout_ms, struct smsotp_check *ret,
    struct smsotp_error *ret_error);

/* The state of a verification. GET /v1/verifications/{id}. */
SMSOTP_EXPORT int smsotp_get(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error);

/* The newest verification with this reference: what became of a bill, be it for the same amount and
 * number or not; smsotp_verify() with `resume` goes on with one. Refused with "not_found" when
 * there is none. GET /v1/verifications?reference=. */
SMSOTP_EXPORT int smsotp_find(struct smsotp *smsotp, const char *reference, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error);

/* Sends the text again. POST /v1/verifications/{id}/resend. */
SMSOTP_EXPORT int smsotp_resend(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error);

/*
 * Ends a pending verification; one that has ended stays as it is.
 * POST /v1/verifications/{id}/cancel.
 */
SMSOTP_EXPORT int smsotp_cancel(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_verification *ret, struct smsotp_error *ret_error);

/* Queues a plain text, behind all codes. POST /v1/messages. */
SMSOTP_EXPORT int smsotp_message_send(struct smsotp *smsotp, const struct smsotp_text *text,
    unsigned timeout_ms, struct smsotp_message *ret, struct smsotp_error *ret_error);

/* The state of a text, also of one of a verification. GET /v1/messages/{id}. */
SMSOTP_EXPORT int smsotp_message_get(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_message *ret, struct smsotp_error *ret_error);

/*
 * Follows events, blocking, and connects again, from where it was, when the gateway restarts.
 * `types` is a list like "verification,message", or NULL for all that may be seen; `after` an
 * event's id, or NULL for what comes from now on. `each` is called with each event, and with NULL
 * about once a second while none comes; anything but 0 from it ends the following and is returned.
 * Otherwise as all calls; a gateway that is away is waited for.
 */
SMSOTP_EXPORT int smsotp_follow(struct smsotp *smsotp, const char *types, const char *after,
    int (*each)(void *userdata, const struct smsotp_event *event), void *userdata,
    struct smsotp_error *ret_error);

/* An answer as it came. */
struct smsotp_reply {
    unsigned http_status;
    char *body; /* NUL-terminated; smsotp_reply_fini() frees it */
    size_t n_body;
};

/*
 * Any other route, for what has no function of its own. `body` is JSON, or NULL; `headers` are
 * "Name: value" up to NULL, or NULL. 0 whatever the HTTP status is: this one refuses nothing.
 */
SMSOTP_EXPORT int smsotp_call(struct smsotp *smsotp, const char *method, const char *route,
    const char *body, const char *const *headers, unsigned timeout_ms, struct smsotp_reply *ret,
    struct smsotp_error *ret_error);

/* Frees what a reply holds. */
SMSOTP_EXPORT void smsotp_reply_fini(struct smsotp_reply *reply);

/* Names as they are on the wire, static; "other" for the last of each. */
SMSOTP_EXPORT const char *smsotp_verification_status_name(enum smsotp_verification_status status);
SMSOTP_EXPORT const char *smsotp_message_status_name(enum smsotp_message_status status);
SMSOTP_EXPORT const char *smsotp_check_result_name(enum smsotp_check_result result);

#ifdef __cplusplus
}
#endif
