/*
 * Reverse codes: the till shows one, and a text with it from the number that the customer claims
 * proves that he holds it (NIST SP 800-63B-4 §3.1.3.2: a secret shown on the primary channel and
 * sent back by the phone). `SHOP 4F7K-92QD`: a word, then eight characters of Crockford's base 32,
 * 40 bits, derived like every code from all that it belongs to and never stored. Pure.
 */
#pragma once

#include "otp/code.h"

#define OTP_REVERSE_LENGTH 8
#define OTP_REVERSE_SIZE (OTP_REVERSE_LENGTH + 2) /* with its hyphen and NUL */

/* Derives the code, in the form it is shown in: `4F7K-92QD`. */
void otp_reverse_derive(const uint8_t key[static OTP_CODE_KEY_SIZE],
    const struct otp_subject *subject, char ret_code[static OTP_REVERSE_SIZE]);

/*
 * Reads a text that begins with `word` and a code, into the form it is shown in. Letters count in
 * either case, blanks and hyphens do not, O is read as 0, I and L as 1; what follows the code is
 * nobody's business. False: it is no such text.
 */
bool otp_reverse_read(
    const char *word, const char *text, size_t n, char ret_code[static OTP_REVERSE_SIZE]);
