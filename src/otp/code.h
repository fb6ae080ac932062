/*
 * One-time codes, derived and never stored: the decimal digits of a keyed BLAKE2b over everything
 * the code belongs to. Any change to id, generation, purpose, number or context gives another code.
 * Pure; the caller wipes what it was given.
 */
#pragma once

#include "util/e164.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OTP_CODE_MIN_DIGITS 4 /* below 6 only where the configuration says allow_short */
#define OTP_CODE_MAX_DIGITS 10
#define OTP_CODE_SIZE (OTP_CODE_MAX_DIGITS + 1)
#define OTP_CODE_KEY_SIZE 32
#define OTP_CONTEXT_DIGEST_SIZE 32 /* SHA-256 */

/* What a code belongs to. Strings are NUL-terminated and borrowed. */
struct otp_subject {
    const char *id;      /* of the verification */
    uint32_t generation; /* 0 for the first code, counted up where a resend makes a new one */
    const char *purpose;
    const char *number;  /* E.164 */
    const uint8_t *context_digest; /* OTP_CONTEXT_DIGEST_SIZE bytes */
};

/*
 * Derives the code: `length` decimal digits and a NUL, leading zeros kept, every value equally
 * likely (rejection of the tail, no modulo bias). 0, or -EINVAL for a length outside
 * [OTP_CODE_MIN_DIGITS, OTP_CODE_MAX_DIGITS].
 */
int otp_code_derive(const uint8_t key[static OTP_CODE_KEY_SIZE], const struct otp_subject *subject,
    unsigned length, char ret_code[static OTP_CODE_SIZE]);

/* Whether a code has exactly `length` digits and nothing else. */
bool otp_code_is_well_formed(const char *code, unsigned length);

/* Derives the code of `subject` once more and compares in constant time; wipes it. */
bool otp_code_matches(const uint8_t key[static OTP_CODE_KEY_SIZE],
    const struct otp_subject *subject, unsigned length, const char *code);
