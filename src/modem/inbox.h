/*
 * Received messages and reports on their way up: pushed by the modem with their PDU, or read from
 * the store a notice names and deleted there once they have been handed on.
 */
#pragma once

#include "at/message.h"

#include <stdbool.h>

struct modem;

#define INBOX_WAITING 16 /* notices; a SIM stores 10 to 50 messages */

struct inbox {
    struct at_message_notice waiting[INBOX_WAITING]; /* [0] is being read while `busy` */
    size_t n_waiting;
    bool busy;
    bool has_header;
    unsigned octets; /* of the TPDU that follows the header */
    bool has_message;
    char memory[AT_MEMORY_SIZE]; /* selected for reading by +CPMS */
};

/* Forgets what waits: the conversation has begun anew. `memory` is kept for bring-up to set. */
void inbox_reset(struct inbox *inbox);

/* +CMT, +CDS with the PDU that follows. */
void inbox_pushed(struct modem *modem, const char *header, const char *body);

/* +CMTI, +CDSI: to be read when the modem is at leisure. */
void inbox_notice(struct modem *modem, const char *line);

/* Reads the next one, if there is one and nothing else goes on. */
void inbox_run(struct modem *modem);
