/*
 * The text a code travels in, with `{name}` where values go. `{code}` must be there; `{{` and `}}` are
 * braces. Names: code, shop, minutes, reference, and every key of the context. A template is checked
 * when the configuration is read, so that rendering cannot fail for a reason the owner should know.
 */
#pragma once

#include "otp/context.h"

#define OTP_TEMPLATE_MAX 640 /* bytes of template text */
#define OTP_TEXT_SIZE 1024   /* of a rendered text with its NUL */

/* What goes wrong in a template; for a message of one line. */
#define OTP_TEMPLATE_ERROR_SIZE 160

/*
 * Checks a template: well-formed UTF-8 of at most OTP_TEMPLATE_MAX bytes, braces that match, known
 * names, one `{code}`. `context_keys` (n_keys) are the keys that the purpose requires, the only ones
 * of the context a template may name. -EINVAL with a sentence in ret_error.
 */
int otp_template_check(const char *template_text, const char *const *context_keys, size_t n_keys,
    char ret_error[static OTP_TEMPLATE_ERROR_SIZE]);

struct otp_template_values {
    const char *code;
    const char *shop;
    const char *reference; /* NULL: empty */
    unsigned minutes;      /* of validity, rounded up */
    const struct otp_context *context;
};

/* Renders into ret_text. -ENOBUFS: too long; -ENOKEY: a name without value. Wiped on error. */
int otp_template_render(const char *template_text, const struct otp_template_values *values,
    char ret_text[static OTP_TEXT_SIZE]);
