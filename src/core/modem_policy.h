/*
 * What the owner decided about sending by one modem: a part of the policy, which a reload changes
 * too. What the modem itself needs is in `struct modem_config`.
 */
#pragma once

#include "core/balance_rule.h"
#include "core/quota.h"
#include "smsotp/limits.h"
#include "util/e164.h"

struct policy;

#define MODEM_PREFIXES_MAX 32

struct modem_policy {
    char name[SMSOTP_MODEM_NAME_MAX + 1];
    /* with `+`: of numbers that it is to be preferred for */
    char prefixes[MODEM_PREFIXES_MAX][E164_SIZE];
    unsigned n_prefixes;
    struct balance_rule balance;
    struct quota_limits quota; /* of the SIM that is in it */
};

/* That of a name, or NULL. */
struct modem_policy *policy_find_modem(const struct policy *policy, const char *name);

/* Adds one without limits. -ENOSPC: SMSOTP_MODEMS_MAX; -ENOMEM; -EINVAL: a malformed name. */
int policy_add_modem(struct policy *policy, const char *name, struct modem_policy **ret);

/*
 * How much a modem is meant for this number, more is better: by its longest prefix that fits; one
 * without prefixes is for whatever comes, one with others rather not.
 */
unsigned modem_policy_affinity(const struct modem_policy *modem, const char *number);
