/* The route that lists received texts. It takes over the call. */
#pragma once

#include "api/call.h"

void inbound_list(struct call *call); /* ?since=ID&limit=N */
