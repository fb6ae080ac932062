/* How the gateway is. The handler takes over the call. */
#pragma once

#include "api/call.h"

void status_health(struct call *call);
