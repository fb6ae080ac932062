/* The route of figures for machines that watch the gateway. */
#pragma once

#include "api/call.h"

/* GET /metrics: Prometheus' text format. Takes over the call. */
void metrics_read(struct call *call);
