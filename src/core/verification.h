/*
 * A verification and its text as they stand in the database, and how a caller sees them. Plain
 * data; copied, never shared between threads.
 */
#pragma once

#include "core/id.h"
#include "core/moment.h"
#include "core/status.h"
#include "otp/reverse_code.h"
#include "otp/seal.h"
#include "smsotp/limits.h"
#include "sms/outgoing.h"

#include <stdbool.h>

struct verification {
    char id[ID_SIZE];
    char client[SMSOTP_CLIENT_MAX + 1];
    char purpose[SMSOTP_PURPOSE_MAX + 1];
    char locale[SMSOTP_LOCALE_MAX + 1];
    char reference[SMSOTP_REFERENCE_MAX + 1]; /* empty: none */
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE];
    uint8_t prefix_index[OTP_NUMBER_INDEX_SIZE]; /* known while a text is being made; not stored */
    char number_masked[E164_SIZE];
    uint8_t number_sealed[OTP_SEALED_NUMBER_SIZE];
    bool has_number; /* false once the sealed number has been wiped */
    uint32_t key_id;
    uint32_t generation; /* of the code that is valid now */
    unsigned code_length;
    uint8_t context_digest[OTP_CONTEXT_DIGEST_SIZE];
    enum verification_status status;
    unsigned attempts, attempts_max;
    unsigned sends, sends_max;
    bool resend_new; /* a resend makes a new code */
    usec_t ttl;
    struct moment created, expires, last_send;
    usec_t finished_wall; /* 0: it has not */
    bool is_reverse;      /* approved by a text from its number, known again by: */
    uint8_t reverse_mac[OTP_DIGEST_SIZE];
    bool has_receipt;     /* then: */
    uint32_t receipt_key_id;
    uint8_t receipt_signature[OTP_SIGNATURE_SIZE];
};

struct message {
    char id[ID_SIZE]; /* empty: there is none */
    enum message_status status;
    enum sms_encoding encoding;
    unsigned segments;
    char error_class[24]; /* why it failed, for programs; empty: it did not */
    char error_text[96];  /* and for people */
};

/* Whose a text is, for the journal. */
struct message_subject {
    char id[ID_SIZE];
    char verification_id[ID_SIZE]; /* empty: a plain text */
    char client[SMSOTP_CLIENT_MAX + 1];
    char number_masked[E164_SIZE];
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE];
};

/* What a customer is to text, and to which number; empty where there is nothing to tell. */
struct reverse_view {
    char text[SMSOTP_REVERSE_WORD_MAX + 1 + OTP_REVERSE_SIZE];
    char to[E164_SIZE];
};

/* What a caller is told of a verification. */
struct verification_view {
    const struct verification *verification;
    const struct message *message;
    unsigned expires_in_sec, attempts_left, resends_left, resend_after_sec;
    int position; /* of its text in the queue, 0 is next; -1: not in the queue */
    int eta_sec;  /* until the text will have been sent, estimated; -1: not in the queue */
    struct reverse_view reverse;
};
