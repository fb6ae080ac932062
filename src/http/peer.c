#include "http/peer.h"

#include "util/macros.h"

#include <errno.h>
#include <sys/socket.h>

#define GROUPS_FIRST 32

int peer_read(struct peer *ret, int fd)
{
    struct ucred credentials;
    socklen_t size = sizeof(credentials);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
        return -errno;
    *ret = (struct peer){.uid = credentials.uid, .gid = credentials.gid};
    return 0;
}

static void read_groups(struct peer *peer, int fd)
{
    socklen_t size = GROUPS_FIRST * sizeof(gid_t);

    for (int i = 0; i < 2; i++) { /* the second time with the size that the kernel asked for */
        _cleanup_free_ gid_t *groups = malloc(size);

        if (!groups)
            return;
        if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0) {
            peer->n_groups = size / sizeof(gid_t);
            peer->groups = TAKE_PTR(groups);
            return;
        }
        if (errno != ERANGE)
            return;
    }
}

const gid_t *peer_groups(struct peer *peer, int fd, size_t *ret_n)
{
    if (!peer->has_groups)
        read_groups(peer, fd);
    peer->has_groups = true;
    *ret_n = peer->n_groups;
    return peer->groups;
}

void peer_fini(struct peer *peer)
{
    free(peer->groups);
    *peer = (struct peer){0};
}
