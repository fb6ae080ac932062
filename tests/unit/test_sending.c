/* A text on its way through a modem: prompts, results, and who gives up when. */
#include "modem_fixture.h"

#include <errno.h>

static void test_sends(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), -EBUSY);
    settle(f);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    assert_int_equal(f->result.reference, 7);
    assert_string_equal(f->peer.text, PDU);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

static void test_sends_on_from_send_done(void **unused)
{
    struct fixture *f = begin(NULL);
    unsigned before = f->peer.n_commands;

    (void)unused;
    f->send_again = 3;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->n_done, 4);
    assert_int_equal(f->send_again_r, 0);
    /* AT+CMGS alone each time, and no time passed */
    assert_int_equal(f->peer.n_commands - before, 4);
    assert_int_equal(f->result.took_usec, 0);
    assert_int_equal(modem_status(f->modem)->sent, 4);
    end(f);
}

/* AT+CMMS=1 in front of the first of several texts, and again when the link has gone meanwhile. */
static void test_keeps_link(void **unused)
{
    static const struct fake_rule telit[] = {{"AT+CGMI", "\r\nTelit\r\n\r\nOK\r\n"},
        {"AT#QSS?", "\r\n#QSS: 2,3\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule refusing[] = {{"AT+CGMI", "\r\nTelit\r\n\r\nOK\r\n"},
        {"AT#QSS?", "\r\n#QSS: 2,3\r\n\r\nOK\r\n"}, {"AT+CMMS=*", "\r\nERROR\r\n"}, {NULL, NULL}};
    static const struct fake_rule silent[] = {{"AT+CGMI", "\r\nTelit\r\n\r\nOK\r\n"},
        {"AT#QSS?", "\r\n#QSS: 2,3\r\n\r\nOK\r\n"}, {"AT+CMMS=*", NULL}, {NULL, NULL}};
    static const struct {
        const char *label;
        const struct fake_rule *rules;
        bool keep;
        usec_t pause_sec; /* between the two texts, each of two PDUs */
        unsigned n_cmms, n_sent;
    } table[] = {
        {"not known to", NULL, true, 0, 0, 4},
        {"one text", telit, false, 0, 0, 4},
        {"one after the other", telit, true, 0, 1, 4},
        {"with a pause", telit, true, 2, 2, 4},
        {"refused", refusing, true, 2, 1, 4},
        {"not answered", silent, true, 20, 1, 2},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct fixture *f = begin(table[i].rules);

        pass(f, USEC_PER_SEC);
        for (unsigned n = 0; n < 2; n++) {
            modem_keep_link(f->modem, table[i].keep);
            f->send_again = 1;
            assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
            pass(f, table[i].pause_sec * USEC_PER_SEC);
        }
        if (count_in(f->peer.log, "AT+CMMS=1\n") != table[i].n_cmms ||
            modem_status(f->modem)->sent != table[i].n_sent)
            fail_msg("%s: %u, %u", table[i].label, count_in(f->peer.log, "AT+CMMS=1\n"),
                (unsigned)modem_status(f->modem)->sent);
        end(f);
    }
}

/* A Wavecom gets its text a moment after the prompt; unplugged in between, nothing has left. */
static void test_prompt_guard(void **unused)
{
    static const struct fake_rule rules[] = {
        {"AT+CGMI", "\r\n WAVECOM MODEM\r\n\r\nOK\r\n"}, {NULL, NULL}};

    (void)unused;
    for (unsigned i = 0; i < 2; i++) {
        struct fixture *f = begin(rules);

        assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
        pass(f, 99 * USEC_PER_MSEC);
        assert_int_equal(f->n_prompts, 1);
        assert_int_equal(f->peer.n_texts, 0);
        if (i == 1)
            fake_unplug(&f->peer);
        pass(f, 2 * USEC_PER_MSEC);
        assert_int_equal(f->n_done, 1);
        assert_int_equal(f->result.outcome, i == 0 ? MODEM_SEND_SENT : MODEM_SEND_NOT_SENT);
        end(f);
    }
}

static void test_send_refuses_bad_arguments(void **unused)
{
    static const struct {
        const char *hex;
        unsigned octets;
    } bad[] = {
        {"", 0}, {"00", 0}, {"0011", 2}, {"001", 1}, {"00G1", 1}, {"00 1", 1}, {"00\r1", 1},
        {"07911234", 3}, {PDU, PDU_TPDU_OCTETS + 1}, {PDU "1A", PDU_TPDU_OCTETS}};
    struct fixture *f = begin(NULL);

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(modem_send(f->modem, bad[i].hex, bad[i].octets), -EINVAL);
    assert_int_equal(state(f), MODEM_READY);
    assert_int_equal(f->n_done, 0);
    end(f);
}

/* What the modem says after Ctrl-Z, and what is made of it. */
static void test_send_results(void **unused)
{
    static const struct {
        const char *text_reply;
        enum modem_send_outcome outcome;
        int cms, cme;
        usec_t wait_usec;
    } rows[] = {
        {"\r\n+CMGS: 183\r\n\r\nOK\r\n", MODEM_SEND_SENT, -1, -1, 0},
        {"\r\n+CMGS: 183\r\n", MODEM_SEND_SENT, -1, -1, 6 * USEC_PER_SEC}, /* OK never comes */
        {"\r\n+CMGS: 183\r\n^RSSI: 5\r\n+CREG: 1\r\n\r\nOK\r\n", MODEM_SEND_SENT, -1, -1, 0},
        {"\r\n+CMS ERROR: 38\r\n", MODEM_SEND_REFUSED, 38, -1, 0},
        {"\r\n+CMS ERROR: network timeout\r\n", MODEM_SEND_REFUSED, 332, -1, 0},
        {"\r\n+CME ERROR: 30\r\n", MODEM_SEND_REFUSED, -1, 30, 0},
        {"\r\nERROR\r\n", MODEM_SEND_REFUSED, -1, -1, 0},
        {"\r\nNO CARRIER\r\n\r\n+CMGS: 4\r\n\r\nOK\r\n", MODEM_SEND_SENT, -1, -1, 0},
        {"", MODEM_SEND_UNKNOWN, -1, -1, 181 * USEC_PER_SEC},
        {"\r\nOK\r\n", MODEM_SEND_UNKNOWN, -1, -1, 181 * USEC_PER_SEC}, /* of what? */
        {"^RSSI: 5\r\n\xFF\x00garbage\r\n", MODEM_SEND_UNKNOWN, -1, -1, 181 * USEC_PER_SEC},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct fixture *f = begin(NULL);

        f->peer.text_reply = rows[i].text_reply;
        assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
        settle(f);
        if (rows[i].wait_usec) {
            assert_int_equal(f->n_done, 0);
            pass(f, rows[i].wait_usec);
        }
        assert_int_equal(f->n_done, 1);
        assert_int_equal(f->result.outcome, rows[i].outcome);
        assert_int_equal(f->result.cms_error, rows[i].cms);
        assert_int_equal(f->result.cme_error, rows[i].cme);
        pass(f, USEC_PER_SEC);
        assert_int_equal(state(f), MODEM_READY);
        end(f);
    }
}

/* Prompts as modems write them; the PDU must have arrived whole. */
static void test_prompt_forms(void **unused)
{
    static const char *const prompts[] = {"\r\n> ", "> ", ">", "\r\n>", "\r\n> \r\n", "\n>",
        "AT+CMGS=19\r\r\n> ", "\r\n^RSSI: 3\r\n\r\n> "};

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(prompts); i++) {
        const struct fake_rule rules[] = {{"AT+CMGS=*", prompts[i]}, {NULL, NULL}};
        struct fixture *f = begin(rules);

        assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
        settle(f);
        assert_int_equal(f->n_done, 1);
        assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
        assert_string_equal(f->peer.text, PDU);
        end(f);
    }
}

