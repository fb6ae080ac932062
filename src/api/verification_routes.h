/* The routes under /v1/verifications. Each takes over the call. */
#pragma once

#include "api/call.h"

void verification_create(struct call *call);
void verification_find(struct call *call);   /* ?reference= */
void verification_read(struct call *call);
void verification_check(struct call *call);
void verification_resend(struct call *call);
void verification_cancel(struct call *call);
