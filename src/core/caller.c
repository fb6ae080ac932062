#include "core/caller.h"

#include "core/policy.h"

#include <sodium.h>
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

bool caller_may_read_inbound(const struct caller *caller)
{
    return caller->is_admin || (caller->client && caller->client->may_read_inbound);
}

static bool become_admin(uid_t uid, struct caller *ret)
{
    *ret = (struct caller){.is_admin = true, .uid = uid};
    snprintf(ret->name, sizeof(ret->name), "uid:%u", (unsigned)uid);
    return true;
}

bool caller_is_admin(uid_t uid, struct caller *ret)
{
    return (uid == 0 || uid == geteuid()) && become_admin(uid, ret);
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

bool caller_is_technician(gid_t group, const struct credentials *credentials, struct caller *ret)
{
    return is_in_group(group, credentials) && become_admin(credentials->uid, ret);
}

/* All are compared, so that the time tells nothing of which it was, or how far it agreed. */
static const struct client *client_of_token(const struct policy *policy, const char *token)
{
    const struct client *found = NULL;
    uint8_t hash[TOKEN_HASH_SIZE];

    crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
    for (unsigned i = 0; i < policy->n_clients; i++) {
        const struct client *client = policy->clients[i];

        if (sodium_memcmp(client->token_hash, hash, sizeof(hash)) == 0 && client->has_token)
            found = client;
    }
    return found;
}

static const struct client *client_of_certificate(const struct policy *policy, const char *name)
{
    for (unsigned i = 0; i < policy->n_clients; i++)
        if (name[0] && strcmp(policy->clients[i]->certificate, name) == 0)
            return policy->clients[i];
    return NULL;
}

static const struct client *client_of_process(
    const struct policy *policy, const struct credentials *credentials)
{
    for (unsigned i = 0; i < policy->n_clients; i++) {
        const struct client *client = policy->clients[i];

        if ((client->has_uid && client->uid == credentials->uid) ||
            (client->has_gid && is_in_group(client->gid, credentials)))
            return client;
    }
    return NULL;
}

bool caller_identify(
    const struct policy *policy, const struct credentials *credentials, struct caller *ret)
{
    bool is_proxy = policy->has_proxy && policy->proxy_uid == credentials->uid;
    const struct client *client;

    if (credentials->token)
        client = client_of_token(policy, credentials->token);
    else if (is_proxy) /* it speaks for others, and nothing by itself */
        client = credentials->certificate ? client_of_certificate(policy, credentials->certificate)
                                          : NULL;
    else
        client = client_of_process(policy, credentials);
    if (!client)
        return !credentials->token && !is_proxy && caller_is_admin(credentials->uid, ret);
    *ret = (struct caller){.client = client, .uid = credentials->uid};
    snprintf(ret->name, sizeof(ret->name), "%s", client->name);
    return true;
}

bool caller_may_send(const struct caller *caller)
{
    return !caller->client || caller->client->messages;
}

bool caller_may_watch(const struct caller *caller)
{
    return !caller->client || caller->client->may_watch;
}
