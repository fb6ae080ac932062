/*
 * A text as the customer will read it: the template of a purpose and locale with its values, the
 * last line that a browser or an app looks for, and, where that saves a dearer alphabet, typography
 * rewritten. Whoever holds one wipes it, since it may hold a code. Used on the loop's thread.
 */
#pragma once

#include "core/policy.h"
#include "otp/template.h"
#include "sms/outgoing.h"
#include "sms/transliterate.h"
#include "util/log.h"

#define RENDERING_ERROR_SIZE 256

struct rendering {
    char text[OTP_TEXT_SIZE];
    const struct purpose_template *template; /* borrowed from the policy; NULL: a text of its own */
    struct sms_sizing sizing;
    struct sms_replaced replaced; /* characters that were rewritten */
};

/*
 * Renders; `values->shop` is the policy's. -ENOKEY: no template, or a required value is missing;
 * -EMSGSIZE or -ENOBUFS: longer than SMS allows; -EINVAL, -EILSEQ: not a template that was checked.
 */
int rendering_make(const struct policy *policy, const struct purpose *purpose, const char *locale,
    const struct otp_template_values *values, struct rendering *ret);

/* The same for a text that comes whole. -EILSEQ, -EMSGSIZE, -ENOBUFS. */
int rendering_of_text(const struct policy *policy, const char *text, struct rendering *ret);

/* Wipes a text that may hold a code. */
void rendering_wipe(struct rendering *rendering);

/* What sms_outgoing_* are to be told, but for the number. `text` is borrowed. */
struct sms_outgoing rendering_outgoing(const struct policy *policy, const char *text);

/*
 * Whether the longest text of a template, with values as otp_template_sizing_chars() has them, fits
 * in the purpose's segments (and, for an Android app, in 140 bytes). -EMSGSIZE with a sentence.
 */
int rendering_check(const struct policy *policy, const struct purpose *purpose,
    const struct purpose_template *template, char ret_error[static RENDERING_ERROR_SIZE]);

/* Whole minutes of a lifetime, rounded up, as texts name them. */
unsigned rendering_minutes(usec_t lifetime);

/* Warns of each template whose typography is rewritten, so that its owner can choose. */
void rendering_report(const struct policy *policy, const struct log *log);
