/* [modem NAME] */
#include "daemon/config_keys.h"

#include "modem/device_spec.h"
#include "util/e164.h"
#include "util/parse.h"
#include "util/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_device(void *object, const char *suffix, const char *value)
{
    struct device_spec spec;

    (void)suffix;
    if (device_spec_parse(&spec, value) < 0 || !utf8_is_printable(value, false))
        return -EINVAL;
    return config_set_string(&((struct modem_section *)object)->device, value);
}

/* 4 to 8 digits (TS 31.101 §9.5.1), white space around them aside. */
static int set_pin(struct modem_section *modem, const char *text)
{
    size_t begin = strspn(text, " \t\r\n");
    size_t digits = strspn(text + begin, "0123456789");
    char *pin;

    if (digits < 4 || digits > 8 || text[begin + digits + strspn(text + begin + digits, " \t\r\n")])
        return -EINVAL;
    pin = strndup(text + begin, digits);
    if (!pin)
        return -ENOMEM;
    free(modem->pin);
    modem->pin = pin;
    return 0;
}

/* Nobody but its owner may read or change the file; a device such as /dev/null is nobody's. */
static bool is_private(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0;
}

static int read_pin(void *object, const char *suffix, const char *value)
{
    _cleanup_close_ int fd = -1;
    char text[64] = "";
    int r;

    (void)suffix;
    if (strncmp(value, "file:", 5) != 0)
        return set_pin(object, value);
    fd = open(value + 5, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || !is_private(fd) || read(fd, text, sizeof(text) - 1) < 0)
        return -EINVAL;
    r = set_pin(object, text);
    explicit_bzero(text, sizeof(text));
    return r;
}

/* A program that others may change would run as the gateway. */
static int read_power_hook(void *object, const char *suffix, const char *value)
{
    struct stat st;

    (void)suffix;
    if (value[0] != '/' || stat(value, &st) < 0 || !S_ISREG(st.st_mode) || (st.st_mode & 022) ||
        access(value, X_OK) < 0)
        return -EINVAL;
    return config_set_string(&((struct modem_section *)object)->power_hook, value);
}

static int read_usb_reset(void *object, const char *suffix, const char *value)
{
    bool is_off = strcmp(value, "off") == 0;

    (void)suffix;
    if (!is_off && strcmp(value, "auto") != 0)
        return -EINVAL;
    ((struct modem_section *)object)->no_usb_reset = is_off;
    return 0;
}

static int read_roaming(void *object, const char *suffix, const char *value)
{
    bool is_refused = strcmp(value, "refuse") == 0;

    (void)suffix;
    if (!is_refused && strcmp(value, "allow") != 0)
        return -EINVAL;
    ((struct modem_section *)object)->no_roaming = is_refused;
    return 0;
}

static int take_prefix(void *object, const char *word)
{
    struct modem_policy *policy = object;

    if (policy->n_prefixes == MODEM_PREFIXES_MAX ||
        config_copy_prefix(word, policy->prefixes[policy->n_prefixes], E164_SIZE) < 0)
        return -EINVAL;
    policy->n_prefixes++;
    return 0;
}

static int read_prefixes(void *object, const char *suffix, const char *value)
{
    struct modem_policy *policy = ((struct modem_section *)object)->policy;

    (void)suffix;
    policy->n_prefixes = 0;
    return config_each_word(value, take_prefix, policy);
}

static int read_number(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return e164_is_valid(value)
        ? config_set_string(&((struct modem_section *)object)->number, value)
        : -EINVAL;
}

static int read_baud(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_unsigned(value, 1200, 4000000, &((struct modem_section *)object)->baud);
}

static struct balance_rule *balance_of(void *object)
{
    return &((struct modem_section *)object)->policy->balance;
}

/*
 * A code for the network; those that change or unblock a PIN are not sent (TS 22.030 §6.5, §6.6).
 */
static int read_balance_ussd(void *object, const char *suffix, const char *value)
{
    size_t n = strlen(value);

    (void)suffix;
    if (n < 2 || n > BALANCE_USSD_MAX || strspn(value, "0123456789*#") != n ||
        (value[0] != '*' && value[0] != '#') || strncmp(value, "**0", 3) == 0)
        return -EINVAL;
    memcpy(balance_of(object)->ussd, value, n + 1);
    return 0;
}

