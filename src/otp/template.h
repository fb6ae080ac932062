/*
 * The text a code travels in, with `{name}` where values go; `{{` and `}}` are braces. Names:
 *   code shop minutes reference      the gateway's own,
 *   the keys the purpose requires    of the context, always there,
 *   currency bill points change field terminal order item
 *                                    of the context when they are there.
 * A value that may be missing and is (absent, or nothing of it can be seen) leaves nothing behind:
 * a space doubled by it, or left before punctuation, a line's or the text's end, goes with it. A
 * template is checked when the configuration is read, so that rendering cannot fail for a reason
 * the owner should know.
 */
#pragma once

#include "otp/context.h"

#define OTP_TEMPLATE_MAX 640 /* bytes of template text */
#define OTP_TEXT_SIZE 1024   /* of a rendered text with its NUL */

/* What goes wrong in a template; for a message of one line. */
#define OTP_TEMPLATE_ERROR_SIZE 160

/*
 * Checks a template: well-formed UTF-8 of at most OTP_TEMPLATE_MAX bytes without control characters
 * but the line break; braces that match; names as above, `context_keys` (n_keys) being the keys
 * that the purpose requires; `{code}` at least once, set apart from letters, digits and other
 * values so that it can be read; `{amount}` and `{payee}` where they are required (what is approved
 * must be seen), set apart from digits and other values; and no more than OTP_TEXT_SIZE when every
 * value has OTP_CONTEXT_MAX_VALUE bytes. -EINVAL with a sentence in ret_error.
 */
int otp_template_check(const char *template_text, const char *const *context_keys, size_t n_keys,
    char ret_error[static OTP_TEMPLATE_ERROR_SIZE]);

/* No value is longer than OTP_CONTEXT_MAX_VALUE bytes, shop and reference included. */
struct otp_template_values {
    const char *code;
    const char *shop;
    const char *reference; /* NULL: empty */
    unsigned minutes;      /* of validity, rounded up */
    const struct otp_context *context;
};

/*
 * How many characters a text is sized for where the value of a name is not known yet: more than
 * usual, less than OTP_CONTEXT_MAX_VALUE allows. DLT of India allows a variable 30 (Kaleyra,
 * MSG91).
 */
unsigned otp_template_sizing_chars(const char *name);

/* The names that may be missing from a context, past the last NULL. */
extern const char *const otp_template_optional_keys[];

/*
 * Renders a checked template into ret_text. -ENOKEY: a required value is absent or cannot be seen;
 * -ENOBUFS: too long, for a value beyond its bound; -EINVAL: not a checked template. Wiped on
 * error.
 */
int otp_template_render(const char *template_text, const struct otp_template_values *values,
    char ret_text[static OTP_TEXT_SIZE]);
