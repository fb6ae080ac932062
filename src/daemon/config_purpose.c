/* [purpose NAME] */
#include "daemon/config_keys.h"

#include "util/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int read_ttl(void *object, const char *suffix, const char *value)
{
    usec_t ttl;

    (void)suffix;
    if (parse_duration(value, &ttl) < 0 || ttl < SMSOTP_TTL_MIN_SEC * USEC_PER_SEC ||
        ttl > SMSOTP_TTL_MAX_SEC * USEC_PER_SEC)
        return -EINVAL;
    ((struct purpose *)object)->ttl = ttl;
    return 0;
}

static int read_length(void *object, const char *suffix, const char *value)
{
    struct purpose *purpose = object;

    (void)suffix;
    return parse_unsigned(value,
        purpose->allow_short ? SMSOTP_CODE_LENGTH_MIN_SHORT : SMSOTP_CODE_LENGTH_MIN,
        SMSOTP_CODE_LENGTH_MAX, &purpose->length);
}

static int read_allow_short(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_bool(value, &((struct purpose *)object)->allow_short);
}

static int read_attempts(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_unsigned(value, 1, SMSOTP_ATTEMPTS_MAX, &((struct purpose *)object)->attempts);
}

static int read_resends(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_unsigned(value, 0, SMSOTP_RESENDS_MAX, &((struct purpose *)object)->resends);
}

static int read_resend(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    if (strcmp(value, "new") != 0 && strcmp(value, "same") != 0)
        return -EINVAL;
    ((struct purpose *)object)->resend_new = value[0] == 'n';
    return 0;
}

static int read_inbound(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_bool(value, &((struct purpose *)object)->allows_reverse);
}

static int take_required(void *object, const char *word)
{
    struct purpose *purpose = object;
    struct otp_context scratch = {0};

    for (unsigned i = 0; i < purpose->n_required; i++)
        if (strcmp(purpose->required[i], word) == 0)
            return -EINVAL;
    if (purpose->n_required == PURPOSE_REQUIRED_MAX || otp_context_add(&scratch, word, "x") < 0)
        return -EINVAL;
    snprintf(purpose->required[purpose->n_required++], sizeof(purpose->required[0]), "%s", word);
    return 0;
}

static int read_require_context(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    ((struct purpose *)object)->n_required = 0;
    return value[0] ? config_each_word(value, take_required, object) : 0;
}

static int read_segments(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_unsigned(value, 1, SMSOTP_SEGMENTS_MAX, &((struct purpose *)object)->segments);
}

/* A host name in lower case with a dot in it (RFC 1123 §2.1). */
static int read_webotp(void *object, const char *suffix, const char *value)
{
    struct purpose *purpose = object;
    bool has_dot = false;

    (void)suffix;
    if (strlen(value) > SMSOTP_WEBOTP_MAX)
        return -EINVAL;
    for (const char *label = value; label; label = *label ? label + 1 : NULL) {
        size_t n = strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789-");

        if (n == 0 || label[0] == '-' || label[n - 1] == '-' || (label[n] && label[n] != '.'))
            return -EINVAL;
        has_dot |= label[n] == '.';
        label += n;
    }
    if (!has_dot)
        return -EINVAL;
    snprintf(purpose->webotp, sizeof(purpose->webotp), "%s", value);
    return 0;
}

static int read_android_hash(void *object, const char *suffix, const char *value)
{
    struct purpose *purpose = object;

    (void)suffix;
    if (strlen(value) != SMSOTP_ANDROID_HASH ||
        strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") !=
            SMSOTP_ANDROID_HASH)
        return -EINVAL;
    snprintf(purpose->android_hash, sizeof(purpose->android_hash), "%s", value);
    return 0;
}

static int read_template(void *object, const char *suffix, const char *value)
{
    return value[0] ? purpose_set_template(object, suffix, value) : -EINVAL;
}

static int append_template(void *object, const char *locale, const char *value)
{
    struct purpose *purpose = object;

    for (unsigned i = 0; i < purpose->n_templates; i++) {
        struct purpose_template *found = &purpose->templates[i];
        char *joined;
        int r;

        if (strcmp(found->locale, locale) != 0)
            continue;
        if (asprintf(&joined, "%s %s", found->text, value) < 0)
            return -ENOMEM;
        r = purpose_set_template(purpose, locale, joined);
        free(joined);
        return r;
    }
    return -EINVAL;
}

static const struct config_key purpose_keys[] = {
    {"ttl", read_ttl, "a time from 60s to 10m"},
    {"length", read_length, "6 to 10 digits; 4 and 5 only below a line `allow_short = yes`"},
    {"allow_short", read_allow_short, "yes or no; it stands above `length`"},
    {"attempts", read_attempts, "1 to 10"},
    {"resends", read_resends, "0 to 5"},
    {"resend", read_resend, "`same` or `new`"},
    {"require_context", read_require_context,
        "up to 8 different keys of lower-case letters, digits and `_`"},
    {"inbound", read_inbound,
        "yes or no; whether the customer may text a code to the shop instead"},
    {"segments", read_segments, "1 to 6, the parts that a text may take"},
    {"webotp", read_webotp, "the host name of the web shop in lower case, like `shop.example`"},
    {"android_hash", read_android_hash, "the 11 characters of the app's hash, like `FA+9qCX9VSu`"},
    {"template.", read_template, "`template.LOCALE`, like template.en, and a text",
        append_template},
};

static int open_purpose(struct config *config, const char *name, void **ret_object)
{
    struct purpose *purpose = policy_find_purpose(config->policy, name);
    int r = purpose ? 0 : policy_add_purpose(config->policy, name, &purpose);

    *ret_object = purpose;
    return r;
}

const struct config_section config_purpose = {
    "purpose", true, open_purpose, CONFIG_KEYS(purpose_keys)};
