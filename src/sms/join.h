/*
 * Puts the parts of a concatenated text together (3GPP TS 23.040 §9.2.3.24.1). Pure.
 */
#pragma once

#include "sms/pdu.h"

/* Whether both are parts of one message: sender, reference with its width, and total agree. */
bool sms_join_matches(const struct sms_decoded *a, const struct sms_decoded *b);

/*
 * Appends the text of `n` parts, given in any order, in the order of their sequence. A part that is
 * missing is left out, one that comes twice counts once. The number of distinct parts; -EINVAL: one
 * has no text, or not all are of one message (a single part without concatenation is).
 */
int sms_join(const struct sms_decoded *const *parts, size_t n, struct strbuf *text);
