/* The SIM while a modem is brought up: its PIN, its number, which one it is. */
#include "modem_fixture.h"

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
        {"1234",
            {ASKS, {"AT+CPINR", "\r\n+CPINR: SIM PIN,3,3\r\n\r\nOK\r\n"},
                {"AT+CPIN=*", "\r\n+CME ERROR: 16\r\n"}},
            1, "refused"},
        {"1234", {ASKS, {"AT+CPINR", "\r\n+CPINR: SIM PIN,2,3\r\n\r\nOK\r\n"}}, 0, "fewer than 3"},
        {"1234",
            {ASKS, {"AT+C*", "\r\nERROR\r\n"},
                {"AT^CPIN?", "\r\n^CPIN: SIM PIN,,10,2,10,3\r\n\r\nOK\r\n"}},
            0, "fewer than 3"},
        /* a question that hangs is passed over, the others are still asked */
        {"1234",
            {ASKS, {"AT+CPINR", NULL}, {"AT+ZPINPUK=?", "\r\n+ZPINPUK: 1,3,10,10\r\n\r\nOK\r\n"}},
            0, "fewer than 3"},
        {"1234", {ASKS, {"AT+CSIM=*", "\r\n+CSIM: 4,\"63C1\"\r\n\r\nOK\r\n"}, {"AT+CPIN=*", NULL}},
            0, "fewer than 3"},
        {"1234", {ASKS, {"AT+CPIN=*", "\r\nERROR\r\n"}}, 1, "refused"}, /* tries not known: once */
        {"1234", {{"AT+CPIN?", "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n"}}, 0, "PUK"},
        {"1234", {{"AT+CPIN?", "\r\n+CME ERROR: 10\r\n"}}, 0, "SIM not inserted"},
        {"1234", {{"AT+CPIN?", "\r\n+CPIN: PH-NET PIN\r\n\r\nOK\r\n"}}, 0,
            "another SIM or network"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spoilt_iccid),
        cmocka_unit_test(test_pin),
        cmocka_unit_test(test_pin_accepted),
        cmocka_unit_test(test_own_number),
        cmocka_unit_test(test_sierra_gets_time_after_its_pin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
