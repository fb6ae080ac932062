/* The list of numbers that get no texts. */
#pragma once

#include "api/call.h"

void optouts_list(struct call *call);
void optouts_add(struct call *call);
void optouts_remove(struct call *call);
