/* Handler of the status page, `GET /`. */
#pragma once

#include "api/call.h"

/* The page, with the rules that a browser keeps for it. */
void page_read(struct call *call);
