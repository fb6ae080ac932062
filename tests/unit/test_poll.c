/* Looking at an idle modem: often enough, and no more. */
#include "modem_fixture.h"

/* A link that leads elsewhere is found by the heartbeat even when the old device lives on. */
static void test_link_changes(void **unused)
{
    struct fixture *f = begin(NULL);
    int old_master = f->peer.master, old_slave = f->peer.slave;

    (void)unused;
    fake_plug(&f->peer);
    pass(f, 14 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    assert_string_equal(modem_status(f->modem)->port, f->peer.path);
    close(old_master);
    close(old_slave);
    end(f);
}

/* Idle, the daemon sleeps: fewer than one thing a second happens. */
static void test_idle_is_quiet(void **unused)
{
    struct fixture *f = begin(NULL);
    unsigned before = f->peer.n_commands;

    (void)unused;
    pass(f, 300 * USEC_PER_SEC);
    assert_true(f->peer.n_commands - before >= 30);
    assert_true(f->peer.n_commands - before <= 60);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link_changes),
        cmocka_unit_test(test_idle_is_quiet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
