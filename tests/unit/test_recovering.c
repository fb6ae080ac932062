/* A modem that has fallen silent: what is tried, and what may not be mistaken. */
#include "modem/recovery.h"

#include "modem_fixture.h"

static void test_silent_modem_recovers(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    f->peer.dead = true;
    pass(f, 40 * USEC_PER_SEC);
    assert_int_not_equal(state(f), MODEM_READY);
    assert_true(modem_status(f->modem)->timeouts >= 1);
    pass(f, 600 * USEC_PER_SEC); /* the ladder goes round */
    f->peer.dead = false;
    pass(f, 45 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    end(f);
}

/* Answers that come after their command was given up must not answer the next one. */
static void test_late_answers(void **unused)
{
    static const struct fake_rule mute[] = {{"AT+CSQ", NULL}, {NULL, NULL}};
    struct fixture *f = begin(NULL);

    (void)unused;
    f->peer.rules = mute;
    pass(f, 35 * USEC_PER_SEC); /* the third heartbeat asks for the signal; 5 s later it gives up */
    f->peer.rules = NULL;
    fake_say(&f->peer, "\r\n+CSQ: 4,0\r\n\r\nOK\r\n");
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    fake_say(&f->peer, "\r\nOK\r\n\r\nERROR\r\n\r\n+CMGS: 99\r\n\r\nOK\r\n> ");
    settle(f);
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    assert_int_equal(f->result.reference, 7);
    end(f);
}

/* A vendor's own reset; a modem that restarts may stay away for a minute. */
static void test_vendor_reset(void **unused)
{
    static const struct fake_rule rules[] = {
        {"AT+CGMI", "\r\nhuawei\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(rules);
    const struct recovery *recovery = modem_status(f->modem)->recovery;
    unsigned resets;

    (void)unused;
    assert_non_null(strstr(f->peer.log, "AT+CGMR\nAT^CURC=0\nAT+CGSN\n"));
    f->peer.dead = true;
    for (unsigned i = 0; i < 120 && !recovery->rungs[RECOVERY_RESET].count; i++)
        pass(f, USEC_PER_SEC);
    resets = f->peer.n_open;
    pass(f, 55 * USEC_PER_SEC); /* looked for again and again, but not reset */
    assert_int_equal(recovery->rungs[RECOVERY_RESET].count, 1);
    assert_true(f->peer.n_open > resets + 1);
    f->peer.dead = false;
    pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silent_modem_recovers),
        cmocka_unit_test(test_late_answers),
        cmocka_unit_test(test_vendor_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
