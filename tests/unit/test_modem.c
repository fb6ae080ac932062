#include "modem/modem.h"
#include "modem/recovery.h"

#include "modem_fixture.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

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
    end(f);
}

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

static void test_unplug_and_return(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    fake_unplug(&f->peer);
    settle(f);
    assert_int_equal(state(f), MODEM_ABSENT);
    assert_string_equal(modem_status(f->modem)->reason, "unplugged");
    pass(f, 20 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_ABSENT);
    fake_plug(&f->peer);
    pass(f, 3 * USEC_PER_SEC);
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

/* What was opened is another's device by now: not a byte goes there. */
static void test_link_changes_while_opening(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    fake_unplug(&f->peer);
    pass(f, 0);
    fake_plug(&f->peer);
    f->peer.moves = true;
    f->peer.n_escapes = f->peer.n_commands = 0;
    while (f->peer.moves)
        pass(f, 100 * USEC_PER_MSEC);
    assert_int_equal(state(f), MODEM_ABSENT);
    assert_string_equal(modem_status(f->modem)->reason, "the device path leads elsewhere");
    assert_int_equal(f->peer.n_escapes + f->peer.n_commands, 0);
    pass(f, 3 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    assert_string_equal(modem_status(f->modem)->port, "/dev/moved");
    end(f);
}

#define ICCID "8991101200003204510"

static unsigned n_spoilt;

/* One digit of the first ICCID. */
static size_t spoil_iccid(char *bytes, size_t n)
{
    if (n > 20 && strncmp(bytes, "\r\n+CCID", 7) == 0 && n_spoilt++ == 0)
        bytes[20] ^= 1;
    return n;
}

/* A spoilt digit is no other SIM, neither when it is learnt nor when it is looked at again. */
static void test_spoilt_iccid(void **unused)
{
    static const struct fake_rule rules[] = {
        {"AT+CCID", "\r\n+CCID: " ICCID "\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    f->peer.spoil = spoil_iccid;
    for (unsigned i = 0; i < 2; i++) {
        n_spoilt = 0;
        if (i == 0) {
            fake_say(&f->peer, "\r\nRDY\r\n");
        } else {
            fake_unplug(&f->peer);
            pass(f, 0);
            fake_plug(&f->peer);
        }
        pass(f, 3 * USEC_PER_SEC);
        assert_int_equal(n_spoilt, i + 2);
        assert_int_equal(state(f), MODEM_READY);
        assert_string_equal(modem_status(f->modem)->iccid, ICCID);
    }
    end(f);
}

static void test_registration_lost_and_back(void **unused)
{
    static const struct fake_rule lost[] = {{"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"}, {NULL, NULL}};
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

/* What another domain said before is old when one is lost: all are asked again at once. */
static void test_stale_domain_does_not_count(void **unused)
{
    static const struct fake_rule both[] = {
        {"AT+CGREG?", "\r\n+CGREG: 1,1\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule lost[] = {{"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"}, {NULL, NULL}};
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
    static const struct fake_rule none[] = {{"AT+CREG?", "\r\n+CREG: 0,3\r\n\r\nOK\r\n"}, {NULL, NULL}};
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

static unsigned count_in(const char *text, const char *word)
{
    unsigned n = 0;

    for (; (text = strstr(text, word)); text++)
        n++;
    return n;
}

static void test_pin(void **unused)
{
#define ASKS {"AT+CPIN?", "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"}
    static const struct {
        const char *pin;
        struct fake_rule rules[6];
        unsigned n_sent;
        const char *reason;
    } rows[] = {
        {NULL, {ASKS}, 0, "none is configured"},
        {"1234", {ASKS, {"AT+CPINR", "\r\n+CPINR: SIM PIN,3,3\r\n\r\nOK\r\n"},
            {"AT+CPIN=*", "\r\n+CME ERROR: 16\r\n"}}, 1, "refused"},
        {"1234", {ASKS, {"AT+CPINR", "\r\n+CPINR: SIM PIN,2,3\r\n\r\nOK\r\n"}}, 0, "fewer than 3"},
        {"1234", {ASKS, {"AT+C*", "\r\nERROR\r\n"}, {"AT^CPIN?", "\r\n^CPIN: SIM PIN,,10,2,10,3\r\n\r\nOK\r\n"}},
            0, "fewer than 3"},
        /* a question that hangs is passed over, the others are still asked */
        {"1234", {ASKS, {"AT+CPINR", NULL}, {"AT+ZPINPUK=?", "\r\n+ZPINPUK: 1,3,10,10\r\n\r\nOK\r\n"}}, 0, "fewer than 3"},
        {"1234", {ASKS, {"AT+CSIM=*", "\r\n+CSIM: 4,\"63C1\"\r\n\r\nOK\r\n"}, {"AT+CPIN=*", NULL}}, 0, "fewer than 3"},
        {"1234", {ASKS, {"AT+CPIN=*", "\r\nERROR\r\n"}}, 1, "refused"}, /* tries not known: once */
        {"1234", {{"AT+CPIN?", "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n"}}, 0, "PUK"},
        {"1234", {{"AT+CPIN?", "\r\n+CME ERROR: 10\r\n"}}, 0, "SIM not inserted"},
        {"1234", {{"AT+CPIN?", "\r\n+CPIN: PH-NET PIN\r\n\r\nOK\r\n"}}, 0, "another SIM or network"},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct fixture *f = begin_with(rows[i].rules, rows[i].pin, false);

        pass(f, 10 * USEC_PER_SEC);
        assert_int_equal(state(f), MODEM_LOCKED);
        assert_non_null(strstr(modem_status(f->modem)->reason, rows[i].reason));
        pass(f, 120 * USEC_PER_SEC); /* nor when it is looked at again */
        assert_int_equal(state(f), MODEM_LOCKED);
        fake_unplug(&f->peer); /* nor when it was unplugged */
        settle(f);
        assert_int_equal(count_in(f->peer.log, "AT+CPIN="), rows[i].n_sent);
        fake_plug(&f->peer);
        pass(f, 30 * USEC_PER_SEC);
        assert_int_equal(state(f), MODEM_LOCKED);
        assert_int_equal(count_in(f->peer.log, "AT+CPIN="), 0);
        end(f);
    }
}

/* The PIN is taken; the SIM is busy for some seconds after it (+CME ERROR: 14). */
static void test_pin_accepted(void **unused)
{
    static const struct fake_rule asks[] = {ASKS,
        {"AT+CPIN=\"1234\"", NULL}, {NULL, NULL}};
    static const struct fake_rule busy[] = {{"AT+CPIN?", "\r\n+CME ERROR: 14\r\n"}, {NULL, NULL}};
    struct fixture *f = begin_with(asks, "1234", false);

    (void)unused;
    assert_int_equal(count_in(f->peer.log, "AT+CPIN=\"1234\""), 1);
    f->peer.rules = busy;
    fake_say(&f->peer, "\r\nOK\r\n"); /* to +CPIN= */
    pass(f, 6 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_CONFIGURING);
    f->peer.rules = NULL;
    pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

static void test_received(void **unused)
{
#define DELIVER "0891683108100005F0040D91683119809221F00000306031613082230631D98C56B301"
#define REPORT "0791361907001003061C0B913619397750F032000000000000000032000000000000000000"
    static const struct fake_rule stored[] = {
        {"AT+CMGR=4", "\r\n+CMGR: 0,,26\r\n" DELIVER "\r\n\r\nOK\r\n"},
        {"AT+CMGR=3", "\r\n+CMGR: 0,,29\r\n" REPORT "\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(stored);

    (void)unused;
    fake_say(&f->peer, "\r\n+CMT: ,26\r\n" DELIVER "\r\n\r\n+CDS: 29\r\n" REPORT "\r\n");
    settle(f);
    assert_int_equal(f->n_inbound, 1);
    assert_int_equal(f->n_reports, 1);
    fake_say(&f->peer, "\r\n+CMTI: \"SM\",4\r\n\r\n+CDSI: \"SR\",3\r\n");
    settle(f);
    assert_int_equal(f->n_inbound, 2);
    assert_int_equal(f->n_reports, 2);
    assert_non_null(strstr(f->peer.log, "AT+CMGR=4\nAT+CMGD=4\nAT+CMGL=4\nAT+CPMS=\"SR\"\n"
                                    "AT+CMGR=3\nAT+CMGD=3\nAT+CMGL=4\nAT+CPMS?\n"));
    fake_say(&f->peer, "\r\n+CMT: ,26\r\nOK\r\n+CMT: \"x\r\n+CMTI: \"A\"B\",1\r\n+CMTI: \"SM\",9\r\n");
    settle(f);
    assert_int_equal(f->n_inbound, 2);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

/* Commands that are not known are passed over, those that hang are passed over the next time. */
/* What is configured wins; a SIM that says nothing, or no word at all, holds nothing up. */
static void test_own_number(void **unused)
{
    static const struct fake_rule knows[] = {
        {"AT+CNUM", "\r\n+CNUM: \"\",\"+919812345678\",145\r\n"
                    "\r\n+CNUM: \"Fax\",\"+919800000000\",145\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule refuses[] = {{"AT+CNUM", "\r\n+CME ERROR: 22\r\n"}, {NULL, NULL}};
    static const struct fake_rule is_silent[] = {{"AT+CNUM", NULL}, {NULL, NULL}};
    static const struct {
        const struct fake_rule *rules;
        const char *configured, *number;
    } rows[] = {
        {knows, NULL, "+919812345678"}, {knows, "+919999999999", "+919999999999"},
        {NULL, NULL, ""}, {refuses, NULL, ""}, {is_silent, NULL, ""},
        {refuses, "+919999999999", "+919999999999"},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct fixture *f =
            begin_as(rows[i].rules, (struct modem_config){.number = rows[i].configured}, false);

        pass(f, 20 * USEC_PER_SEC);
        assert_int_equal(state(f), MODEM_READY);
        assert_string_equal(modem_status(f->modem)->number, rows[i].number);
        end(f);
    }
}

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
    } rows[] = {{none, 0, "AT+CNMI=?\nAT+CNMI?\nAT+CREG=1\n"}, {deaf, 6, "AT+CNMI=1,1,0,0,0\nAT+CNMI?\nAT+CNMI?\nAT+CREG=1\n"},
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

/* Noise, however dense, gives a command no more time. */
static void test_noise_extends_no_deadline(void **unused)
{
    static const struct fake_rule mute[] = {{"AT", NULL}, {NULL, NULL}};
    struct fixture *f = begin(NULL);

    (void)unused;
    f->peer.rules = mute;
    for (unsigned i = 0; i < 160; i++) {
        pass(f, 100 * USEC_PER_MSEC);
        fake_say(&f->peer, "\r\n^BOOT:26889933,0,0,0,72\r\n");
    }
    assert_int_equal(modem_status(f->modem)->timeouts, 1);
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

static void test_sierra_gets_time_after_its_pin(void **unused)
{
    static const struct fake_rule asks[] = {ASKS,
        {"AT+CGMI", "\r\nSierra Wireless, Incorporated\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule open[] = {
        {"AT+CGMI", "\r\nSierra Wireless, Incorporated\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin_with(asks, "1234", false);
    unsigned asked = count_in(f->peer.log, "AT+CPIN?");

    (void)unused;
    assert_int_equal(count_in(f->peer.log, "AT+CPIN=\"1234\""), 1);
    f->peer.rules = open;
    pass(f, 7 * USEC_PER_SEC);
    assert_int_equal(count_in(f->peer.log, "AT+CPIN?"), asked);
    pass(f, USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
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

/* Any bytes at any time: afterwards it is alive, and sends again. */
static void test_floods(void **unused)
{
    const char *given = getenv("SMSOTP_TEST_SEED");
    unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    static const char *const words[] = {"\r\nOK\r\n", "\r\nERROR\r\n", "> ", "\r\n+CMGS: 1\r\n",
        "+CREG: 0\r\n", "\r\n+CMT: ,26\r\n", DELIVER "\r\n", "+CMTI: \"SM\",1\r\n", "+CPIN: SIM PIN\r\n",
        "+CMS ERROR: 500\r\n", "\"", ",", "RDY\r\n", "+CUSD: 0,\"x\r\n", "\x1A", "\x1B", "\r"};

    (void)unused;
    print_message("seed %u\n", seed);
    srandom(seed);
    for (unsigned round = 0; round < 8; round++) {
        struct fixture *f = begin(NULL);

        for (unsigned i = 0; i < 300; i++) {
            char bytes[300];
            size_t n = (size_t)(random() % (long)sizeof(bytes));

            for (size_t j = 0; j < n; j++)
                bytes[j] = (char)random();
            if (random() % 3)
                fake_say(&f->peer, words[(size_t)random() % ARRAY_SIZE(words)]);
            else
                fake_write(&f->peer, bytes, n);
            if (random() % 4 == 0)
                (void)modem_send(f->modem, PDU, PDU_TPDU_OCTETS);
            if (random() % 10 == 0)
                modem_send_abort(f->modem);
            pass(f, (usec_t)(random() % 3) * USEC_PER_SEC);
        }
        fake_say(&f->peer, "\r\n");
        pass(f, 400 * USEC_PER_SEC);
        assert_string_equal(modem_state_to_string(state(f)), "ready");
        f->n_done = 0;
        assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
        pass(f, USEC_PER_SEC);
        assert_int_equal(f->n_done, 1);
        assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
        end(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reaches_ready),
        cmocka_unit_test(test_sends),
        cmocka_unit_test(test_unplug_and_return),
        cmocka_unit_test(test_sends_on_from_send_done),
        cmocka_unit_test(test_send_refuses_bad_arguments),
        cmocka_unit_test(test_send_results),
        cmocka_unit_test(test_prompt_forms),
        cmocka_unit_test(test_no_prompt_is_not_sent),
        cmocka_unit_test(test_abort),
        cmocka_unit_test(test_abort_within_the_prompt_call),
        cmocka_unit_test(test_proceed_into_an_ended_device),
        cmocka_unit_test(test_owner_never_proceeds),
        cmocka_unit_test(test_unplug_in_each_phase),
        cmocka_unit_test(test_link_changes),
        cmocka_unit_test(test_link_changes_while_opening),
        cmocka_unit_test(test_spoilt_iccid),
        cmocka_unit_test(test_registration_lost_and_back),
        cmocka_unit_test(test_stale_domain_does_not_count),
        cmocka_unit_test(test_any_domain_registers),
        cmocka_unit_test(test_silent_modem_recovers),
        cmocka_unit_test(test_late_answers),
        cmocka_unit_test(test_echo_that_stays_on),
        cmocka_unit_test(test_pin),
        cmocka_unit_test(test_pin_accepted),
        cmocka_unit_test(test_received),
        cmocka_unit_test(test_own_number),
        cmocka_unit_test(test_poor_modem),
        cmocka_unit_test(test_routing_is_read_back),
        cmocka_unit_test(test_routing_that_does_not_fit),
        cmocka_unit_test(test_noise_extends_no_deadline),
        cmocka_unit_test(test_vendor_reset),
        cmocka_unit_test(test_sierra_gets_time_after_its_pin),
        cmocka_unit_test(test_sms_ready),
        cmocka_unit_test(test_restart_is_noticed),
        cmocka_unit_test(test_idle_is_quiet),
        cmocka_unit_test(test_floods),
    };

    signal(SIGPIPE, SIG_IGN); /* a socket is no terminal: writing to a closed one */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
