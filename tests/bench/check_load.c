/*
 * Load for POST /v1/verifications/{id}/check: raw HTTP/1.1 over many connections of one UNIX
 * socket, one thread, epoll. `check_load SOCKET FILE CONNECTIONS PASSES`: FILE has lines `ID CODE`,
 * and every line is sent PASSES times. Each connection has one request under way at a time. Prints
 * one line: checks per second, median and 99th percentile in microseconds, answers, answers other
 * than 200.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ID_MAX 64
#define CODE_MAX 16
#define ANSWER_MAX 8192

struct target {
    char id[ID_MAX + 1];
    char code[CODE_MAX + 1];
};

struct connection {
    int fd;
    uint64_t sent_at_nsec;
    size_t n;
    char answer[ANSWER_MAX + 1];
};

struct load {
    const struct target *targets;
    size_t n_targets;
    size_t n_total, n_sent, n_answers, n_bad;
    uint32_t *latencies_usec; /* n_total of them */
};

static uint64_t now_nsec(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static void die(const char *what)
{
    fprintf(stderr, "check_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static struct target *read_targets(const char *path, size_t *ret_n)
{
    FILE *file = fopen(path, "r");
    if (!file)
        die(path);
    size_t n = 0, n_allocated = 0;
    struct target *targets = NULL;
    struct target target;
    while (fscanf(file, "%64s %16s", target.id, target.code) == 2) {
        if (n == n_allocated) {
            n_allocated = n_allocated ? 2 * n_allocated : 1024;
            targets = realloc(targets, n_allocated * sizeof(*targets));
            if (!targets)
                die("memory");
        }
        targets[n++] = target;
    }
    fclose(file);
    *ret_n = n;
    return targets;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        die(path);
    }
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        die(path);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

/* Sends the next request, if any is left. A request is far smaller than the socket's buffer. */
static void send_next(struct load *load, struct connection *connection)
{
    if (load->n_sent == load->n_total)
        return;
    const struct target *target = &load->targets[load->n_sent++ % load->n_targets];
    char body[64], request[512];
    int n_body = snprintf(body, sizeof(body), "{\"code\":\"%s\"}", target->code);
    int n = snprintf(request, sizeof(request),
        "POST /v1/verifications/%s/check HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
        target->id, n_body, body);
    connection->n = 0;
    connection->sent_at_nsec = now_nsec();
    if (send(connection->fd, request, (size_t)n, MSG_NOSIGNAL) != n)
        die("send");
}

/* Whether a whole answer is there: its head, and as many bytes of body as the head says. */
static bool is_whole(struct connection *connection)
{
    connection->answer[connection->n] = '\0';
    char *end = strstr(connection->answer, "\r\n\r\n");
    if (!end)
        return false;
    char *length = strcasestr(connection->answer, "\r\nContent-Length:");
    if (!length || length > end)
        return true;
    size_t body = strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
    return connection->n >= (size_t)(end + 4 - connection->answer) + body;
}

static void receive(struct load *load, struct connection *connection)
{
    ssize_t n = recv(connection->fd, connection->answer + connection->n,
        ANSWER_MAX - connection->n, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        errno = n == 0 ? ECONNRESET : errno;
        die("recv");
    }
    connection->n += (size_t)n;
    if (!is_whole(connection))
        return;
    uint64_t latency_nsec = now_nsec() - connection->sent_at_nsec;
    load->latencies_usec[load->n_answers++] = (uint32_t)(latency_nsec / 1000);
    if (strncmp(connection->answer, "HTTP/1.1 200 ", 13) != 0)
        load->n_bad++;
    send_next(load, connection);
}

static void run(struct load *load, const char *path, size_t n_connections)
{
    struct connection *connections = calloc(n_connections, sizeof(*connections));
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!connections || epoll < 0)
        die("epoll");
    for (size_t i = 0; i < n_connections; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        connections[i].fd = connect_to(path);
        epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event);
    }
    for (size_t i = 0; i < n_connections; i++)
        send_next(load, &connections[i]);
    while (load->n_answers < load->n_total) {
        struct epoll_event events[64];
        int n = epoll_wait(epoll, events, 64, 10000);
        if (n == 0) {
            errno = ETIMEDOUT;
            die("no answer");
        }
        for (int i = 0; i < n; i++)
            receive(load, events[i].data.ptr);
    }
    for (size_t i = 0; i < n_connections; i++)
        close(connections[i].fd);
    close(epoll);
    free(connections);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: check_load SOCKET FILE CONNECTIONS PASSES\n");
        return 64;
    }
    struct load load = {0};
    struct target *targets = read_targets(argv[2], &load.n_targets);
    load.targets = targets;
    load.n_total = load.n_targets * strtoul(argv[4], NULL, 10);
    if (load.n_total == 0) {
        fprintf(stderr, "check_load: nothing to send\n");
        return 65;
    }
    load.latencies_usec = calloc(load.n_total, sizeof(*load.latencies_usec));
    if (!load.latencies_usec)
        die("memory");
    uint64_t started_nsec = now_nsec();
    run(&load, argv[1], strtoul(argv[3], NULL, 10));
    double seconds = (double)(now_nsec() - started_nsec) / 1e9;
    qsort(load.latencies_usec, load.n_total, sizeof(*load.latencies_usec), compare);
    printf("%.0f %u %u %zu %zu\n", (double)load.n_total / seconds,
        load.latencies_usec[load.n_total / 2], load.latencies_usec[load.n_total * 99 / 100],
        load.n_answers, load.n_bad);
    free(load.latencies_usec);
    free(targets);
    return 0;
}
