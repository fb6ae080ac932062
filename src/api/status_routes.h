/* The routes that tell how the gateway is: health and modems. Each takes over the call. */
#pragma once

#include "api/call.h"

void status_health(struct call *call);
void status_modems(struct call *call);
void status_modem(struct call *call);