static void test_no_prompt_is_not_sent(void **unused)
{
    static const struct fake_rule rules[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct fixture *f = begin(rules);
    unsigned escapes = f->peer.n_escapes;

    (void)unused;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    pass(f, 9 * USEC_PER_SEC);
    assert_int_equal(f->n_done, 0);
    pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(f->result.outcome, MODEM_SEND_NOT_SENT);
    assert_int_equal(f->peer.n_texts, 0); /* never Ctrl-Z to un-stick */
    assert_int_equal(f->peer.n_escapes, escapes + 1);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

static void test_abort(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    f->hold = true;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->n_prompts, 1);
    modem_send_abort(f->modem);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(f->result.outcome, MODEM_SEND_NOT_SENT);
    f->hold = false;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    pass(f, USEC_PER_SEC);
    assert_int_equal(f->n_done, 2);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    assert_int_equal(f->peer.n_texts, 1);
    modem_send_abort(f->modem); /* harmless */
    modem_send_proceed(f->modem);
    assert_int_equal(f->n_done, 2);
    end(f);
}

static void test_abort_within_the_prompt_call(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    f->abort = true;
    f->send_again = 1; /* from the send_done() within modem_send_abort() */
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->n_done, 1);
    f->abort = false;
    pass(f, USEC_PER_SEC);
    assert_int_equal(f->n_done, 2);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    assert_int_equal(f->peer.n_texts, 1);
    end(f);
}

