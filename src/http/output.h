/*
 * Bytes on their way into a socket: sent at once as far as it takes them, the rest kept. Embedded
 * in a connection.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

struct output {
    char *bytes; /* owned; NULL while nothing waits */
    size_t at, n;
};

/* Sends `n_parts` parts behind what waits. 0; -ENOMEM; or errno of the socket, -EPIPE above all. */
int output_send(struct output *output, int fd, const struct iovec *parts, size_t n_parts);

/* Sends what waits, as far as possible. errno of the socket. */
int output_flush(struct output *output, int fd);

/* Bytes that wait. */
size_t output_waiting(const struct output *output);

/* Harmless on zeroed memory. */
void output_fini(struct output *output);
