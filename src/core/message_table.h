/*
 * The table of messages: texts that wait, were sent, or failed. Every function runs on the store's
 * thread, inside its transaction.
 */
#pragma once

#include "core/outgoing_text.h"
#include "core/sender.h"
#include "core/verification.h"
#include "store/db.h"

/* How a text ended, or that it goes back to the queue. */
struct message_outcome {
    enum message_status status;
    const char *modem;
    int reference;           /* TP-MR, -1: none */
    const char *error_class; /* NULL: none */
    const char *error_text;
};

/* The text of a verification, which waits from now on; its body is derived, not stored. */
int message_insert(struct db *db, const char *client, const struct outgoing_text *text,
    enum sms_encoding encoding, usec_t now_wall);

/* A plain text, with its number, its body and the caller's reference (empty: none). */
int message_insert_plain(struct db *db, const char *client, const struct outgoing_text *text,
    enum sms_encoding encoding, usec_t now_wall);

/* A text as its owner is told of it. */
struct message_row {
    struct message message;
    char verification_id[ID_SIZE]; /* empty: a plain text */
    char client[SMSOTP_CLIENT_MAX + 1];
    char number_masked[E164_SIZE];
    char reference[SMSOTP_REFERENCE_MAX + 1]; /* of a plain text; empty: none */
    usec_t created_wall, expires_wall;
};

/* Reads one by id; or the newest plain one of a client (NULL: of anybody) by reference. -ENOENT. */
int message_load(struct db *db, const char *id, struct message_row *ret);
int message_load_by_reference(
    struct db *db, const char *client, const char *reference, struct message_row *ret);

/* Deletes plain texts that ended before that, `max` at most. */
int message_purge_plain(struct db *db, usec_t finished_before_wall, unsigned max, unsigned *ret_n);

/* The newest text of a verification; `ret->id` is empty when there is none. */
int message_load_latest(struct db *db, const char *verification_id, struct message *ret);

/*
 * Marks a text as handed over to a modem, unless it or its verification has ended meanwhile: then
 * -ENOENT, and it must not be sent.
 */
int message_hand_over(
    struct db *db, const char *id, const char *modem, struct message_subject *ret);

/* Whether a text of this verification has left, or may have. 1, 0, or an error. */
int message_any_left(struct db *db, const char *verification_id);

/*
 * Ends a text that still waits although its verification has ended; leaves any other alone, and
 * answers -ENOENT.
 */
int message_withdraw(
    struct db *db, const char *id, usec_t now_wall, struct message_subject *ret);

/* Stores how it ended. -ENOENT: retention has removed it. */
int message_set_outcome(struct db *db, const char *id, const struct message_outcome *outcome,
    usec_t now_wall, struct message_subject *ret);

/* A TP-MR comes round after 256 texts, a report within the validity period: three days do. */
#define MESSAGE_REPORT_AGE_MAX (3 * USEC_PER_DAY)

/* Stores what the network reports of a text. -ENOENT: retention has removed it. */
int message_set_reported(struct db *db, const char *id, const struct message_outcome *outcome,
    usec_t now_wall, struct message_subject *ret);

/* What a status report knows of the text it is about. */
struct message_match {
    const char *modem;
    uint8_t reference; /* TP-MR */
    bool is_exact;      /* its number is in international form: a text to another is not meant */
    unsigned n_numbers; /* that it may be about */
    uint8_t number_indexes[SENDER_NUMBERS_MAX][OTP_NUMBER_INDEX_SIZE];
};

/* Binds ?1 to the earliest time of a text, ?2 modem, ?3 reference; `by_number`: ?4 to ?6. */
void message_match_bind(
    struct db_statement *s, const struct message_match *match, usec_t now_wall, bool by_number);

/*
 * Stores what became of the newest text that matches, was sent in the last three days, and has not
 * been reported on. Where no number tells, the reference does, if it is that of one text alone.
 * Last comes the one text to the number that left nobody knows how: of it no reference is known.
 * -ENOENT: there is none, or more than one.
 */
int message_set_delivery(struct db *db, const struct message_match *match,
    const struct message_outcome *outcome, usec_t now_wall, struct message_subject *ret);

/*
 * After a restart: whatever was handed over may have been sent. Calls back with each; a negative
 * answer ends it.
 */
int message_settle_interrupted(struct db *db, usec_t now_wall,
    int (*each)(void *userdata, const struct message_subject *subject), void *userdata);

/*
 * Reads the texts that wait, oldest first, calling back with each (ownership moves). A damaged row
 * is passed over.
 */
int message_load_queued(
    struct db *db, void (*each)(void *userdata, struct outgoing_text *text), void *userdata);
