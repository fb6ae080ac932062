/* Bringing a modem up, as a whole. */
#include "modem_fixture.h"

static void test_reaches_ready(void **unused)
{
    struct fixture *f = begin(NULL);
    const struct modem_status *status = modem_status(f->modem);

    (void)unused;
    assert_string_equal(modem_state_to_string(state(f)), "ready");
    assert_string_equal(status->manufacturer, "ACME");
    assert_string_equal(status->imei, "490154203237518");
    assert_string_equal(status->iccid, "8991101200003204510");
    assert_string_equal(status->operator_name, "Airtel");
    assert_string_equal(status->smsc, "+919810051914");
    assert_int_equal(status->registration, 1);
    assert_int_equal(status->signal_dbm, -73);
    assert_int_equal(signal_history_get(&status->signal, 0)->dbm, -73);
    end(f);
}

static void test_echo_that_stays_on(void **unused)
{
    struct fixture *f = begin_with(NULL, NULL, true);

    (void)unused;
    assert_int_equal(state(f), MODEM_READY);
    assert_string_equal(modem_status(f->modem)->manufacturer, "ACME");
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    end(f);
}

static void test_restart_is_noticed(void **unused)
{
    struct fixture *f = begin(NULL);
    unsigned before = count_in(f->peer.log, "AT+CMGF=0");

    (void)unused;
    fake_say(&f->peer, "\r\nRDY\r\n");
    pass(f, USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    assert_int_equal(count_in(f->peer.log, "AT+CMGF=0"), before + 1);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reaches_ready),
        cmocka_unit_test(test_echo_that_stays_on),
        cmocka_unit_test(test_restart_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
