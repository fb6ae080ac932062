/*
 * Status reports: what the network says became of a text that was sent. Found again by modem,
 * TP-Message-Reference and number among the texts of the last days, and written to its row. A
 * verification never depends on one: they come late, or not at all.
 */
#pragma once

#include "core/environment.h"
#include "modem/modem.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Takes the PDU of a report (with its SMSC field) that `modem` received, and answers the modem's
 * token. On the loop's thread.
 */
void delivery_report_take(const struct environment *env, struct modem *modem, uint32_t token,
    const uint8_t *pdu, size_t n_octets);
