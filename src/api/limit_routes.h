/* What a request would meet, and an operator's resets. */
#pragma once

#include "api/call.h"

void limits_report(struct call *call);
void limits_reset(struct call *call);
