/* [client NAME] */
#include "daemon/config_keys.h"

#include "util/parse.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

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
    return config_each_word(value, take_purpose, object);
}

static const struct config_key client_keys[] = {
    {"user", read_user, "a user of this machine, by name or number"},
    {"group", read_group, "a group of this machine, by name or number"},
    {"purposes", read_purposes, "names of purposes, with spaces between them"},
};

static int open_client(struct config *config, const char *name, void **ret_object)
{
    struct client *client = policy_find_client(config->policy, name);
    int r = client ? 0 : policy_add_client(config->policy, name, &client);

    *ret_object = client;
    return r;
}

const struct config_section config_client = {"client", true, open_client, CONFIG_KEYS(client_keys)};