/* The device ends between prompt and decision, before the loop has noticed. */
static void test_proceed_into_an_ended_device(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    f->hold = true;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    fake_unplug(&f->peer);
    modem_send_proceed(f->modem);
    modem_send_abort(f->modem);
    modem_send_proceed(f->modem);
    assert_int_equal(f->n_done, 0);
    settle(f);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(f->result.outcome, MODEM_SEND_NOT_SENT); /* not a byte went out */
    assert_int_equal(state(f), MODEM_ABSENT);
    end(f);
}

static void test_owner_never_proceeds(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    f->hold = true;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    pass(f, 22 * USEC_PER_SEC);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(f->result.outcome, MODEM_SEND_NOT_SENT);
    modem_send_proceed(f->modem); /* too late: nothing may go out */
    pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(f->peer.n_texts, 0);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

static void test_unplug_in_each_phase(void **unused)
{
    (void)unused;
    for (unsigned phase = 0; phase < 3; phase++) {
        static const struct fake_rule silent[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
        static const enum modem_send_outcome outcomes[] = {
            MODEM_SEND_NOT_SENT, MODEM_SEND_NOT_SENT, MODEM_SEND_UNKNOWN};
        struct fixture *f = begin(phase == 0 ? silent : NULL);

        f->hold = phase == 1;
        f->peer.no_text_answer = true;
        assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
        settle(f);
        assert_int_equal(f->n_done, 0);
        if (phase == 2)
            modem_send_proceed(f->modem); /* twice: harmless */
        fake_unplug(&f->peer);
        settle(f);
        assert_int_equal(f->n_done, 1);
        assert_int_equal(f->result.outcome, outcomes[phase]);
        assert_int_equal(state(f), MODEM_ABSENT);
        modem_send_proceed(f->modem);
        f->peer.rules = NULL;
        f->peer.no_text_answer = f->hold = false;
        fake_plug(&f->peer);
        pass(f, 3 * USEC_PER_SEC);
        assert_int_equal(state(f), MODEM_READY);
        end(f);
    }
}

/* Pulled while a text is on its way: the text ends as it ends, then the SIM is looked at. */
static void test_sim_pulled_meanwhile(void **unused)
{
    static const struct fake_rule gone[] = {{"AT+CPIN?", "\r\n+CME ERROR: 10\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(NULL);

    (void)unused;
    f->hold = true;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->n_prompts, 1);
    modem_send_proceed(f->modem);
    f->peer.rules = gone;
    fake_say(&f->peer, "\r\n+CPIN: NOT INSERTED\r\n");
    settle(f);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    assert_int_equal(state(f), MODEM_LOCKED);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sim_pulled_meanwhile),
        cmocka_unit_test(test_sends),
        cmocka_unit_test(test_sends_on_from_send_done),
        cmocka_unit_test(test_keeps_link),
        cmocka_unit_test(test_prompt_guard),
        cmocka_unit_test(test_send_refuses_bad_arguments),
        cmocka_unit_test(test_send_results),
        cmocka_unit_test(test_prompt_forms),
        cmocka_unit_test(test_no_prompt_is_not_sent),
        cmocka_unit_test(test_abort),
        cmocka_unit_test(test_abort_within_the_prompt_call),
        cmocka_unit_test(test_proceed_into_an_ended_device),
        cmocka_unit_test(test_owner_never_proceeds),
        cmocka_unit_test(test_unplug_in_each_phase),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
