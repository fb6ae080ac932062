/* The routes about keys. Each takes over the call. */
#pragma once

#include "api/call.h"

void key_receipt_keys(struct call *call);
void key_list(struct call *call);
void key_rotate(struct call *call);
