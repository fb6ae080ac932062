/*
 * Bytes to and from an opened device, through the loop. Never blocks: what the device does not take
 * at once waits in a bounded buffer. The end of the device (EIO, ENODEV, end of file, hang-up) is
 * told once, from the loop, and the port is mute from then on; so a write that fails is told later
 * and not from inside port_write(). Callbacks may free the port.
 */
#pragma once

#include "loop/loop.h"
#include "modem/port_handle.h"

struct port;

struct port_ops {
    void (*data)(void *userdata, const void *bytes, size_t n);
    void (*gone)(void *userdata);
};

/* What waits to be written: the longest PDU of TS 27.005 and a few commands fit several times. */
#define PORT_WRITE_SIZE 2048

/* Takes over the handle, which is left closed. `ops` is borrowed. -ENOMEM, -EIO. */
int port_new(struct port **ret, struct loop *loop, struct port_handle *handle,
    const struct port_ops *ops, void *userdata);

/* Closes the device; what still waits is wiped unwritten. Takes NULL; returns NULL. */
struct port *port_free(struct port *port);
DEFINE_CLEANUP(struct port *, port_free);

/*
 * Writes, or keeps for later; all or nothing. -ENOBUFS when it does not fit, -ENODEV when the
 * device has ended: not a byte has been written then.
 */
int port_write(struct port *port, const void *bytes, size_t n);
