/*
 * One PDU on its way: AT+CMGS, the prompt, the decision of the layer above, PDU and Ctrl-Z, the
 * result. The PDU is wiped as soon as it is written or given up; it is never logged.
 */
#pragma once

#include "loop/timer.h"
#include "modem/modem.h"

#define SENDING_HEX_SIZE (2 * 176 + 1)

struct sending {
    bool active;
    bool prompted;
    bool decided;         /* modem_send_proceed() has been called */
    bool handed_over;     /* PDU and Ctrl-Z have been written: it may be sent */
    bool has_reference;
    uint8_t reference;
    int cms_error, cme_error; /* of a refusal that is being looked into */
    bool keep_link;           /* more will follow */
    bool link_refused;        /* the modem does not know how to, or did not answer */
    usec_t link_until;        /* so long it keeps it by itself; 0: it does not */
    usec_t started;
    char data[SENDING_HEX_SIZE + 1]; /* hex and Ctrl-Z */
    size_t n_data;
    struct timer guard_timer; /* before the PDU may follow the prompt */
    struct timer slow_timer;
};

/* Prepares; `modem` is the owner. */
void sending_init(struct sending *sending, struct modem *modem);
void sending_fini(struct sending *sending);

/* What refused it has been looked into (recheck.h): ends it. */
void sending_rechecked(struct modem *modem);

/* The conversation has broken off (unplugged, silent): ends an active send as the case is. */
void sending_break(struct modem *modem);
