/* Whether a modem is on a network: three domains, lost and found again. */
#include "modem_fixture.h"

#include <errno.h>

static void test_registration_lost_and_back(void **unused)
{
    static const struct fake_rule lost[] = {
        {"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(NULL);

    (void)unused;
    f->peer.rules = lost;
    fake_say(&f->peer, "\r\n+CREG: 2\r\n");
    settle(f);
    assert_int_equal(state(f), MODEM_SEARCHING);
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), -EBUSY);
    pass(f, 90 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_SEARCHING);
    f->peer.rules = NULL;
    fake_say(&f->peer, "\r\n+CREG: 5,\"1A2B\",\"0000C3D4\",7\r\n");
    settle(f);
    assert_int_equal(state(f), MODEM_READY);
    assert_int_equal(modem_status(f->modem)->registration, 5);
    end(f);
}

/* A radio that finds nothing for long is restarted; one that a network refuses is not. */
static void test_search_in_vain(void **unused)
{
    static const struct {
        struct fake_rule rules[3];
        bool is_vain;
    } rows[] = {
        {{{"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"}}, true},
        {{{"AT+CREG?", "\r\n+CREG: 1,0\r\n\r\nOK\r\n"}}, true},
        {{{"AT+CREG?", "\r\n+CREG: 1,3\r\n\r\nOK\r\n"}}, false},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct fixture *f = begin(rows[i].rules);

        pass(f, 14 * USEC_PER_MINUTE);
        assert_int_equal(state(f), MODEM_SEARCHING);
        assert_int_equal(modem_status(f->modem)->recoveries, 0);
        pass(f, 2 * USEC_PER_MINUTE);
        assert_int_equal(modem_status(f->modem)->recoveries, rows[i].is_vain);
        f->peer.rules = NULL;
        pass(f, 3 * USEC_PER_MINUTE);
        assert_int_equal(state(f), MODEM_READY);
        end(f);
    }
}

/* What another domain said before is old when one is lost: all are asked again at once. */
static void test_stale_domain_does_not_count(void **unused)
{
    static const struct fake_rule both[] = {
        {"AT+CGREG?", "\r\n+CGREG: 1,1\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule lost[] = {
        {"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(both);

    (void)unused;
    fake_say(&f->peer, "\r\n+CREG: 2\r\n");
    f->peer.rules = lost;
    settle(f);
    assert_int_equal(state(f), MODEM_SEARCHING);
    end(f);
}

static void test_any_domain_registers(void **unused)
{
    static const struct fake_rule lte[] = {{"AT+CREG?", "\r\n+CREG: 0,3\r\n\r\nOK\r\n"},
        {"AT+CEREG?", "\r\n+CEREG: 0,6\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule none[] = {
        {"AT+CREG?", "\r\n+CREG: 0,3\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(lte);

    (void)unused;
    assert_int_equal(state(f), MODEM_READY);
    assert_int_equal(modem_status(f->modem)->registration, 6);
    end(f);
    f = begin(none);
    assert_int_equal(state(f), MODEM_SEARCHING);
    assert_string_equal(modem_status(f->modem)->reason, "registration denied");
    end(f);
}

/*
 * One ERROR that strays to a domain's question, at the start or later, keeps no modem off the air.
 */
static void test_stray_refusal(void **unused)
{
    static const struct fake_rule refuses[] = {{"AT+CREG?", "\r\nERROR\r\n"}, {NULL, NULL}};
    static const struct fake_rule lost[] = {
        {"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(refuses);

    (void)unused;
    assert_int_equal(state(f), MODEM_SEARCHING);
    f->peer.rules = NULL;
    pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    f->peer.rules = refuses;
    pass(f, 40 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    f->peer.rules = lost;
    pass(f, 40 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_SEARCHING);
    f->peer.rules = NULL;
    pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

/* What a modem that may not roam makes of being abroad, at the start and later. */
static void test_roaming_refused(void **unused)
{
    static const struct fake_rule abroad[] = {{"AT+CREG?", "\r\n+CREG: 0,5\r\n\r\nOK\r\n"},
        {"AT+CEREG?", "\r\n+CEREG: 0,7\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin_as(abroad, (struct modem_config){.no_roaming = true}, false);

    (void)unused;
    assert_int_equal(state(f), MODEM_SEARCHING);
    assert_true(modem_status(f->modem)->roaming_refused);
    assert_int_equal(modem_status(f->modem)->registration, 5);
    assert_non_null(strstr(modem_status(f->modem)->reason, "roaming_refused"));
    pass(f, 90 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_SEARCHING);
    f->peer.rules = NULL;
    fake_say(&f->peer, "\r\n+CREG: 1\r\n");
    settle(f);
    assert_int_equal(state(f), MODEM_READY);
    assert_false(modem_status(f->modem)->roaming_refused);
    f->peer.rules = abroad;
    fake_say(&f->peer, "\r\n+CREG: 5\r\n");
    pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_SEARCHING);
    assert_non_null(strstr(modem_status(f->modem)->reason, "roaming_refused"));
    end(f);
    f = begin(abroad); /* nobody has said that it may not */
    assert_int_equal(state(f), MODEM_READY);
    assert_false(modem_status(f->modem)->roaming_refused);
    assert_string_equal(modem_status(f->modem)->reason, "roaming");
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registration_lost_and_back),
        cmocka_unit_test(test_search_in_vain),
        cmocka_unit_test(test_stale_domain_does_not_count),
        cmocka_unit_test(test_any_domain_registers),
        cmocka_unit_test(test_stray_refusal),
        cmocka_unit_test(test_roaming_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
