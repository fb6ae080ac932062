/* Life cycle, single commands, PINs given by hand; and what stands in the way in each state. */
#include "task_fixture.h"

#include "modem/recovery.h"

#include <signal.h>
#include <stdlib.h>

static unsigned n_resets(const struct fixture *f)
{
    return (unsigned)modem_status(f->modem)->recovery->rungs[RECOVERY_RESET].count;
}

static void test_disable_and_enable(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    task(f, MODEM_TASK_ENABLE, NULL);
    expect_task(MODEM_TASK_DONE, "was not disabled", NULL);
    task(f, MODEM_TASK_DISABLE, NULL);
    expect_task(MODEM_TASK_DONE, NULL, NULL);
    assert_int_equal(state(f), MODEM_DISABLED);
    pass(f, USEC_PER_HOUR); /* by itself it stays away */
    assert_int_equal(state(f), MODEM_DISABLED);
    task(f, MODEM_TASK_DISABLE, NULL);
    expect_task(MODEM_TASK_DONE, NULL, NULL);
    task(f, MODEM_TASK_AT, "AT+CSQ");
    expect_task(MODEM_TASK_DISABLED, "it is disabled", NULL);
    task(f, MODEM_TASK_RESET, NULL);
    expect_task(MODEM_TASK_DISABLED, NULL, NULL);
    task(f, MODEM_TASK_ENABLE, NULL);
    expect_task(MODEM_TASK_DONE, NULL, NULL);
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

static void test_reset_is_counted(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    for (unsigned i = 1; i <= 3; i++) { /* a person need not wait between them */
        task(f, MODEM_TASK_RESET, NULL);
        expect_task(MODEM_TASK_DONE, NULL, NULL);
        assert_int_equal(state(f), MODEM_RECOVERING);
        assert_string_equal(modem_status(f->modem)->reason, "reset by hand");
        assert_non_null(strstr(f->peer.log, "AT+CFUN=1,1\n"));
        assert_int_equal(n_resets(f), i);
        pass(f, 20 * USEC_PER_SEC);
        assert_int_equal(state(f), MODEM_READY);
    }
    end(f);
}

static void test_command(void **unused)
{
    static const struct fake_rule rules[] = {
        {"ATI", "\r\nACME\r\n\r\nRoadRunner\r\n\r\n+GCAP: +CGSM\r\n\r\nOK\r\n"},
        {"AT+CSQ", "\r\n+CREG: 1\r\n\r\n+CSQ: 9,99\r\n\r\nOK\r\n"},
        {"AT+CEER", "\r\nERROR\r\n"}, {"AT+CNUM", "\r\n+CME ERROR: 22\r\n"},
        {"AT+CPMS?", "\r\n+CMS ERROR: 310\r\n"},
        {"AT+CPINR", "\r\n+CPINR: SIM PIN,3,3\r\n\r\n+CPINR: SIM PUK,10,10\r\n\r\nOK\r\n"},
        {"AT+CGMR", "\r\nv\x80 1\x07\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct {
        const char *command, *final, *lines;
    } rows[] = {
        {"ati", "OK", "ACME\nRoadRunner\n+GCAP: +CGSM"},
        {"AT+CSQ", "OK", "+CSQ: 9,99"}, {"+csq", "OK", "+CSQ: 9,99"}, {"AT", "OK", ""},
        {"AT+CEER", "ERROR", ""}, {"AT+CNUM", "+CME ERROR: 22 (", ""},
        {"AT+CPMS?", "+CMS ERROR: 310", ""},
        {"AT+CPINR", "OK", "+CPINR: SIM PIN,3,3\n+CPINR: SIM PUK,10,10"},
        {"AT+CGMR", "OK", "v? 1"},
    };
    struct fixture *f = begin(rules);

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        task(f, MODEM_TASK_AT, rows[i].command);
        expect_task(MODEM_TASK_DONE, rows[i].final, rows[i].lines);
    }
    task(f, MODEM_TASK_AT, "AT+CMGD=1,4");
    expect_task(MODEM_TASK_INVALID, "expected a question", NULL);
    assert_null(strstr(f->peer.log, "CMGD=1,4"));
    end(f);
}

/* An answer that is longer than is kept ends; nothing runs over. */
static void test_long_answer(void **unused)
{
    static char reply[20000];
    static const struct fake_rule rules[] = {{"AT+CPSI?", reply}, {NULL, NULL}};
    struct fixture *f;
    size_t n = 0;

    (void)unused;
    while (n < sizeof(reply) - 100)
        n += (size_t)sprintf(reply + n, "\r\n+CPSI: %0*d\r\n", 60, 7);
    sprintf(reply + n, "\r\nOK\r\n");
    f = begin(rules);
    task(f, MODEM_TASK_AT, "AT+CPSI?");
    pass(f, 0);
    expect_task(MODEM_TASK_DONE, "OK", NULL);
    end(f);
}

#define LOCKED(tries)                                                                              \
    {"AT+CPIN?", "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"},                                              \
    {                                                                                              \
        "AT+CPINR", "\r\n+CPINR: SIM PIN," tries ",3\r\n\r\nOK\r\n"                                \
    }

static void test_pin(void **unused)
{
    static const struct fake_rule locked[] = {
        LOCKED("3"), {"AT+CPIN=*", "\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule unlocked[] = {{NULL, NULL}};
    struct fixture *f = begin(locked);

    (void)unused;
    assert_int_equal(state(f), MODEM_LOCKED);
    task(f, MODEM_TASK_PIN, "12a4");
    expect_task(MODEM_TASK_INVALID, "4 to 8 digits", NULL);
    task(f, MODEM_TASK_PIN, "4711");
    f->peer.rules = unlocked;
    pass(f, 5 * USEC_PER_SEC);
    expect_task(MODEM_TASK_DONE, NULL, NULL);
    assert_non_null(strstr(f->peer.log, "AT+CPIN=\"4711\"\n"));
    assert_int_equal(state(f), MODEM_READY);
    task(f, MODEM_TASK_PIN, "4711");
    expect_task(MODEM_TASK_NOT_READY, "asks for no PIN", NULL);
    /* kept for when the modem starts again */
    f->peer.rules = locked;
    strbuf_reset(&f->peer.sb);
    fake_say(&f->peer, "\r\n+CPIN: SIM PIN\r\n");
    settle(f);
    assert_non_null(strstr(f->peer.log, "AT+CPIN=\"4711\"\n"));
    end(f);
}

/* The guard of the configured PIN guards this one, too. */
static void test_pin_guard(void **unused)
{
    static const struct fake_rule few[] = {LOCKED("2"), {NULL, NULL}};
    static const struct fake_rule wrong[] = {
        LOCKED("3"), {"AT+CPIN=*", "\r\n+CME ERROR: 16\r\n"}, {NULL, NULL}};
    static const struct fake_rule puk[] = {
        {"AT+CPIN?", "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(few);

    (void)unused;
    task(f, MODEM_TASK_PIN, "4711");
    pass(f, USEC_PER_SEC);
    expect_task(MODEM_TASK_REFUSED, "fewer than 3 tries", NULL);
    assert_null(strstr(f->peer.log, "AT+CPIN="));
    end(f);

    f = begin(wrong);
    task(f, MODEM_TASK_PIN, "4711");
    pass(f, USEC_PER_SEC);
    expect_task(MODEM_TASK_REFUSED, "refused", NULL);
    strbuf_reset(&f->peer.sb);
    task(f, MODEM_TASK_PIN, "4712"); /* never after one refusal */
    pass(f, USEC_PER_SEC);
    expect_task(MODEM_TASK_REFUSED, "refused", NULL);
    assert_null(strstr(f->peer.log, "AT+CPIN="));
    end(f);

    f = begin(puk);
    task(f, MODEM_TASK_PIN, "12345678");
    expect_task(MODEM_TASK_NOT_READY, "PUK, which is never sent", NULL);
    end(f);
}

/* A configured PIN that waits is not replaced by one that was refused. */
static void test_given_pin_is_forgotten(void **unused)
{
    static const struct fake_rule few[] = {LOCKED("2"), {NULL, NULL}};
    static const struct fake_rule three[] = {LOCKED("3"), {NULL, NULL}};
    struct fixture *f = begin_with(few, "1111", false);

    (void)unused;
    task(f, MODEM_TASK_PIN, "4711");
    pass(f, USEC_PER_SEC);
    expect_task(MODEM_TASK_REFUSED, NULL, NULL);
    f->peer.rules = three;
    fake_say(&f->peer, "\r\nRDY\r\n");
    pass(f, 5 * USEC_PER_SEC);
    assert_non_null(strstr(f->peer.log, "AT+CPIN=\"1111\"\n"));
    assert_null(strstr(f->peer.log, "4711"));
    end(f);
}

/* Each task in states that are not for it: an answer at once that says why. */
static void test_states(void **unused)
{
    static const struct fake_rule searching[] = {
        {"AT+CREG?", "\r\n+CREG: 1,2\r\n\r\nOK\r\n"}, {NULL, NULL}};
    static const struct fake_rule no_sim[] = {{"AT+CPIN?", "\r\n+CME ERROR: 10\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(searching);

    (void)unused;
    assert_int_equal(state(f), MODEM_SEARCHING);
    task(f, MODEM_TASK_USSD, "*123#");
    expect_task(MODEM_TASK_NOT_READY, "it has no network: searching", NULL);
    task(f, MODEM_TASK_AT, "AT+CSQ");
    expect_task(MODEM_TASK_DONE, "OK", NULL);
    task(f, MODEM_TASK_PIN, "4711");
    expect_task(MODEM_TASK_NOT_READY, NULL, NULL);
    fake_unplug(&f->peer);
    settle(f);
    for (enum modem_task_kind kind = MODEM_TASK_RESET; kind <= MODEM_TASK_PIN; kind++) {
        static const char *const texts[] = {[MODEM_TASK_USSD] = "*123#",
            [MODEM_TASK_USSD_REPLY] = "1", [MODEM_TASK_AT] = "AT", [MODEM_TASK_PIN] = "4711"};

        if (kind == MODEM_TASK_ENABLE || kind == MODEM_TASK_DISABLE ||
            kind == MODEM_TASK_USSD_CANCEL)
            continue;
        task(f, kind, texts[kind]);
        expect_task(MODEM_TASK_ABSENT, "it is not there: unplugged", NULL);
    }
    task(f, MODEM_TASK_DISABLE, NULL);
    expect_task(MODEM_TASK_DONE, NULL, NULL);
    end(f);

    f = begin(no_sim);
    task(f, MODEM_TASK_PIN, "4711");
    expect_task(MODEM_TASK_NOT_READY, "SIM", NULL);
    task(f, MODEM_TASK_USSD, "*123#");
    expect_task(MODEM_TASK_NOT_READY, "SIM", NULL);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disable_and_enable),
        cmocka_unit_test(test_reset_is_counted),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_long_answer),
        cmocka_unit_test(test_pin),
        cmocka_unit_test(test_pin_guard),
        cmocka_unit_test(test_given_pin_is_forgotten),
        cmocka_unit_test(test_states),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
