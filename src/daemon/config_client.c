/* [client NAME], and [proxy] that speaks for some */
#include "daemon/config_keys.h"

#include "util/hex.h"
#include "util/parse.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

static int find_user(const char *value, uid_t *ret)
{
    struct passwd *user = getpwnam(value);
    unsigned uid;

    if (!user && parse_unsigned(value, 0, UINT32_MAX - 1, &uid) < 0)
        return -EINVAL;
    *ret = user ? user->pw_uid : uid;
    return 0;
}

static int read_user(void *object, const char *suffix, const char *value)
{
    struct client *client = object;

    (void)suffix;
    client->has_uid = find_user(value, &client->uid) == 0;
    return client->has_uid ? 0 : -EINVAL;
}

static int read_proxy_user(void *object, const char *suffix, const char *value)
{
    struct policy *policy = ((struct config *)object)->policy;

    (void)suffix;
    policy->has_proxy = find_user(value, &policy->proxy_uid) == 0;
    return policy->has_proxy ? 0 : -EINVAL;
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

static int read_token_hash(void *object, const char *suffix, const char *value)
{
    struct client *client = object;
    size_t n;

    (void)suffix;
    client->has_token = hex_decode(value, strlen(value), client->token_hash,
                            sizeof(client->token_hash), &n) == 0 &&
                        n == sizeof(client->token_hash);
    return client->has_token ? 0 : -EINVAL;
}

/* Letters, digits, `.`, `-` and `_`: what the proxy's own configuration lets through. */
static int read_certificate(void *object, const char *suffix, const char *value)
{
    struct client *client = object;
    size_t n = strspn(
        value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    (void)suffix;
    if (n == 0 || n > SMSOTP_CERTIFICATE_MAX || value[n])
        return -EINVAL;
    snprintf(client->certificate, sizeof(client->certificate), "%s", value);
    return 0;
}

static int read_inbound(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_bool(value, &((struct client *)object)->may_read_inbound);
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
    return config_each_word(value, take_purpose, object);
}

static int read_messages(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_bool(value, &((struct client *)object)->messages);
}

static int read_status(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return parse_bool(value, &((struct client *)object)->may_watch);
}

static const struct config_key client_keys[] = {
    {"user", read_user, "a user of this machine, by name or number"},
    {"group", read_group, "a group of this machine, by name or number"},
    {"token_hash", read_token_hash, "64 hex digits, as `smsotpctl client add` prints them",
        .is_secret = true},
    {"certificate", read_certificate, "1 to 64 letters, digits, `.`, `-` and `_`"},
    {"purposes", read_purposes, "names of purposes, with spaces between them"},
    {"inbound", read_inbound, "yes or no"},
    {"messages", read_messages, "yes or no"},
    {"status", read_status, "yes or no"},
};

static int open_client(struct config *config, const char *name, void **ret_object)
{
    struct client *client = policy_find_client(config->policy, name);
    int r = client ? 0 : policy_add_client(config->policy, name, &client);

    *ret_object = client;
    return r;
}

const struct config_section config_client = {"client", true, open_client, CONFIG_KEYS(client_keys)};

static const struct config_key proxy_keys[] = {
    {"user", read_proxy_user, "the user of this machine that the proxy runs as, like www-data"},
};

const struct config_section config_proxy = {
    "proxy", false, config_open_whole, CONFIG_KEYS(proxy_keys)};
