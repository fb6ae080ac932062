/*
 * The tables of texts that came in, and of the PDUs they came in. Every function runs on the
 * store's thread, inside its transaction.
 */
#pragma once

#include "core/id.h"
#include "otp/seal.h"
#include "smsotp/limits.h"
#include "sms/address.h"
#include "sms/outgoing.h"
#include "store/db.h"

#define INBOUND_PDU_MAX SMS_MAX_PDU_OCTETS

/* A text, without its body. */
struct inbound {
    char id[ID_SIZE];
    char modem[SMSOTP_MODEM_NAME_MAX + 1];
    char from[SMS_ADDRESS_TEXT_SIZE]; /* as it may be shown */
    enum sms_encoding encoding;
    unsigned parts, parts_total;
    bool is_complete;
    usec_t received_wall;
    char verification_id[ID_SIZE]; /* that it denied; empty: none */
};

/* A PDU, in clear; sealed in the table. Wiped by whoever has it. */
struct inbound_part {
    uint8_t digest[OTP_DIGEST_SIZE];
    bool is_part; /* of the text that `group_digest` stands for; else it is a whole one */
    uint8_t group_digest[OTP_DIGEST_SIZE];
    uint8_t pdu[INBOUND_PDU_MAX];
    size_t n_pdu;
    char modem[SMSOTP_MODEM_NAME_MAX + 1];
    char from[SMS_ADDRESS_TEXT_SIZE];
    char number[E164_SIZE];        /* the sender's; empty: none */
    char verification_id[ID_SIZE]; /* that it denied; empty: none */
    usec_t received_wall;
};

/* Whether this PDU has been taken before. 1, 0, or an error. */
int inbound_part_exists(struct db *db, const uint8_t digest[static OTP_DIGEST_SIZE]);

/* Remembers a PDU; with `is_part` its octets too, sealed. */
int inbound_part_insert(
    struct db *db, const struct otp_keyring *keyring, const struct inbound_part *part);

/*
 * Reads the parts of a text that wait for others and came within these times, oldest first, `max`
 * at most. One that another key has sealed has no octets.
 */
int inbound_part_load(struct db *db, const struct otp_keyring *keyring,
    const uint8_t group_digest[static OTP_DIGEST_SIZE], usec_t since_wall, usec_t until_wall,
    struct inbound_part *ret_parts, unsigned max, unsigned *ret_n);

/* Says that a part's text is in the table of texts: its octets are wiped. */
int inbound_part_close(struct db *db, const uint8_t digest[static OTP_DIGEST_SIZE]);

/* Group and time of the oldest part that waits, if it came before `before_wall`. Else -ENOENT. */
int inbound_part_oldest(struct db *db, usec_t before_wall,
    uint8_t ret_group_digest[static OTP_DIGEST_SIZE], usec_t *ret_received_wall);

/*
 * Stores a text under a new identifier, greater than all before, which it puts into `inbound` with
 * the time it stands for. `number` is the sender's E.164 number, or empty; it is sealed, as the
 * body.
 */
int inbound_insert(struct db *db, const struct otp_keyring *keyring, struct inbound *inbound,
    const char *number, const char *body, size_t n_body);

/*
 * Calls back with texts newer than `since` (an identifier), `max` of them, oldest first; with NULL
 * the newest `max`. `body` is NULL when another key has sealed it. The callback answers 0, a
 * positive value to stop, or an error.
 */
int inbound_each(struct db *db, const struct otp_keyring *keyring, const char *since, unsigned max,
    int (*each)(void *userdata, const struct inbound *inbound, const char *body, size_t n_body),
    void *userdata);

/* Deletes texts and PDUs received before that, `max` of each at most. */
int inbound_purge(struct db *db, usec_t before_wall, unsigned max, unsigned *ret_n);
