#include "core/purpose_choice.h"

bool purpose_choice_make(const struct policy *policy, const struct caller *caller, const char *name,
    const struct otp_context *context, const struct purpose **ret_purpose, struct refusal *ret)
{
    const struct purpose *purpose = policy_find_purpose(policy, name);

    if (!purpose) {
        refuse(ret, ERROR_INVALID, "purpose",
            "`purpose` must be one that is configured: checkout, loyalty, account, payment, login, "
            "or a [purpose …] section of the owner's");
        return false;
    }
    if (!caller_may_use(caller, purpose->name)) {
        refuse(ret, ERROR_PURPOSE_NOT_ALLOWED, "purpose",
            "The caller `%s` may not ask for `%s`; the owner sets `purposes` in its [client] "
            "section", caller->name, purpose->name);
        return false;
    }
    for (unsigned i = 0; i < purpose->n_required; i++) {
        const char *value = otp_context_get(context, purpose->required[i]);

        if (value && value[0])
            continue;
        refuse(ret, ERROR_INVALID, "context",
            "`context` must have a text `%s` for the purpose `%s`", purpose->required[i],
            purpose->name);
        return false;
    }
    *ret_purpose = purpose;
    return true;
}
