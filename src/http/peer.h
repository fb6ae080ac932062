/*
 * Who is at the other end of a UNIX socket, as the kernel says: the user and groups of the process
 * that connected, which do not change while the connection lasts. Asked once, groups when they are
 * wanted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct peer {
    uid_t uid;
    gid_t gid;
    gid_t *groups; /* owned; see peer_groups() */
    size_t n_groups;
    bool has_groups;
};

/* Asks for user and primary group (SO_PEERCRED). errno. */
int peer_read(struct peer *ret, int fd);

/* The other groups too (SO_PEERGROUPS), read at the first call; none where they cannot be had. */
const gid_t *peer_groups(struct peer *peer, int fd, size_t *ret_n);

/* Harmless on zeroed memory. */
void peer_fini(struct peer *peer);
