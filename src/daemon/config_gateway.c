/* [gateway] and [replies]. */
#include "daemon/config_keys.h"

#include "util/parse.h"
#include "util/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int read_shop(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;

    (void)suffix;
    if (!value[0] || strlen(value) > SMSOTP_SHOP_MAX || !utf8_is_printable(value, true))
        return -EINVAL;
    snprintf(policy->shop, sizeof(policy->shop), "%s", value);
    return 0;
}

static int take_country(void *object, const char *word)
{
    struct policy *policy = object;

    if (policy->n_countries == POLICY_COUNTRIES_MAX ||
        config_copy_prefix(
            word, policy->countries[policy->n_countries], sizeof(policy->countries[0])) < 0)
        return -EINVAL;
    policy->n_countries++;
    return 0;
}

static int take_denied(void *object, const char *word)
{
    struct policy *policy = object;

    if (policy->n_denied == POLICY_DENIED_MAX ||
        config_copy_prefix(word, policy->denied[policy->n_denied], sizeof(policy->denied[0])) < 0)
        return -EINVAL;
    policy->n_denied++;
    return 0;
}

static int read_deny_numbers(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;

    (void)suffix;
    policy->n_denied = 0;
    return config_each_word(value, take_denied, policy);
}

static int read_special(void *object, const char *suffix, const char *value)
{
    bool allows = strcmp(value, "allow") == 0;

    (void)suffix;
    if (!allows && strcmp(value, "refuse") != 0)
        return -EINVAL;
    ((struct config *)object)->policy->allows_special = allows;
    return 0;
}

static int read_country(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;

    (void)suffix;
    policy->n_countries = 0;
    return config_each_word(value, take_country, policy);
}

/* GDPR Art. 5(1)(e): no longer than needed; DPDP Rules 2025: logs for a year at least. */
static const struct {
    const char *name;
    usec_t retention;
} retention_profiles[] = {{"eu-30d", 30 * USEC_PER_DAY}, {"in-1y", 366 * USEC_PER_DAY}};

static int read_retention(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;
    usec_t retention;

    (void)suffix;
    for (size_t i = 0; i < ARRAY_SIZE(retention_profiles); i++)
        if (strcmp(value, retention_profiles[i].name) == 0) {
            policy->retention = retention_profiles[i].retention;
            return 0;
        }
    if (parse_duration(value, &retention) < 0 || retention < USEC_PER_DAY ||
        retention > 3660 * USEC_PER_DAY)
        return -EINVAL;
    policy->retention = retention;
    return 0;
}

static int read_locale(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;

    (void)suffix;
    if (!policy_is_locale(value))
        return -EINVAL;
    snprintf(policy->locale, sizeof(policy->locale), "%s", value);
    return 0;
}

static int read_national(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    if (strcmp(value, "auto") != 0 && strcmp(value, "off") != 0)
        return -EINVAL;
    ((struct config *)object)->policy->national = value[0] == 'a';
    return 0;
}

static const struct config_key gateway_keys[] = {
    {"shop", read_shop, "a name of 1 to 40 bytes, as it is to appear in texts"},
    {"country", read_country, "up to 16 prefixes of E.164 numbers, like `+91`"},
    {"deny", read_deny_numbers, "up to 64 prefixes of E.164 numbers, like `+91140 +917`"},
    {"special", read_special, "`refuse` or `allow`"},
    {"retention", read_retention, "`eu-30d`, `in-1y`, or a time from 1d to 3660d, like `30d`"},
    {"locale", read_locale, "the locale of texts that name none, like `en`, `hi` or `hi-Latn`"},
    {"national", read_national, "`off`, or `auto` for the language tables of GSM 7-bit"},
};

/* [replies] */

static int take_reply(void *object, const char *word)
{
    return reply_words_add(object, word);
}

static int read_words(struct reply_words *words, const char *value)
{
    words->n_words = 0;
    return strcmp(value, "off") == 0 ? 0 : config_each_word(value, take_reply, words);
}

static int read_deny(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_words(&((struct config *)object)->policy->deny, value);
}

static int read_stop(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_words(&((struct config *)object)->policy->stop, value);
}

static int read_start(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_words(&((struct config *)object)->policy->start, value);
}

/* It must not be a word that denies or stops as well. */
static int read_reverse_word(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;
    size_t n = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    (void)suffix;
    if (n < 2 || n > SMSOTP_REVERSE_WORD_MAX || value[n] ||
        reply_words_match(&policy->deny, value, n) || reply_words_match(&policy->stop, value, n) ||
        reply_words_match(&policy->start, value, n))
        return -EINVAL;
    snprintf(policy->reverse_word, sizeof(policy->reverse_word), "%s", value);
    return 0;
}

static const struct config_key replies_keys[] = {
    {"deny", read_deny, "`off`, or up to 48 words with spaces between them, like `NO STOP`"},
    {"stop", read_stop, "`off`, or up to 48 words with spaces between them, like `STOP`"},
    {"start", read_start, "`off`, or up to 48 words with spaces between them, like `START`"},
    {"inbound", read_reverse_word, "2 to 11 letters, and none of the words above, like `SHOP`"},
};

const struct config_section config_gateway = {
    "gateway", false, config_open_whole, CONFIG_KEYS(gateway_keys)};
const struct config_section config_replies = {
    "replies", false, config_open_whole, CONFIG_KEYS(replies_keys)};
