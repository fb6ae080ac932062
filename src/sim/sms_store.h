/*
 * A message memory of a modem ("SM", "ME", "SR" of 3GPP TS 27.005 §2.3.2): numbered slots, a fixed
 * count. Embedded in its owner.
 */
#pragma once

#include "sim/sms_codec.h"

#include <time.h>

/* <stat> of TS 27.005 §3.1, in its numbers. */
enum sms_status { SMS_REC_UNREAD, SMS_REC_READ, SMS_STO_UNSENT, SMS_STO_SENT };

enum sms_kind { SMS_KIND_DELIVER, SMS_KIND_SUBMIT, SMS_KIND_REPORT };

struct sms_slot {
    bool used;
    enum sms_status status;
    enum sms_kind kind;
    uint8_t pdu[SMS_PDU_MAX_OCTETS]; /* service centre first */
    size_t n_pdu;
    size_t smsc_octets;           /* of these, the service centre's */
    char number[SMS_NUMBER_SIZE]; /* for text mode: the other end */
    char text[SMS_PART_TEXT_SIZE];
    time_t at; /* service centre time */
};

struct sms_store {
    const char *name;
    unsigned first_index;
    size_t n_slots;
    struct sms_slot *slots;
};

/* An empty memory. -ENOMEM. */
int sms_store_init(struct sms_store *store, const char *name, size_t n_slots, unsigned first_index);

/* Frees the slots. */
void sms_store_fini(struct sms_store *store);

/* Copies a message into the first free slot. -ENOSPC: full. */
int sms_store_add(struct sms_store *store, const struct sms_slot *message, unsigned *ret_index);

/* The message at an index as AT commands count, or NULL. */
struct sms_slot *sms_store_at(struct sms_store *store, unsigned index);

/* Slots in use. */
size_t sms_store_used(const struct sms_store *store);