static int read_balance_every(void *object, const char *suffix, const char *value)
{
    usec_t every;

    (void)suffix;
    if (parse_duration(value, &every) < 0 || every < USEC_PER_HOUR || every > 30 * USEC_PER_DAY)
        return -EINVAL;
    balance_of(object)->every = every;
    return 0;
}

static int read_balance_pattern(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return balance_rule_set_pattern(balance_of(object), value);
}

static int read_balance_low(void *object, const char *suffix, const char *value)
{
    struct balance_rule *rule = balance_of(object);

    (void)suffix;
    rule->has_low = balance_parse(value, strlen(value), &rule->low) == 0 && rule->low > 0;
    return rule->has_low ? 0 : -EINVAL;
}

/* "off", or how much a SIM may send. */
static int read_quota(void *object, const char *value, enum quota_window window)
{
    unsigned *max = &((struct modem_section *)object)->policy->quota.max[window];

    if (strcmp(value, "off") != 0)
        return parse_unsigned(value, 1, SMSOTP_QUOTA_MAX, max);
    *max = 0;
    return 0;
}

static int read_quota_minute(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_quota(object, value, QUOTA_MINUTE);
}

static int read_quota_day(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_quota(object, value, QUOTA_DAY);
}

static int read_quota_month(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_quota(object, value, QUOTA_MONTH);
}

static int read_quota_recipients(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_quota(object, value, QUOTA_RECIPIENTS);
}

static int read_quota_reserve(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_unsigned(value, 0, SMSOTP_QUOTA_MAX,
        &((struct modem_section *)object)->policy->quota.reserve);
}

#define QUOTA_EXPECTED "`off`, or 1 to 1000000"
static const struct config_key modem_keys[] = {
    {"device", read_device, DEVICE_SPEC_EXPECTED},
    {"pin", read_pin,
        "4 to 8 digits, or `file:/PATH` of a readable file that holds them and that is for its "
        "owner alone (chmod 0400)",
        .is_secret = true},
    {"number", read_number, "the SIM's own number with its country code, like +919812345678"},
    {"prefixes", read_prefixes,
        "up to 32 beginnings of numbers with their country code, like +9198 +9199"},
    {"roaming", read_roaming, "`allow` or `refuse`"},
    {"usb_reset", read_usb_reset, "`auto` or `off`"},
    {"power_hook", read_power_hook,
        "the absolute path of a program that can be run, and that only its owner can change"},
    {"baud", read_baud, "a speed from 1200 to 4000000"},
    {"balance_ussd", read_balance_ussd, "a code like *123#, of at most 32 characters"},
    {"balance_every", read_balance_every, "a time from 1h to 30d"},
    {"balance_pattern", read_balance_pattern,
        "a POSIX extended regular expression whose first group, in brackets, is the amount"},
    {"balance_low", read_balance_low, "an amount above 0, like 50 or 12.50"},
    {"quota_minute", read_quota_minute, QUOTA_EXPECTED},
    {"quota_day", read_quota_day, QUOTA_EXPECTED},
    {"quota_month", read_quota_month, QUOTA_EXPECTED},
    {"quota_recipients", read_quota_recipients, QUOTA_EXPECTED},
    {"quota_reserve", read_quota_reserve, "0 to 1000000, less than `quota_day`"},
};

static int open_modem(struct config *config, const char *name, void **ret_object)
{
    struct modem_section *modem;
    struct modem_policy *policy;
    int r;

    for (unsigned i = 0; i < config->n_modems; i++)
        if (strcmp(config->modems[i].name, name) == 0) {
            *ret_object = &config->modems[i];
            return 0;
        }
    r = policy_add_modem(config->policy, name, &policy); /* as many there as here */
    if (r < 0)
        return r;
    modem = &config->modems[config->n_modems++];
    snprintf(modem->name, sizeof(modem->name), "%s", name);
    modem->policy = policy;
    *ret_object = modem;
    return 0;
}

const struct config_section config_modem = {"modem", true, open_modem, CONFIG_KEYS(modem_keys)};
