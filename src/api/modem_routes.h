/* Modems: what is known of them, and what a technician may ask of one. */
#pragma once

#include "api/call.h"

void modem_list(struct call *call);
void modem_read(struct call *call);

/* POST /v1/modems/NAME/ACTION, each action with the members that it takes. */
void modem_reset(struct call *call);
void modem_enable(struct call *call);
void modem_disable(struct call *call);
void modem_ussd(struct call *call);
void modem_at(struct call *call);
void modem_pin(struct call *call);
