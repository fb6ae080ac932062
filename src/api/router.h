/* From method and path to the handler: one table, from which 404 and 405 follow too. */
#pragma once

#include "api/call.h"

/* Calls the handler of the route, or refuses. Takes over the call. */
void router_dispatch(struct call *call);
