/* The routes of texts: plain ones, and how any text of the caller's stands. */
#pragma once

#include "api/call.h"

void message_create(struct call *call);
void message_find(struct call *call);
void message_read(struct call *call);
