#include "core/modem_policy.h"

#include "core/policy.h"
#include "util/macros.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct modem_policy *policy_find_modem(const struct policy *policy, const char *name)
{
    for (unsigned i = 0; i < policy->n_modems; i++)
        if (strcmp(policy->modems[i]->name, name) == 0)
            return policy->modems[i];
    return NULL;
}

static bool is_name(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    return n > 0 && n <= SMSOTP_MODEM_NAME_MAX && text[n] == '\0';
}

int policy_add_modem(struct policy *policy, const char *name, struct modem_policy **ret)
{
    struct modem_policy *modem;

    if (!is_name(name))
        return -EINVAL;
    if (policy->n_modems == SMSOTP_MODEMS_MAX)
        return -ENOSPC;
    modem = calloc(1, sizeof(*modem));
    if (!modem)
        return -ENOMEM;
    snprintf(modem->name, sizeof(modem->name), "%s", name);
    policy->modems[policy->n_modems++] = modem;
    *ret = modem;
    return 0;
}

unsigned modem_policy_affinity(const struct modem_policy *modem, const char *number)
{
    size_t longest = 0;

    for (unsigned i = 0; i < modem->n_prefixes; i++) {
        size_t n = strlen(modem->prefixes[i]);

        if (strncmp(number, modem->prefixes[i], n) == 0)
            longest = MAX(longest, n);
    }
    if (longest > 0)
        return 1 + (unsigned)longest;
    return modem->n_prefixes == 0;
}
