/*
 * Verifications by reverse code (`method: "inbound"`): the customer texts to one of the shop's SIMs
 * what the till shows. What a text may do: with the right code from the claimed number it approves,
 * once; with the right code from any other number it denies, for then somebody else has seen it;
 * with a wrong code from the number it uses up one of three tries. Nothing else that comes in gives
 * authority.
 */
#pragma once

#include "core/environment.h"
#include "core/sender.h"
#include "core/verification.h"
#include "otp/reverse_code.h"

struct gateway;
struct refusal;

/* By what a code in a text is known again without being stored. */
void reverse_mac(const struct otp_keyring *keyring, const char code[static OTP_REVERSE_SIZE],
    uint8_t ret_mac[static OTP_DIGEST_SIZE]);

/* Makes a new verification, whose number, purpose and context are set, one by reverse code. */
int reverse_begin(const struct otp_keyring *keyring, struct verification *v);

/*
 * On the loop's thread: what the customer is to text, and the number of a ready SIM; empty: none.
 */
void reverse_describe(
    const struct gateway *gateway, const struct verification *v, struct reverse_view *ret);

/* The E.164 number of a SIM that can take texts now. False: none that is ready and knows it. */
bool reverse_find_number(const struct gateway *gateway, char ret_number[static E164_SIZE]);

/*
 * Whether there may be one now: its purpose (NULL: not known) has leave, and a SIM that is ready
 * knows its number. False: *ret says why not.
 */
bool reverse_check(
    const struct gateway *gateway, const struct purpose *purpose, struct refusal *ret);

/* Reads who texts, NULL being the gateway. False: it is no such word, and *ret says which there
 * are. */
bool reverse_is_method(const char *method, bool *ret_is_reverse, struct refusal *ret);

/* A text with a code in it. */
struct reverse_text {
    const uint8_t *mac; /* of the code, OTP_DIGEST_SIZE octets */
    uint8_t (*indexes)[OTP_NUMBER_INDEX_SIZE]; /* of the numbers its sender may have */
    unsigned n_indexes;
    usec_t about_until; /* wall time: what was created later, it was not about */
};

/* What it came to. */
struct reverse_result {
    char id[ID_SIZE]; /* empty: it is about none */
    enum verification_status status; /* pending: a try is used up */
};

/* On the store's thread: carries it out. */
int reverse_settle(struct db *db, const struct environment *env, const struct reverse_text *text,
    const struct moment *now, struct reverse_result *ret);
