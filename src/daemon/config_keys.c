#include "daemon/config_keys.h"

#include "modem/device_spec.h"
#include "util/e164.h"
#include "util/parse.h"
#include "util/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

static int set_string(char **field, const char *value)
{
    char *copy = value[0] ? strdup(value) : NULL;

    if (!copy)
        return -EINVAL;
    free(*field);
    *field = copy;
    return 0;
}

/* Runs `take` for each word of a list; empty lists are refused. */
static int each_word(
    const char *value, int (*take)(void *object, const char *word), void *object)
{
    char copy[512];
    char *rest = copy, *word;
    unsigned n = 0;

    if (snprintf(copy, sizeof(copy), "%s", value) >= (int)sizeof(copy))
        return -EINVAL;
    while ((word = strsep(&rest, " \t,"))) {
        int r;

        if (!word[0])
            continue;
        r = take(object, word);
        if (r < 0)
            return r;
        n++;
    }
    return n > 0 ? 0 : -EINVAL;
}

/* [gateway] */

static int read_shop(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;

    (void)suffix;
    if (!value[0] || strlen(value) > SMSOTP_SHOP_MAX || !utf8_is_printable(value))
        return -EINVAL;
    snprintf(policy->shop, sizeof(policy->shop), "%s", value);
    return 0;
}

static int take_country(void *object, const char *word)
{
    struct policy *policy = object;
    size_t digits = strspn(word + 1, "0123456789");

    if (word[0] != '+' || word[1] == '0' || digits == 0 || word[1 + digits] ||
        digits + 2 > sizeof(policy->countries[0]) || policy->n_countries == POLICY_COUNTRIES_MAX)
        return -EINVAL;
    snprintf(policy->countries[policy->n_countries++], sizeof(policy->countries[0]), "%s", word);
    return 0;
}

static int read_country(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;

    (void)suffix;
    policy->n_countries = 0;
    return each_word(value, take_country, policy);
}

static int read_retention(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;
    usec_t retention;

    (void)suffix;
    if (parse_duration(value, &retention) < 0 || retention < USEC_PER_DAY ||
        retention > 3660 * USEC_PER_DAY)
        return -EINVAL;
    policy->retention = retention;
    return 0;
}

static const struct config_key gateway_keys[] = {
    {"shop", read_shop, "a name of 1 to 40 bytes, as it is to appear in texts"},
    {"country", read_country, "up to 16 prefixes of E.164 numbers, like `+91`"},
    {"retention", read_retention, "a time from 1d to 3660d, like `30d`"},
};

/* [api], [store], [keys] */

static int read_socket(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return value[0] == '/' ? set_string(&((struct config *)object)->api_socket, value) : -EINVAL;
}

static int read_admin_socket(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return value[0] == '/' ? set_string(&((struct config *)object)->admin_socket, value)
                           : -EINVAL;
}

static int read_url(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    if (strncmp(value, "sqlite:/", strlen("sqlite:/")) != 0)
        return -EINVAL;
    return set_string(&((struct config *)object)->store_url, value);
}

static int read_master(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    if (strcmp(value, "ephemeral") != 0 && strncmp(value, "file:/", 6) != 0 &&
        (strncmp(value, "credential:", 11) != 0 || !value[11] || strchr(value, '/')))
        return -EINVAL;
    return set_string(&((struct config *)object)->master_key, value);
}

static const struct config_key api_keys[] = {
    {"socket", read_socket, "an absolute path of at most 107 bytes"},
    {"admin_socket", read_admin_socket, "an absolute path of at most 107 bytes"},
};
static const struct config_key store_keys[] = {
    {"url", read_url, "`sqlite:` and an absolute path, like sqlite:/var/lib/smsotp/smsotp.db"},
};
static const struct config_key keys_keys[] = {
    {"master", read_master, "`credential:NAME`, `file:/PATH`, or `ephemeral`"},
};

/* [modem NAME] */

