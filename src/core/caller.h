/*
 * Who calls: the clients of the configuration, and which of them somebody at a socket is. Used on
 * the loop's thread.
 */
#pragma once

#include "smsotp/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define POLICY_PURPOSES_MAX 32
#define POLICY_CLIENTS_MAX 64
#define TOKEN_HASH_SIZE 32 /* SHA-256 */

struct policy;

struct client {
    char name[SMSOTP_CLIENT_MAX + 1];
    bool has_uid, has_gid;
    uid_t uid;
    gid_t gid;
    bool has_token;
    /*
     * Of a random token of 256 bits: no list of words finds it, so a slow hash would add nothing.
     */
    uint8_t token_hash[TOKEN_HASH_SIZE];
    char certificate[SMSOTP_CERTIFICATE_MAX + 1]; /* the name that the proxy tells; empty: none */
    bool may_read_inbound;
    char purposes[POLICY_PURPOSES_MAX][SMSOTP_PURPOSE_MAX + 1];
    unsigned n_purposes; /* 0: all */
    bool messages;       /* may send plain texts */
    bool may_watch;      /* sees modems, figures and everybody's events, and changes nothing */
};

/* Who is calling. A caller without a section of his own is root or the daemon's own user. */
struct caller {
    char name[SMSOTP_CLIENT_MAX + 1];
    uid_t uid; /* of the peer, as the kernel says */
    bool is_admin; /* sees everybody's verifications */
    const struct client *client; /* NULL for admins; borrowed from the policy */
};

/* What is known of somebody. Borrowed. */
struct credentials {
    uid_t uid; /* these as the kernel says */
    gid_t gid;
    const gid_t *groups; /* further ones */
    size_t n_groups;
    const char *token;       /* that he shows; NULL: none */
    /* what a proxy says of him, believed of the proxy alone; NULL: nothing */
    const char *certificate;
};

/* Whether a client is known by its group, so that those of a peer must be asked for. */
bool caller_needs_groups(const struct policy *policy);

/*
 * Who shows a token is the client that it belongs to; whom the proxy brings, the one of his
 * certificate; another one the first client whose user it is, or one of whose groups, else an
 * admin, if it is one. False: nobody who is served.
 */
bool caller_identify(const struct policy *policy, const struct credentials *credentials,
    struct caller *ret);

/* The caller that root and the daemon's own user are. False: this is neither. */
bool caller_is_admin(uid_t uid, struct caller *ret);

/* The same that a member of the technicians' group is, on a socket that is theirs. False: this is
 * none. */
bool caller_is_technician(gid_t group, const struct credentials *credentials, struct caller *ret);

/* Whether this caller may send plain texts. */
bool caller_may_send(const struct caller *caller);

/* Whether this caller may ask for this purpose, and read the texts that came in. */
bool caller_may_use(const struct caller *caller, const char *purpose);
bool caller_may_read_inbound(const struct caller *caller);

/* Whether this caller may see how the gateway is: its modems, figures, events of all clients. */
bool caller_may_watch(const struct caller *caller);
