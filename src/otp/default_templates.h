/*
 * The texts and required context keys of the purposes a shop has from the first day, used where the
 * configuration says nothing. Constant data, in NFC. With values of usual length each text is one
 * SMS: English and Hinglish (`hi-Latn`) in the GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1),
 * the other languages of India and its neighbours in UCS-2.
 */
#pragma once

#include <stddef.h>

#define OTP_DEFAULT_PURPOSES 5
#define OTP_DEFAULT_MAX_KEYS 3

struct otp_default_text {
    const char *locale; /* BCP 47: en, hi, hi-Latn, mr, bn, ta, te, kn, ml, gu, pa, or, ur */
    const char *text;
};

struct otp_default_purpose {
    const char *name;
    const char *context_keys[OTP_DEFAULT_MAX_KEYS]; /* required of the context */
    size_t n_context_keys;
    const struct otp_default_text *texts;
    size_t n_texts;
};

extern const struct otp_default_purpose otp_default_purposes[OTP_DEFAULT_PURPOSES];

/* The text of a locale, or NULL. */
const char *otp_default_text_find(const struct otp_default_purpose *purpose, const char *locale);
