/* [limits] */
#include "daemon/config_keys.h"

#include "util/parse.h"

#include <string.h>

#define DEFINE_LIMIT_READER(field)                                                                 \
    static int read_##field(void *object, const char *suffix, const char *value)                   \
    {                                                                                              \
        (void)suffix;                                                                              \
        return limit_parse(&((struct limits *)object)->field, value);                              \
    }
DEFINE_LIMIT_READER(number)
DEFINE_LIMIT_READER(prefix)
DEFINE_LIMIT_READER(purpose)
DEFINE_LIMIT_READER(client)
DEFINE_LIMIT_READER(gateway)
DEFINE_LIMIT_READER(inbound)
DEFINE_LIMIT_READER(guesses)
DEFINE_LIMIT_READER(failures)
DEFINE_LIMIT_READER(spray)

static int read_share(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return share_parse(&((struct limits *)object)->share, value);
}

static int read_pending(void *object, const char *suffix, const char *value)
{
    unsigned *pending = &((struct limits *)object)->pending;

    (void)suffix;
    if (strcmp(value, "off") != 0)
        return parse_unsigned(value, 1, LIMITS_PENDING_MAX, pending);
    *pending = 0;
    return 0;
}

static int read_conversion(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return conversion_limit_parse(&((struct limits *)object)->conversion, value);
}

#define LIMIT_EXPECTED "`off`, or up to 6 of COUNT/TIME like `1/30s 10/1d`"
static const struct config_key limits_keys[] = {
    {"number", read_number, LIMIT_EXPECTED},
    {"share", read_share, "`off`, or 1% to 100%, like `60%`"},
    {"pending", read_pending, "`off`, or 1 to 20"},
    {"prefix", read_prefix, LIMIT_EXPECTED},
    {"purpose", read_purpose, LIMIT_EXPECTED},
    {"client", read_client, LIMIT_EXPECTED},
    {"gateway", read_gateway, LIMIT_EXPECTED},
    {"conversion", read_conversion,
        "`off`, or PERCENT%/TEXTS with 1% to 100% of the last 5 to 1000, like `30%/20`"},
    {"inbound", read_inbound, LIMIT_EXPECTED},
    {"guesses", read_guesses, LIMIT_EXPECTED},
    {"failures", read_failures, LIMIT_EXPECTED},
    {"spray", read_spray, LIMIT_EXPECTED},
};

static int open_limits(struct config *config, const char *name, void **ret_object)
{
    (void)name;
    *ret_object = &config->policy->limits;
    return 0;
}

const struct config_section config_limits = {
    "limits", false, open_limits, CONFIG_KEYS(limits_keys)};
