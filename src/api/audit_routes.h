/* The routes about the audit log. Each takes over the call. */
#pragma once

#include "api/call.h"

void audit_list(struct call *call);
void audit_read_head(struct call *call);
void audit_verify(struct call *call);
