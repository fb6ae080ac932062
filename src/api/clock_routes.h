/* The routes about the clock. Each takes over the call. */
#pragma once

#include "api/call.h"

void clock_accept(struct call *call);
