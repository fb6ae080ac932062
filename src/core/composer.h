/*
 * From what a code is for to the PDUs that carry it. The code exists only here, between the moment
 * a modem is free and the hand-over: derived, rendered, encoded, wiped.
 */
#pragma once

#include "core/environment.h"
#include "core/message_table.h"

/*
 * How the text for these values will travel, sized with a code that has as many digits. -EMSGSIZE:
 * in more segments than the purpose allows; else as rendering_make().
 */
int composer_size(const struct policy *policy, const struct purpose *purpose, const char *locale,
    const char *reference, const struct otp_context *context, struct sms_sizing *ret);

/* Chooses what all parts of a text have to agree on. Before its first part. */
void composer_settle(struct outgoing_text *text, const struct moment *now);

/*
 * Composes a waiting text, settled before, into ret_parts. -ENOKEY: purpose or template are gone
 * from the configuration; -EBADMSG: it was made with a key that is not there; else what encoding
 * answers. The caller wipes ret_parts.
 */
int composer_compose(const struct environment *env, const struct outgoing_text *text,
    const struct moment *now, struct sms_pdu ret_parts[static SMS_MAX_PARTS],
    unsigned *ret_n_parts);
