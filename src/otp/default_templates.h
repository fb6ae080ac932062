/*
 * The texts and required context keys of the purposes a shop has from the first day, used where the
 * configuration says nothing. Constant data. Every text is in the GSM 7-bit default alphabet (3GPP
 * TS 23.038 §6.2.1) and fits in one SMS (160 septets) with values of usual length.
 */
#pragma once

#include <stddef.h>

#define OTP_DEFAULT_MAX_KEYS 3

struct otp_default_template {
    const char *purpose;
    const char *locale;
    const char *text;
    const char *context_keys[OTP_DEFAULT_MAX_KEYS]; /* required of the context */
    size_t n_context_keys;
};

extern const struct otp_default_template otp_default_templates[];
extern const size_t otp_n_default_templates;

/* The one for a purpose and locale, or NULL. */
const struct otp_default_template *otp_default_template_find(
    const char *purpose, const char *locale);
