/*
 * The network's USSD service as a simulated modem shows it: a balance for any code, a menu behind
 * *111#, refusal (*100#), silence (*999#); written plain by the character set, as UCS-2 or as
 * packed septets in hex. On the loop's thread.
 */
#pragma once

#include "loop/timer.h"
#include "sim/channel.h"
#include "util/enum.h"

#include <stdbool.h>

#define USSD_CODING_LIST(X)                                                                        \
    X(USSD_PLAIN, "plain")   /* as AT+CSCS says */                                                 \
    X(USSD_UCS2, "ucs2")                                                                           \
    X(USSD_PACKED, "packed") /* codes have to come so, too */
ENUM_DECLARE(ussd_coding, USSD_CODING_LIST);

#define USSD_LINE_SIZE 1024

struct ussd {
    unsigned menu;       /* the network waits for a reply to this one; 0: for none */
    char line_data[USSD_LINE_SIZE];
    struct strbuf line; /* due; octets of the alphabet, NUL among them */
    struct timer timer;
};

/* No answer is due; ussd_fini() before the memory goes away. */
void ussd_init(struct ussd *ussd, struct modem *modem, struct loop *loop);
void ussd_fini(struct ussd *ussd);

/* AT+CUSD: a handler as in sim/commands.h. */
struct at_command;
struct result ussd_run(struct modem *modem, const struct at_command *command);
