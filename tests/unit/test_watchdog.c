/* What systemd hears of the watchdog: on a socket of the test, by a clock that the test moves. */
#include "daemon/watchdog.h"

#define FAKE_TRUE_PORT /* only its clock and timers are needed */
#include "fake_modem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/un.h>

#include <cmocka.h>

struct bench {
    int fd;
    struct watchdog *watchdog;
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t n = sizeof(address);

    bench->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* unix(7), autobind: the kernel chooses an abstract name. */
    assert_int_equal(bind(bench->fd, (struct sockaddr *)&address, sizeof(sa_family_t)), 0);
    assert_int_equal(getsockname(bench->fd, (struct sockaddr *)&address, &n), 0);
    address.sun_path[0] = '@';
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    unsetenv("NOTIFY_SOCKET");
    watchdog_free(bench->watchdog);
    close(bench->fd);
    free(bench);
    return 0;
}

static unsigned n_heard(struct bench *bench)
{
    char text[64];
    unsigned n = 0;

    for (ssize_t r; (r = recv(bench->fd, text, sizeof(text) - 1, 0)) > 0; n++) {
        text[r] = '\0';
        assert_string_equal(text, "WATCHDOG=1");
    }
    return n;
}

static void pass(usec_t usec)
{
    usec_t until = fake_now + usec;

    for (struct timer *t; (t = fake_earliest()) && t->deadline <= until;) {
        fake_now = t->deadline;
        fake_fire_due();
    }
    fake_now = until;
}

/* sd_watchdog_enabled(3): half the interval is what it recommends. */
static void test_twice_an_interval(void **state)
{
    struct bench *bench = *state;

    setenv("WATCHDOG_USEC", "10000000", 1);
    assert_int_equal(watchdog_new(&bench->watchdog, NULL), 0);
    assert_int_equal(n_heard(bench), 1);
    pass(4 * USEC_PER_SEC);
    assert_int_equal(n_heard(bench), 0);
    pass(1 * USEC_PER_SEC);
    assert_int_equal(n_heard(bench), 1);
    pass(30 * USEC_PER_SEC);
    assert_int_equal(n_heard(bench), 6);
}

static void test_end(void **state)
{
    struct bench *bench = *state;

    setenv("WATCHDOG_USEC", "10000000", 1);
    assert_int_equal(watchdog_new(&bench->watchdog, NULL), 0);
    assert_int_equal(n_heard(bench), 1);
    bench->watchdog = watchdog_free(bench->watchdog);
    assert_null(bench->watchdog);
    assert_null(fake_earliest());
    pass(USEC_PER_MINUTE);
    assert_int_equal(n_heard(bench), 0);
}

static void test_not_asked_for(void **state)
{
    static const struct {
        const char *usec, *pid;
    } table[] = {{NULL, NULL}, {"0", NULL}, {"soon", NULL}, {"10000000", "1"}};
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if (table[i].usec)
            setenv("WATCHDOG_USEC", table[i].usec, 1);
        if (table[i].pid)
            setenv("WATCHDOG_PID", table[i].pid, 1); /* another process's */
        assert_int_equal(watchdog_new(&bench->watchdog, NULL), 0);
        pass(USEC_PER_MINUTE);
        assert_int_equal(n_heard(bench), 0);
        assert_null(fake_earliest());
        bench->watchdog = watchdog_free(bench->watchdog);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_twice_an_interval, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_asked_for, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
