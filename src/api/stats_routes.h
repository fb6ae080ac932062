/* The route of figures for people and for the status page. */
#pragma once

#include "api/call.h"

/* GET /v1/stats. Takes over the call. */
void stats_read(struct call *call);
