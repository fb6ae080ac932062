#include "http/output.h"

#include "util/macros.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

size_t output_waiting(const struct output *output)
{
    return output->n - output->at;
}

void output_fini(struct output *output)
{
    free(output->bytes);
    *output = (struct output){0};
}

/* How many bytes the socket has taken; 0 when it is full. */
static ssize_t send_now(int fd, const struct iovec *parts, size_t n_parts)
{
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)parts, .msg_iovlen = n_parts};
    ssize_t n;

    do
        n = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? 0 : -errno;
    return n;
}

/* Keeps the parts but for their first `skip` bytes. */
static int keep(struct output *output, const struct iovec *parts, size_t n_parts, size_t skip)
{
    size_t waiting = output_waiting(output), more = 0;
    char *bytes;

    for (size_t i = 0; i < n_parts; i++)
        more += parts[i].iov_len;
    bytes = malloc(waiting + more - skip);
    if (!bytes)
        return -ENOMEM;
    if (waiting > 0)
        memcpy(bytes, output->bytes + output->at, waiting);
    output_fini(output);
    *output = (struct output){.bytes = bytes, .n = waiting};
    for (size_t i = 0; i < n_parts; i++) {
        size_t skipped = MIN(skip, parts[i].iov_len);

        skip -= skipped;
        memcpy(bytes + output->n, (const char *)parts[i].iov_base + skipped,
            parts[i].iov_len - skipped);
        output->n += parts[i].iov_len - skipped;
    }
    return 0;
}

int output_send(struct output *output, int fd, const struct iovec *parts, size_t n_parts)
{
    size_t whole = 0;
    ssize_t n = 0;

    for (size_t i = 0; i < n_parts; i++)
        whole += parts[i].iov_len;
    if (output_waiting(output) == 0)
        n = send_now(fd, parts, n_parts);
    if (n < 0)
        return (int)n;
    return (size_t)n < whole ? keep(output, parts, n_parts, (size_t)n) : 0;
}

int output_flush(struct output *output, int fd)
{
    struct iovec rest = {output->bytes + output->at, output_waiting(output)};
    ssize_t n = rest.iov_len > 0 ? send_now(fd, &rest, 1) : 0;

    if (n < 0)
        return (int)n;
    output->at += (size_t)n;
    if (output_waiting(output) == 0)
        output_fini(output);
    return 0;
}
