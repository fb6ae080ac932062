#include "modem/modem.h"
#include "modem/recovery.h"

#include "modem_fixture.h"

#include <errno.h>
#include <time.h>

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
    fake_say(
        &f->peer, "\r\n+CMT: ,26\r\nOK\r\n+CMT: \"x\r\n+CMTI: \"A\"B\",1\r\n+CMTI: \"SM\",9\r\n");
    settle(f);
    assert_int_equal(f->n_inbound, 2);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
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

/* Any bytes at any time: afterwards it is alive, and sends again. */
static void test_floods(void **unused)
{
    const char *given = getenv("SMSOTP_TEST_SEED");
    unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    static const char *const words[] = {"\r\nOK\r\n", "\r\nERROR\r\n", "> ", "\r\n+CMGS: 1\r\n",
        "+CREG: 0\r\n", "\r\n+CMT: ,26\r\n", DELIVER "\r\n", "+CMTI: \"SM\",1\r\n",
        "+CPIN: SIM PIN\r\n", "+CMS ERROR: 500\r\n", "\"", ",", "RDY\r\n", "+CUSD: 0,\"x\r\n",
        "\x1A", "\x1B", "\r"};

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
        cmocka_unit_test(test_unplug_and_return),
        cmocka_unit_test(test_link_changes_while_opening),
        cmocka_unit_test(test_received),
        cmocka_unit_test(test_noise_extends_no_deadline),
        cmocka_unit_test(test_floods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
