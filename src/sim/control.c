#include "sim/control.h"

#include "loop/fd_watch.h"
#include "sim/control_command.h"
#include "util/list.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define MAX_CONNECTIONS 32
#define LINE_SIZE 65536

struct connection {
    struct list_link link;
    struct control *control;
    int fd;
    struct fd_watch *watch;
    size_t n_line;
    char line[LINE_SIZE];
};

struct control {
    struct loop *loop;
    struct modem *modems;
    size_t n_modems;
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    int fd;
    struct fd_watch *watch;
    struct list_link connections;
    size_t n_connections;
};

static void connection_free(struct connection *connection)
{
    list_unlink(&connection->link);
    connection->control->n_connections--;
    connection->watch = fd_watch_free(connection->watch);
    close(connection->fd);
    free(connection);
}

/* Answers are short and the reader waits for them; one that does not is dropped. */
static int send_answer(struct connection *connection, const char *answer)
{
    size_t n = strlen(answer);

    return send(connection->fd, answer, n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)n ? 0 : -EPIPE;
}

static int run_lines(struct connection *connection)
{
    struct control *control = connection->control;
    size_t taken = 0;
    char *end;
    int r = 0;

    while (r == 0 &&
           (end = memchr(connection->line + taken, '\n', connection->n_line - taken)) != NULL) {
        _cleanup_free_ char *answer = NULL;

        *end = '\0';
        r = control_command_run(
            control->modems, control->n_modems, connection->line + taken, &answer);
        if (r == 0)
            r = send_answer(connection, answer);
        taken = (size_t)(end - connection->line) + 1;
    }
    connection->n_line -= taken;
    memmove(connection->line, connection->line + taken, connection->n_line);
    return connection->n_line == LINE_SIZE ? -E2BIG : r;
}

static void on_readable(void *userdata, unsigned ready _unused_)
{
    struct connection *connection = userdata;
    ssize_t n;

    n = recv(connection->fd, connection->line + connection->n_line, LINE_SIZE - connection->n_line,
        MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        connection_free(connection);
        return;
    }
    connection->n_line += (size_t)n;
    if (run_lines(connection) < 0)
        connection_free(connection);
}

static void on_connection(void *userdata, unsigned ready _unused_)
{
    struct control *control = userdata;
    struct connection *connection;
    int fd;

    fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    connection = control->n_connections < MAX_CONNECTIONS ? malloc(sizeof(*connection)) : NULL;
    if (!connection) {
        close(fd);
        return;
    }
    connection->control = control;
    connection->fd = fd;
    connection->n_line = 0;
    connection->watch = NULL;
    list_append(&control->connections, &connection->link);
    control->n_connections++;
    if (fd_watch_new(&connection->watch, control->loop, fd, FD_READABLE, on_readable, connection) <
        0)
        connection_free(connection);
}

static int listen_at(struct control *control, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = strlen(path);

    if (n >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    memcpy(address.sun_path, path, n + 1);
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->fd < 0)
        return -errno;
    (void)unlink(path);
    if (bind(control->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        return -errno;
    memcpy(control->path, path, n + 1);
    return listen(control->fd, MAX_CONNECTIONS) < 0 ? -errno : 0;
}

int control_new(struct control **ret, struct loop *loop, const char *path, struct modem *modems,
    size_t n_modems)
{
    _cleanup_(control_freep) struct control *control = NULL;
    int r;

    control = calloc(1, sizeof(*control));
    if (!control)
        return -ENOMEM;
    control->loop = loop;
    control->modems = modems;
    control->n_modems = n_modems;
    control->fd = -1;
    list_init(&control->connections);
    r = listen_at(control, path);
    if (r < 0)
        return r;
    r = fd_watch_new(&control->watch, loop, control->fd, FD_READABLE, on_connection, control);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(control);
    return 0;
}

struct control *control_free(struct control *control)
{
    if (!control)
        return NULL;
    LIST_FOREACH_SAFE (link, following, &control->connections)
        connection_free(CONTAINER_OF(link, struct connection, link));
    control->watch = fd_watch_free(control->watch);
    if (control->fd >= 0)
        close(control->fd);
    if (control->path[0] != '\0')
        (void)unlink(control->path);
    free(control);
    return NULL;
}
