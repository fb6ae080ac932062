/*
 * The operator behind a modem: takes texts and carries them to the handset, sends delivery reports,
 * and brings texts for the modem. On the loop's thread.
 */
#pragma once

#include "sim/modem.h"

/* Whether a text would be carried now: registered, on or off, by <stat> of TS 27.007 §7.2. */
bool network_carries_sms(const struct modem *modem);

/*
 * Carries modem->outgoing. 0, or the code of +CMS ERROR; `ret_mr` is the reference the modem gave
 * it. A delivery report follows if it was asked for and the operator makes them.
 */
unsigned network_submit(struct modem *modem, uint8_t *ret_mr);

/*
 * Brings a text (UTF-8), in parts if it is long, to where +CNMI sends it. -EILSEQ: no UTF-8;
 * -E2BIG: longer than 255 parts; -ENOSPC: the card's memory is full; -ENETDOWN: out of reach.
 */
int network_deliver(struct modem *modem, const char *from, const char *text);

/* Sends the delivery reports that are due. */
void network_send_reports(struct modem *modem);
