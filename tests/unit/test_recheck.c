/* A refusal without a reason is believed only when nothing else is wrong with the modem. */
#include "modem_fixture.h"

#include "at/result.h"
#include "modem/recheck.h"

#define REFUSED "\r\n+CMS ERROR: 500\r\n"
#define NETWORK_GONE {"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"}
#define SMSC_GONE {"AT+CSCA?", "\r\n+CSCA: \"\",129\r\n\r\nOK\r\n"}

static void send_refused(struct fixture *f, const char *reply, const struct fake_rule *rules)
{
    f->peer.rules = rules;
    f->peer.text_reply = reply;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
}

static void test_due(void **unused)
{
    static const struct {
        struct at_result result;
        bool expected;
    } table[] = {
        {{.outcome = AT_CMS_ERROR, .code = 500}, true},
        {{.outcome = AT_ERROR}, true},
        {{.outcome = AT_CMS_ERROR, .code = 330}, true},
        {{.outcome = AT_CME_ERROR, .code = 100}, true},
        {{.outcome = AT_CMS_ERROR, .code = 9999}, true},
        {{.outcome = AT_CMS_ERROR, .code = 1}, false},
        {{.outcome = AT_CMS_ERROR, .code = 310}, true},
        {{.outcome = AT_CME_ERROR, .code = 13}, true},
        {{.outcome = AT_CMS_ERROR, .code = 314}, false},
        {{.outcome = AT_CME_ERROR, .code = 14}, false},
        {{.outcome = AT_CMS_ERROR, .code = 42}, false},
        {{.outcome = AT_CME_ERROR, .code = 30}, false},
        {{.outcome = AT_OK}, false},
        {{.outcome = AT_TIMEOUT}, false},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (recheck_is_due(&table[i].result) != table[i].expected)
            fail_msg("row %zu", i);
}

/* What is asked, what is found, and what becomes of text and modem. */
static void test_verdicts(void **unused)
{
    static const struct fake_rule no_network[] = {NETWORK_GONE, {NULL, NULL}};
    static const struct fake_rule lte_alone[] = {
        NETWORK_GONE, {"AT+CGREG?", "\r\n+CGREG: 1,1\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule no_sim[] = {
        {"AT+CPIN?", "\r\n+CME ERROR: 10\r\n"}, {NULL, NULL}};
    static const struct fake_rule locked[] = {
        {"AT+CPIN?", "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule no_smsc[] = {SMSC_GONE, {NULL, NULL}};
    static const struct {
        const char *label, *reply;
        const struct fake_rule *rules;
        const char *fault; /* NULL: believed */
        enum modem_state state;
    } table[] = {
        {"nothing wrong", REFUSED, NULL, NULL, MODEM_READY},
        {"a bare word", "\r\nERROR\r\n", NULL, NULL, MODEM_READY},
        {"no network", REFUSED, no_network, "Registration was lost", MODEM_SEARCHING},
        {"one domain is enough", REFUSED, lte_alone, NULL, MODEM_READY},
        {"no SIM", REFUSED, no_sim, "The SIM does not answer", MODEM_LOCKED},
        {"the SIM is blamed, and gone", "\r\n+CMS ERROR: 310\r\n", no_sim,
            "The SIM does not answer", MODEM_LOCKED},
        {"the SIM is blamed, and there", "\r\n+CMS ERROR: 313\r\n", NULL, NULL, MODEM_READY},
        {"locked", REFUSED, locked, "The SIM does not answer", MODEM_LOCKED},
        {"no service centre", REFUSED, no_smsc, "The number of the service centre was lost",
            MODEM_READY},
        {"a reason is given", "\r\n+CMS ERROR: 42\r\n", no_network, NULL, MODEM_READY},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct fixture *f = begin(NULL);

        send_refused(f, table[i].reply, table[i].rules);
        assert_int_equal(f->n_done, 1);
        if ((f->result.fault == NULL) != (table[i].fault == NULL) || state(f) != table[i].state)
            fail_msg("%s: %s, %s", table[i].label, f->result.fault ? f->result.fault : "believed",
                modem_state_to_string(state(f)));
        if (table[i].fault)
            assert_string_equal(f->result.fault, table[i].fault);
        assert_int_equal(
            f->result.outcome, table[i].fault ? MODEM_SEND_NOT_SENT : MODEM_SEND_REFUSED);
        if (!table[i].fault)
            assert_int_equal(modem_status(f->modem)->refused, 1);
        end(f);
    }
}

/* What was known before is written again, once; a SIM that does not keep it is believed then. */
static void test_service_centre_is_restored(void **unused)
{
    static const struct fake_rule no_smsc[] = {SMSC_GONE, {NULL, NULL}};
    struct fixture *f = begin(NULL);

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        send_refused(f, REFUSED, no_smsc);
        assert_int_equal(count_in(f->peer.log, "AT+CSCA=\"+919810051914\",145\n"), 1);
        assert_int_equal(f->n_done, i + 1);
    }
    assert_int_equal(f->result.outcome, MODEM_SEND_NOT_SENT);
    send_refused(f, REFUSED, NULL);
    assert_int_equal(f->result.outcome, MODEM_SEND_REFUSED);
    assert_int_equal(f->result.cms_error, 500);
    end(f);
}

/* It breaks off in the middle: the text was refused, so it may go again. */
static void test_broken_off(void **unused)
{
    static const struct fake_rule silent[] = {{"AT+CREG?", NULL}, {NULL, NULL}};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct fixture *f = begin(NULL);

        send_refused(f, REFUSED, silent);
        assert_int_equal(f->n_done, 0);
        assert_int_equal(state(f), MODEM_SENDING);
        if (i == 0)
            fake_unplug(&f->peer);
        else
            f->peer.rules = NULL;
        pass(f, 10 * USEC_PER_SEC);
        assert_int_equal(f->n_done, 1);
        assert_int_equal(f->result.outcome, MODEM_SEND_NOT_SENT);
        assert_non_null(strstr(f->result.fault, "went away"));
        assert_int_equal(state(f), i == 0 ? MODEM_ABSENT : MODEM_READY);
        end(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_service_centre_is_restored),
        cmocka_unit_test(test_broken_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
