/* The handler of `GET /v1/events`: Server-Sent Events, see the list of routes in router.c. */
#pragma once

#include "api/call.h"

void event_follow(struct call *call);
