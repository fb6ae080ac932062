/*
 * Status reports: what the network says became of a text that was sent. Found again by modem,
 * TP-Message-Reference and number among the texts of the last days, and written to its row. One
 * that comes before the result of its own send is kept until that is in the database. A
 * verification never depends on one: they come late, or not at all.
 */
#pragma once

#include "core/environment.h"
#include "modem/modem.h"
#include "util/list.h"

#include <stddef.h>
#include <stdint.h>

/* The reports of one modem. On the loop's thread. */
struct delivery_reports {
    const struct environment *env;
    struct modem *modem;
    unsigned n_under_way;     /* sends that have begun and whose results are not recorded yet */
    struct list_link waiting; /* reports of no text so far */
    unsigned n_waiting;
};

void delivery_reports_init(
    struct delivery_reports *reports, const struct environment *env, struct modem *modem);

/* Frees what waits. The store has been closed before. */
void delivery_reports_fini(struct delivery_reports *reports);

/* A send begins; its result is in the database, or there will be none. */
void delivery_reports_send_begins(struct delivery_reports *reports);
void delivery_reports_send_settled(struct delivery_reports *reports);

/*
 * Takes the PDU of a report (with its SMSC field) that the modem received, and answers the modem's
 * token.
 */
void delivery_report_take(struct delivery_reports *reports, uint32_t token, const uint8_t *pdu,
    size_t n_octets);