static int read_device(void *object, const char *suffix, const char *value)
{
    struct device_spec spec;

    (void)suffix;
    if (device_spec_parse(&spec, value) < 0 || !utf8_is_printable(value))
        return -EINVAL;
    return set_string(&((struct modem_section *)object)->device, value);
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

static int read_pin(void *object, const char *suffix, const char *value)
{
    _cleanup_close_ int fd = -1;
    char text[64] = "";
    int r;

    (void)suffix;
    if (strncmp(value, "file:", 5) != 0)
        return set_pin(object, value);
    fd = open(value + 5, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
        return -EINVAL;
    r = set_pin(object, text);
    explicit_bzero(text, sizeof(text));
    return r;
}

static int read_baud(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_unsigned(value, 1200, 4000000, &((struct modem_section *)object)->baud);
}

static const struct config_key modem_keys[] = {
    {"device", read_device, DEVICE_SPEC_EXPECTED},
    {"pin", read_pin, "4 to 8 digits, or `file:/PATH` of a readable file that holds them",
        .is_secret = true},
    {"baud", read_baud, "a speed from 1200 to 4000000"},
};

/* [purpose NAME] */

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

static int take_required(void *object, const char *word)
{
    struct purpose *purpose = object;
    struct otp_context scratch = {0};

    if (purpose->n_required == PURPOSE_REQUIRED_MAX || otp_context_add(&scratch, word, "x") < 0)
        return -EINVAL;
    snprintf(purpose->required[purpose->n_required++], sizeof(purpose->required[0]), "%s", word);
    return 0;
}

static int read_require_context(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    ((struct purpose *)object)->n_required = 0;
    return value[0] ? each_word(value, take_required, object) : 0;
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
    {"require_context", read_require_context, "up to 8 keys of lower-case letters, digits and `_`"},
    {"template.", read_template, "`template.LOCALE`, like template.en, and a text", append_template},
};

/* [limits] */

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

/* [replies] */

static int take_deny(void *object, const char *word)
{
    return deny_words_add(object, word);
}

static int read_deny(void *object, const char *suffix, const char *value)
{
    struct deny_words *deny = &((struct config *)object)->policy->deny;

    (void)suffix;
    deny->n_words = 0;
    return strcmp(value, "off") == 0 ? 0 : each_word(value, take_deny, deny);
}

static const struct config_key replies_keys[] = {
    {"deny", read_deny, "`off`, or up to 48 words with spaces between them, like `NO STOP`"},
};

/* [client NAME] */

static int read_user(void *object, const char *suffix, const char *value)
{
    struct client *client = object;
    struct passwd *user = getpwnam(value);
    unsigned uid;

    (void)suffix;
    if (user)
        client->uid = user->pw_uid;
    else if (parse_unsigned(value, 0, UINT32_MAX - 1, &uid) == 0)
        client->uid = uid;
    else
        return -EINVAL;
    client->has_uid = true;
    return 0;
}

static int read_group(void *object, const char *suffix, const char *value)
{
    struct client *client = object;
    struct group *group = getgrnam(value);
    unsigned gid;

    (void)suffix;
    if (group)
        client->gid = group->gr_gid;
    else if (parse_unsigned(value, 0, UINT32_MAX - 1, &gid) == 0)
        client->gid = gid;
    else
        return -EINVAL;
    client->has_gid = true;
    return 0;
}

static int take_purpose(void *object, const char *word)
{
    struct client *client = object;

    if (client->n_purposes == POLICY_PURPOSES_MAX || strlen(word) > SMSOTP_PURPOSE_MAX)
        return -EINVAL;
    snprintf(
        client->purposes[client->n_purposes++], sizeof(client->purposes[0]), "%s", word);
    return 0;
}

static int read_purposes(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    ((struct client *)object)->n_purposes = 0;
    return each_word(value, take_purpose, object);
}

static const struct config_key client_keys[] = {
    {"user", read_user, "a user of this machine, by name or number"},
    {"group", read_group, "a group of this machine, by name or number"},
    {"purposes", read_purposes, "names of purposes, with spaces between them"},
};

/* Sections. */

static int open_whole(struct config *config, const char *name, void **ret_object)
{
    (void)name;
    *ret_object = config;
    return 0;
}

static int open_modem(struct config *config, const char *name, void **ret_object)
{
    struct modem_section *modem;

    for (unsigned i = 0; i < config->n_modems; i++)
        if (strcmp(config->modems[i].name, name) == 0) {
            *ret_object = &config->modems[i];
            return 0;
        }
    if (!name[0] || strlen(name) > SMSOTP_MODEM_NAME_MAX ||
        name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")])
        return -EINVAL;
    if (config->n_modems == SMSOTP_MODEMS_MAX)
        return -ENOSPC;
    modem = &config->modems[config->n_modems++];
    snprintf(modem->name, sizeof(modem->name), "%s", name);
    *ret_object = modem;
    return 0;
}

static int open_purpose(struct config *config, const char *name, void **ret_object)
{
    struct purpose *purpose = policy_find_purpose(config->policy, name);
    int r = purpose ? 0 : policy_add_purpose(config->policy, name, &purpose);

    *ret_object = purpose;
    return r;
}

static int open_client(struct config *config, const char *name, void **ret_object)
{
    struct client *client = policy_find_client(config->policy, name);
    int r = client ? 0 : policy_add_client(config->policy, name, &client);

    *ret_object = client;
    return r;
}

#define KEYS(table) (table), ARRAY_SIZE(table)
const struct config_section config_sections[] = {
    {"gateway", false, open_whole, KEYS(gateway_keys)},
    {"api", false, open_whole, KEYS(api_keys)},
    {"store", false, open_whole, KEYS(store_keys)},
    {"keys", false, open_whole, KEYS(keys_keys)},
    {"modem", true, open_modem, KEYS(modem_keys)},
    {"purpose", true, open_purpose, KEYS(purpose_keys)},
    {"limits", false, open_whole, KEYS(limits_keys)},
    {"replies", false, open_whole, KEYS(replies_keys)},
    {"client", true, open_client, KEYS(client_keys)},
};
const size_t config_n_sections = ARRAY_SIZE(config_sections);
