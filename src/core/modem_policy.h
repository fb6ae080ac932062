/*
 * What the owner decided about sending by one modem: a part of the policy, which a reload changes too.
 * What the modem itself needs is in `struct modem_config`.
 */
#pragma once

#include "core/quota.h"
#include "smsotp/limits.h"

struct policy;

struct modem_policy {
    char name[SMSOTP_MODEM_NAME_MAX + 1];
    struct quota_limits quota; /* of the SIM that is in it */
};

/* That of a name, or NULL. */
struct modem_policy *policy_find_modem(const struct policy *policy, const char *name);

/* Adds one without limits. -ENOSPC: SMSOTP_MODEMS_MAX; -ENOMEM; -EINVAL: a malformed name. */
int policy_add_modem(struct policy *policy, const char *name, struct modem_policy **ret);
