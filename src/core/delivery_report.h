/*
 * Status reports: what the network says became of a text that was sent. Found again by modem,
 * TP-Message-Reference and number among the texts of the last days, and written to its row. A
 * verification never depends on one: they come late, or not at all.
 */
#pragma once

#include "core/environment.h"

#include <stddef.h>
#include <stdint.h>

/* Takes the PDU of a report (with its SMSC field) that `modem` received. On the loop's thread. */
void delivery_report_take(
    const struct environment *env, const char *modem, const uint8_t *pdu, size_t n_octets);
