/*
 * A received PDU on its way into the database: known again by its digest if it has come before,
 * stored, joined with the other parts of its text, and the modem told that it may be deleted. A
 * text that begins with a word of denial ends, in the same transaction, those pending verifications
 * of its sender that had been asked for when it was sent. A sender can be forged, so a text takes
 * authority away and never gives any.
 */
#pragma once

#include "core/environment.h"
#include "core/outbox.h"
#include "modem/modem.h"

/*
 * Takes a PDU (with its SMSC field) that `modem` received, and answers the modem's token once it is
 * committed. On the loop's thread.
 */
void inbound_intake(const struct environment *env, struct outbox *outbox, struct modem *modem,
    uint32_t token, const uint8_t *pdu, size_t n_octets);
