#include "core/caller.h"

#include "core/policy.h"

#include <stdio.h>
#include <string.h>

bool caller_may_use(const struct caller *caller, const char *purpose)
{
    if (!caller->client || caller->client->n_purposes == 0)
        return true;
    for (unsigned i = 0; i < caller->client->n_purposes; i++)
        if (strcmp(caller->client->purposes[i], purpose) == 0)
            return true;
    return false;
}

bool caller_is_admin(uid_t uid, struct caller *ret)
{
    if (uid != 0 && uid != geteuid())
        return false;
    *ret = (struct caller){.is_admin = true, .uid = uid};
    snprintf(ret->name, sizeof(ret->name), "uid:%u", (unsigned)uid);
    return true;
}

bool caller_needs_groups(const struct policy *policy)
{
    for (unsigned i = 0; i < policy->n_clients; i++)
        if (policy->clients[i]->has_gid)
            return true;
    return false;
}

static bool is_in_group(gid_t wanted, const struct credentials *credentials)
{
    for (size_t i = 0; i < credentials->n_groups; i++)
        if (credentials->groups[i] == wanted)
            return true;
    return credentials->gid == wanted;
}

static bool is_client(const struct client *client, const struct credentials *credentials)
{
    return (client->has_uid && client->uid == credentials->uid) ||
           (client->has_gid && is_in_group(client->gid, credentials));
}

bool caller_identify(
    const struct policy *policy, const struct credentials *credentials, struct caller *ret)
{
    for (unsigned i = 0; i < policy->n_clients; i++) {
        const struct client *client = policy->clients[i];

        if (!is_client(client, credentials))
            continue;
        *ret = (struct caller){.client = client, .uid = credentials->uid};
        snprintf(ret->name, sizeof(ret->name), "%s", client->name);
        return true;
    }
    return caller_is_admin(credentials->uid, ret);
}
