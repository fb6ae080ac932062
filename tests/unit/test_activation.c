/* Sockets that somebody else listens on: which are taken, and what is said of others. */
#include "daemon/activation.h"

#include "util/macros.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define FIRST 3 /* sd_listen_fds(3) */

/* A descriptor of this kind: `l` listens, `u` does not, `d` is for datagrams, `p` is a pipe. */
static int make(char kind)
{
    const struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd, ends[2];

    if (kind == 'p') {
        assert_int_equal(pipe(ends), 0);
        close(ends[1]);
        return ends[0];
    }
    fd = socket(AF_UNIX, kind == 'd' ? SOCK_DGRAM : SOCK_STREAM, 0);
    /* unix(7), autobind: the kernel chooses an abstract name. */
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(sa_family_t)), 0);
    if (kind == 'l')
        assert_int_equal(listen(fd, 1), 0);
    return fd;
}

/* Hands over a descriptor for each letter, and takes them. */
static int take(const char *kinds, const char *names, struct activation *ret, char *ret_error)
{
    unsigned n = (unsigned)strlen(kinds);
    char text[16];

    for (unsigned i = 0; i < n; i++) {
        int fd = make(kinds[i]);

        if (fd != (int)(FIRST + i)) {
            assert_int_equal(dup2(fd, (int)(FIRST + i)), FIRST + i);
            close(fd);
        }
    }
    snprintf(text, sizeof(text), "%d", getpid());
    setenv("LISTEN_PID", text, 1);
    snprintf(text, sizeof(text), "%u", n);
    setenv("LISTEN_FDS", text, 1);
    setenv("LISTEN_FDNAMES", names, 1);
    ret_error[0] = '\0';
    return activation_take(ret, ret_error);
}

static void drop(const char *kinds)
{
    for (unsigned i = 0; i < strlen(kinds); i++)
        close((int)(FIRST + i));
}

static void test_rows(void **state)
{
    static const struct {
        const char *kinds, *names;
        int r;
        bool has_api, has_admin;
        const char *words; /* of the error */
    } rows[] = {
        {"", "", -EINVAL, false, false, "LISTEN_FDS"}, /* it says none, which nobody would */
        {"l", "api", 0, true, false, ""},
        {"l", "admin", 0, false, true, ""},
        {"ll", "admin:api", 0, true, true, ""},
        {"lll", "api:api:admin", 0, true, true, ""},
        {"l", "smsotpd.socket", -EINVAL, false, false, "FileDescriptorName=api or admin"},
        {"l", "API", -EINVAL, false, false, "`API`"},
        {"u", "api", -EINVAL, false, false, "listening UNIX stream socket"},
        {"d", "api", -EINVAL, false, false, "listening UNIX stream socket"},
        {"p", "admin", -EINVAL, false, false, "`admin` is no listening"},
        {"lllllllll", "api:api:api:api:api:api:api:api:api", -EINVAL, false, false, "9 sockets"},
    };
    char error[ACTIVATION_ERROR_SIZE];
    struct activation activation;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int r = take(rows[i].kinds, rows[i].names, &activation, error);

        if (r != rows[i].r || !strstr(error, rows[i].words))
            fail_msg("%s: %d %s", rows[i].names, r, error);
        assert_null(getenv("LISTEN_FDS"));
        assert_int_equal(activation_has(&activation, false), rows[i].has_api);
        assert_int_equal(activation_has(&activation, true), rows[i].has_admin);
        for (unsigned k = 0; k < activation.n; k++) {
            assert_int_equal(fcntl(activation.sockets[k].fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
            assert_int_equal(fcntl(activation.sockets[k].fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        }
        drop(rows[i].kinds);
    }
}

/* What is meant for another process is left alone. */
static void test_another_process(void **state)
{
    char error[ACTIVATION_ERROR_SIZE] = "";
    struct activation activation;

    (void)state;
    setenv("LISTEN_PID", "1", 1);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_FDNAMES", "api", 1);
    assert_int_equal(activation_take(&activation, error), 0);
    assert_int_equal(activation.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_another_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
