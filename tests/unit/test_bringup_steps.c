/* The steps of bringing a modem up: message service, routing, and what is passed over. */
#include "modem_fixture.h"

/* Commands that are not known are passed over, those that hang are passed over the next time. */

static void test_poor_modem(void **unused)
{
    static const struct fake_rule rules[] = {{"AT+CMGF=0", "\r\nOK\r\n"},
        {"AT+CPIN?", "\r\n+CPIN: READY\r\n"}, /* no OK: seen from a Wavecom */
        {"AT+CREG?", "\r\n+CREG: 0,1\r\n\r\nOK\r\n"}, {"AT+CMGS=*", "\r\n> "},
        {"AT+CNMI=?", NULL}, {"AT+*", "\r\nCOMMAND NOT SUPPORT\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    assert_int_equal(modem_status(f->modem)->timeouts, 1);
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    end(f);
}

/* OK to a routing that is then not kept: the next one of the ladder, until one is. */
static void test_routing_is_read_back(void **unused)
{
    static const struct fake_rule rules[] = {
        {"AT+CNMI?", "\r\n+CNMI: 1,1,0,2,0\r\n\r\nOK\r\n"},
        {"AT+CNMI=?", "\r\n+CNMI: (1-2),(0,1),(0),(0,2),(0,1)\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    assert_int_equal(state(f), MODEM_READY);
    assert_non_null(strstr(f->peer.log,
        "AT+CNMI=?\nAT+CNMI=2,1,0,2,0\nAT+CNMI?\nAT+CNMI=1,1,0,2,0\nAT+CNMI?\nAT+CREG=1\n"));
    end(f);
}

/* Modems that take no routing at all, or drop what is buffered always: they send all the same. */
static void test_routing_that_does_not_fit(void **unused)
{
    static const struct fake_rule none[] = {
        {"AT+CNMI?", "\r\n+CNMI: 0,0,0,0,0\r\n\r\nOK\r\n"},
        {"AT+CNMI=?", "\r\n+CNMI: (0),(0),(0),(0),(1)\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule deaf[] = {
        {"AT+CNMI?", "\r\n+CNMI: 0,0,0,0,0\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule drops[] = {
        {"AT+CNMI?", "\r\n+CNMI: 2,1,0,1,1\r\n\r\nOK\r\n"},
        {"AT+CNMI=?", "\r\n+CNMI: (0-2),(0,1),(0),(0-2),(1)\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct {
        const struct fake_rule *rules;
        unsigned n_tried;
        const char *tried;
    } rows[] = {{none, 0, "AT+CNMI=?\nAT+CNMI?\nAT+CREG=1\n"},
        {deaf, 6, "AT+CNMI=1,1,0,0,0\nAT+CNMI?\nAT+CNMI?\nAT+CREG=1\n"},
        {drops, 1, "AT+CNMI=?\nAT+CNMI=2,1,0,1,1\nAT+CNMI?\nAT+CREG=1\n"}};

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct fixture *f = begin(rows[i].rules);

        assert_int_equal(state(f), MODEM_READY);
        assert_int_equal(count_in(f->peer.log, "AT+CNMI=") - 1, rows[i].n_tried);
        if (!strstr(f->peer.log, rows[i].tried))
            fail_msg("%s", f->peer.log);
        end(f);
    }
}

/* The message service is waited for as the vendor tells, and not for ever. */
static void test_sms_ready(void **unused)
{
    static const struct fake_rule telit[] = {{"AT+CGMI", "\r\nTelit\r\n\r\nOK\r\n"},
        {"AT#QSS?", "\r\n#QSS: 2,2\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule telit_ready[] = {{"AT+CGMI", "\r\nTelit\r\n\r\nOK\r\n"},
        {"AT#QSS?", "\r\n#QSS: 2,3\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule simcom[] = {
        {"AT+CGMI", "\r\nSIMCOM_Ltd\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(telit);

    (void)unused;
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_CONFIGURING);
    f->peer.rules = telit_ready;
    pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
    f = begin(telit);
    pass(f, 22 * USEC_PER_SEC); /* it may never say so */
    assert_int_equal(state(f), MODEM_READY);
    end(f);
    f = begin(simcom);
    assert_int_equal(state(f), MODEM_READY); /* it has booted long ago */
    fake_say(&f->peer, "\r\nRDY\r\n");
    pass(f, 3 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_CONFIGURING);
    fake_say(&f->peer, "\r\nSMS Ready\r\n");
    settle(f);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

/* A radio that is off is turned on, once, whatever comes of it; one that is on is left alone. */
static void test_radio_is_turned_on(void **unused)
{
    static const struct {
        const char *tells, *answer;
        bool expected;
    } rows[] = {
        {"\r\n+CFUN: 4\r\n\r\nOK\r\n", "\r\nOK\r\n", true},
        {"\r\n+CFUN: 0,0\r\n\r\nOK\r\n", "\r\nOK\r\n", true},
        {"\r\n+CFUN: 4\r\n\r\nOK\r\n", "\r\n+CME ERROR: 3\r\n", true},
        {"\r\n+CFUN: 1\r\n\r\nOK\r\n", "\r\nOK\r\n", false},
        {"\r\n+CFUN: 5\r\n\r\nOK\r\n", "\r\nOK\r\n", false}, /* a maker's power saving */
        {"\r\nERROR\r\n", "\r\nOK\r\n", false},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct fake_rule rules[] = {
            {"AT+CFUN?", rows[i].tells}, {"AT+CFUN=1", rows[i].answer}, {NULL, NULL}};
        struct fixture *f = begin(rules);

        pass(f, USEC_PER_SEC);
        if (state(f) != MODEM_READY || count_in(f->peer.log, "AT+CFUN=1\n") != rows[i].expected ||
            !strstr(f->peer.log, rows[i].expected ? "AT+CFUN?\nAT+CFUN=1\nAT+CCID\n"
                                                  : "AT+CFUN?\nAT+CCID\n"))
            fail_msg("row %zu: %s", i, f->peer.log);
        end(f);
    }
}

/* A modem that hangs over it, when asked or when told, comes up in the next round. */
static void test_radio_question_that_hangs(void **unused)
{
    static const struct fake_rule asked[] = {{"AT+CFUN?", NULL}, {NULL, NULL}};
    static const struct fake_rule told[] = {
        {"AT+CFUN?", "\r\n+CFUN: 4\r\n\r\nOK\r\n"}, {"AT+CFUN=1", NULL}, {NULL, NULL}};
    const struct fake_rule *const tables[] = {asked, told};

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
        struct fixture *f = begin(tables[i]);

        assert_int_equal(state(f), MODEM_CONFIGURING);
        pass(f, 60 * USEC_PER_SEC);
        assert_int_equal(state(f), MODEM_READY);
        assert_int_equal(modem_status(f->modem)->timeouts, 1);
        end(f);
    }
}

/* Sierra's answer wrongly for a while after it: nothing is asked until then. */
static void test_radio_is_given_time(void **unused)
{
    static const struct fake_rule sierra[] = {
        {"AT+CGMI", "\r\nSierra Wireless\r\n\r\nOK\r\n"},
        {"AT+CFUN?", "\r\n+CFUN: 4\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(sierra);

    (void)unused;
    pass(f, 9 * USEC_PER_SEC);
    assert_int_equal(count_in(f->peer.log, "AT+CFUN=1\n"), 1);
    assert_int_equal(count_in(f->peer.log, "AT+CCID"), 0);
    pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poor_modem),
        cmocka_unit_test(test_routing_is_read_back),
        cmocka_unit_test(test_routing_that_does_not_fit),
        cmocka_unit_test(test_sms_ready),
        cmocka_unit_test(test_radio_is_turned_on),
        cmocka_unit_test(test_radio_question_that_hangs),
        cmocka_unit_test(test_radio_is_given_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
