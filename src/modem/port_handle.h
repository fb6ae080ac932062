/*
 * An opened terminal device: found, locked for us alone, made raw. Real ttys are opened and set by
 * libserialport; what that does not take (ptys: it knows only names in /sys/class/tty) is opened
 * as a plain descriptor. Either way reading and writing happen on the descriptor, non-blocking.
 */
#pragma once

#include <limits.h>
#include <stddef.h>

struct sp_port;

struct port_handle {
    int fd;             /* -1: closed */
    struct sp_port *sp; /* NULL: the descriptor is ours */
};

#define PORT_HANDLE_CLOSED ((struct port_handle){.fd = -1})

/* Where `device` leads, all links followed. 0 or negative errno: it is not there. */
int port_resolve(const char *device, char ret_path[static PATH_MAX]);

/*
 * Opens the resolved path: 8N1 at `baud`, no flow control, DTR kept at the end, TIOCEXCL and an
 * exclusive flock. Writes a reason for people to `reason` on error: -ENOTTY no terminal, else the
 * errno of the call that failed; with -EBUSY, port_holder_explain() finds who holds it.
 */
int port_handle_open(struct port_handle *ret, const char *path, unsigned baud, char *reason,
    size_t reason_size);

/* For a check of the configuration: whether the path could be opened, or is open, and is a
 * terminal. */
int port_handle_check(const char *path, char *reason, size_t reason_size);

/* Closes and gives the locks up; harmless when closed. */
void port_handle_close(struct port_handle *handle);
