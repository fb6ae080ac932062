#include "daemon/config_keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int config_set_string(char **field, const char *value)
{
    char *copy = value[0] ? strdup(value) : NULL;

    if (!copy)
        return -EINVAL;
    free(*field);
    *field = copy;
    return 0;
}

int config_copy_prefix(const char *word, char *ret_prefix, size_t size)
{
    size_t digits = strspn(word + 1, "0123456789");

    if (word[0] != '+' || word[1] == '0' || digits == 0 || word[1 + digits] || digits + 2 > size)
        return -EINVAL;
    memcpy(ret_prefix, word, digits + 2);
    return 0;
}

int config_each_word(
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

int config_open_whole(struct config *config, const char *name, void **ret_object)
{
    (void)name;
    *ret_object = config;
    return 0;
}

/* [store], [keys] */

static int read_url(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    if (strncmp(value, "sqlite:/", strlen("sqlite:/")) != 0)
        return -EINVAL;
    return config_set_string(&((struct config *)object)->store_url, value);
}

static int read_master(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    if (strcmp(value, "ephemeral") != 0 && strncmp(value, "file:/", 6) != 0 &&
        (strncmp(value, "credential:", 11) != 0 || !value[11] || strchr(value, '/')))
        return -EINVAL;
    return config_set_string(&((struct config *)object)->master_key, value);
}

static int read_epoch(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return value[0] == '/' ? config_set_string(&((struct config *)object)->epoch_path, value)
                           : -EINVAL;
}

static const struct config_key store_keys[] = {
    {"url", read_url, "`sqlite:` and an absolute path, like sqlite:/var/lib/smsotp/smsotp.db"},
    {"epoch", read_epoch, "an absolute path, outside of what is backed up with the database"},
};
static const struct config_key keys_keys[] = {
    {"master", read_master, "`credential:NAME`, `file:/PATH`, or `ephemeral`"},
};

static const struct config_section store = {
    "store", false, config_open_whole, CONFIG_KEYS(store_keys)};
static const struct config_section keys = {
    "keys", false, config_open_whole, CONFIG_KEYS(keys_keys)};

const struct config_section *const config_sections[] = {&config_gateway, &config_api, &store, &keys,
    &config_modem, &config_purpose, &config_limits, &config_replies, &config_client, &config_proxy};
const size_t config_n_sections = ARRAY_SIZE(config_sections);
