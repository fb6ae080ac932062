/* [limits] */
#include "daemon/config_keys.h"

static int read_number_limit(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return limit_parse(&((struct config *)object)->policy->number, value);
}

static int read_guesses_limit(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return limit_parse(&((struct config *)object)->policy->guesses, value);
}

static int read_client_limit(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return limit_parse(&((struct config *)object)->policy->client, value);
}

static int read_gateway_limit(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return limit_parse(&((struct config *)object)->policy->gateway, value);
}

#define LIMIT_EXPECTED "`off`, or up to 6 of COUNT/TIME like `1/30s 10/1d`"
static const struct config_key limits_keys[] = {
    {"number", read_number_limit, LIMIT_EXPECTED},
    {"guesses", read_guesses_limit, LIMIT_EXPECTED},
    {"client", read_client_limit, LIMIT_EXPECTED},
    {"gateway", read_gateway_limit, LIMIT_EXPECTED},
};

const struct config_section config_limits = {
    "limits", false, config_open_whole, CONFIG_KEYS(limits_keys)};
