/* Which purpose a request is for, and whether its caller and context will do for it. */
#pragma once

#include "core/policy.h"
#include "core/refusal.h"

/* The purpose of that name, with all the context that it requires. False: refused, and said why. */
bool purpose_choice_make(const struct policy *policy, const struct caller *caller, const char *name,
    const struct otp_context *context, const struct purpose **ret_purpose, struct refusal *ret);
