/* Figures for machines. */
#pragma once

#include "api/call.h"

/* GET /metrics: Prometheus' text format. Takes over the call. */
void metrics_read(struct call *call);
