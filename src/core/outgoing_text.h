/*
 * A text on its way to a modem, in memory: what the queue orders it by, and what composing it
 * takes. The database holds the same as a row of `messages`. Owned by whoever has it in hand.
 */
#pragma once

#include "core/quota.h"
#include "core/verification.h"
#include "util/list.h"

/* What a text is. The order is that of sending: who waits for a code stands at the counter. */
enum text_kind {
    TEXT_CODE,
    TEXT_PLAIN,
};

/* A text that waits for a modem, with all that is needed to compose it. Heap-allocated. */
struct outgoing_text {
    struct list_link link; /* the queue's */
    usec_t not_before_boot; /* CLOCK_BOOTTIME */
    usec_t asked_boot;      /* when it was asked for; 0: before a restart */
    uint64_t refused_by;    /* modems, by bit, that another one is to be preferred to */
    usec_t refused_until;   /* CLOCK_BOOTTIME: from then on any modem will do */
    enum text_kind kind;
    char id[ID_SIZE];
    char verification_id[ID_SIZE];
    char purpose[SMSOTP_PURPOSE_MAX + 1];
    char locale[SMSOTP_LOCALE_MAX + 1];
    char reference[SMSOTP_REFERENCE_MAX + 1];
    char number_masked[E164_SIZE];
    uint8_t number_sealed[OTP_SEALED_NUMBER_SIZE];
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE], prefix_index[OTP_NUMBER_INDEX_SIZE];
    uint8_t context_digest[OTP_CONTEXT_DIGEST_SIZE];
    uint32_t key_id, generation;
    unsigned code_length, segments, tries;
    unsigned parts_sent;       /* of a text in several parts whose sending broke off, */
    char parts_sim[SIM_NAME_SIZE]; /* … and by which SIM: the others go by no other */
    uint8_t concat_reference;  /* that ties its parts together; chosen with the first part */
    unsigned minutes;          /* of validity that it names; likewise */
    struct moment deadline;
    char *context_json;   /* owned, of a code */
    uint8_t *body_sealed; /* owned, of a plain text */
    size_t n_body_sealed;
};

/*
 * A new text of a verification, with an identifier of its own, due by the verification's deadline.
 * `segments` is left to the caller. -ENOMEM.
 */
int outgoing_text_new(
    struct outgoing_text **ret, const struct verification *verification, const char *context_json);

/* What is left of it to send. */
unsigned outgoing_text_parts_left(const struct outgoing_text *text);

/* Takes NULL; returns NULL. */
struct outgoing_text *outgoing_text_free(struct outgoing_text *text);
DEFINE_CLEANUP(struct outgoing_text *, outgoing_text_free);
