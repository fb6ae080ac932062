/* USSD with a modem: codings, steps, ends of every kind. */
#include "task_fixture.h"

#include <signal.h>
#include <stdlib.h>

static const struct fake_rule takes[] = {{"AT+CUSD=*", "\r\nOK\r\n"}, {NULL, NULL}};

static void say(struct fixture *f, const char *line)
{
    fake_say(&f->peer, line);
    settle(f);
}

static void test_answers(void **unused)
{
    static const struct {
        const char *said;
        enum modem_task_outcome outcome;
        const char *why, *text;
    } rows[] = {
        {"\r\n+CUSD: 0,\"Rs 120.50\",15\r\n", MODEM_TASK_DONE, "", "Rs 120.50"},
        {"\r\n+CUSD: 0,\"D23928269BB91A\",15\r\n", MODEM_TASK_DONE, "", "Rs 123."}, /* packed */
        {"\r\n+CUSD: 0,\"0031003200330034\",72\r\n", MODEM_TASK_DONE, "", "1234"},
        {"\r\n+CUSD: 2,\"Sorry\",0\r\n", MODEM_TASK_DONE, "", "Sorry"},
        {"\r\n+CUSD: 0,\"1 Balance\r\n2 Data\n3 \"More\", now\",15\r\n", MODEM_TASK_DONE, "",
            "1 Balance\n2 Data\n3 \"More\", now"},
        /* a line of the text that looks like a result is text */
        {"\r\n+CUSD: 0,\"Say\nOK\nERROR\nRDY\n+CREG: 0\",15\r\n", MODEM_TASK_DONE, "",
            "Say\nOK\nERROR\nRDY\n+CREG: 0"},
        /* letters of the network's alphabet, over lines, NULs behind its end */
        {"\r\n+CUSD: 0,\"\x02" "5\r\n\x10 @\",15\x01\r\n", MODEM_TASK_DONE, "", "$5\nΔ ¡"},
        {"\r\n+CUSD: 2\r\n", MODEM_TASK_REFUSED, "without a word", ""},
        {"\r\n+CUSD: 4\r\n", MODEM_TASK_REFUSED, "does not support", ""},
        {"\r\n+CUSD: 3\r\n", MODEM_TASK_REFUSED, "something else", ""},
        {"\r\n+CUSD: 5\r\n", MODEM_TASK_UNANSWERED, "own time", ""},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct fixture *f = begin(takes);

        task(f, MODEM_TASK_USSD, "*123#");
        assert_non_null(strstr(f->peer.log, "AT+CUSD=1,\"*123#\",15\n"));
        assert_int_equal(task_told.n, 0);
        say(f, rows[i].said);
        expect_task(rows[i].outcome, rows[i].why, rows[i].text);
        assert_false(task_told.awaits_reply);
        assert_int_equal(state(f), MODEM_READY);
        end(f);
    }
}

/* What +CSCS says when the modem comes up; an @ is a NUL then. */
static void test_character_sets(void **unused)
{
    static const struct {
        const char *cscs, *text;
    } rows[] = {{"\r\n+CSCS: \"GSM\"\r\n\r\nOK\r\n", "¡@Ä\n@"},
        {"\r\n+CSCS: \"IRA\"\r\n\r\nOK\r\n", "@[\n"}, {"\r\nERROR\r\n", "@[\n"}};
    static const char said[] = "\r\n+CUSD: 0,\"@\0[\n\0\",15\r\n";

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct fake_rule rules[] = {
            {"AT+CSCS?", rows[i].cscs}, {"AT+CUSD=*", "\r\nOK\r\n"}, {NULL, NULL}};
        struct fixture *f = begin(rules);

        task(f, MODEM_TASK_USSD, "*123#");
        fake_write(&f->peer, said, sizeof(said) - 1);
        settle(f);
        expect_task(MODEM_TASK_DONE, "", rows[i].text);
        end(f);
    }
}

/* Before OK, as some modems have it; and a text can be sent while the network thinks. */
static void test_order(void **unused)
{
    static const struct fake_rule early[] = {
        {"AT+CUSD=*", "\r\n+CUSD: 0,\"Rs 1\",15\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(early);

    (void)unused;
    task(f, MODEM_TASK_USSD, "*123#");
    expect_task(MODEM_TASK_DONE, NULL, "Rs 1");
    end(f);

    f = begin(takes);
    task(f, MODEM_TASK_USSD, "*123#");
    assert_false(modem_status(f->modem)->is_held);
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    say(f, "\r\n+CUSD: 0,\"Rs 1\",15\r\n");
    expect_task(MODEM_TASK_DONE, NULL, "Rs 1");
    end(f);
}

static void test_steps(void **unused)
{
    struct fixture *f = begin(takes);

    (void)unused;
    task(f, MODEM_TASK_USSD_REPLY, "1");
    expect_task(MODEM_TASK_NOT_READY, "waits for no reply", NULL);
    task(f, MODEM_TASK_USSD, "*111#");
    say(f, "\r\n+CUSD: 1,\"1 Balance\",15\r\n");
    expect_task(MODEM_TASK_DONE, NULL, "1 Balance");
    assert_true(task_told.awaits_reply);
    pass(f, 50 * USEC_PER_SEC); /* time to read */
    task(f, MODEM_TASK_USSD_REPLY, "1");
    assert_non_null(strstr(f->peer.log, "AT+CUSD=1,\"1\",15\n"));
    say(f, "\r\n+CUSD: 0,\"Rs 1\",15\r\n");
    expect_task(MODEM_TASK_DONE, NULL, "Rs 1");
    assert_false(task_told.awaits_reply);
    assert_null(strstr(f->peer.log, "AT+CUSD=2"));
    task(f, MODEM_TASK_USSD_REPLY, "1"); /* that session is over */
    expect_task(MODEM_TASK_NOT_READY, NULL, NULL);
    end(f);
}

/* A session that nobody goes on with ends: by itself, by hand, before another code. */
static void test_cancel(void **unused)
{
    (void)unused;
    for (unsigned how = 0; how < 3; how++) {
        struct fixture *f = begin(takes);

        task(f, MODEM_TASK_USSD, "*111#");
        say(f, "\r\n+CUSD: 1,\"1 Balance\",15\r\n");
        if (how == 0)
            pass(f, 61 * USEC_PER_SEC);
        else
            task(f, how == 1 ? MODEM_TASK_USSD_CANCEL : MODEM_TASK_USSD, "*123#");
        assert_non_null(strstr(f->peer.log, "AT+CUSD=2\n"));
        if (how == 1)
            expect_task(MODEM_TASK_DONE, NULL, NULL);
        if (how == 2) {
            say(f, "\r\n+CUSD: 0,\"Rs 1\",15\r\n");
            expect_task(MODEM_TASK_DONE, NULL, "Rs 1");
        }
        end(f);
    }
}

static void test_no_answer(void **unused)
{
    struct fixture *f = begin(takes);

    (void)unused;
    task(f, MODEM_TASK_USSD, "*123#");
    pass(f, 59 * USEC_PER_SEC);
    assert_int_equal(task_told.n, 0);
    pass(f, 2 * USEC_PER_SEC);
    expect_task(MODEM_TASK_UNANSWERED, "within a minute", NULL);
    assert_non_null(strstr(f->peer.log, "AT+CUSD=2\n"));
    say(f, "\r\n+CUSD: 0,\"late\",15\r\n"); /* answers nobody */
    assert_int_equal(task_told.n, 1);
    task(f, MODEM_TASK_USSD, "*124#");
    say(f, "\r\n+CUSD: 0,\"Rs 2\",15\r\n");
    expect_task(MODEM_TASK_DONE, NULL, "Rs 2");
    assert_int_equal(modem_status(f->modem)->timeouts, 0);
    end(f);
}

/* The make's own coding first; one that it refuses is followed by the next, and that is kept. */
static void test_codings(void **unused)
{
    static const struct fake_rule huawei[] = {{"AT+CGMI", "\r\nhuawei\r\n\r\nOK\r\n"},
        {"AT+CUSD=1,\"AA180C3602\",15", "\r\nOK\r\n"}, {"AT+CUSD=1*", "\r\nERROR\r\n"},
        {NULL, NULL}};
    static const struct fake_rule e3131[] = {{"AT+CGMI", "\r\nhuawei\r\n\r\nOK\r\n"},
        {"AT+CUSD=1,\"*100#\",15", "\r\nOK\r\n"}, {"AT+CUSD=1*", "\r\n+CME ERROR: 50\r\n"},
        {NULL, NULL}};
    static const struct fake_rule none[] = {{"AT+CUSD=*", "\r\nERROR\r\n"}, {NULL, NULL}};
    static const struct fake_rule no_network[] = {
        {"AT+CUSD=*", "\r\n+CME ERROR: 30\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(huawei);

    (void)unused;
    task(f, MODEM_TASK_USSD, "*100#");
    say(f, "\r\n+CUSD: 0,\"D2392806\",15\r\n");
    expect_task(MODEM_TASK_DONE, NULL, "Rs 1");
    end(f);

    f = begin(e3131);
    for (unsigned i = 0; i < 2; i++) {
        strbuf_reset(&f->peer.sb);
        task(f, MODEM_TASK_USSD, "*100#");
        assert_int_equal(strstr(f->peer.log, "AA180C3602") != NULL, i == 0);
        say(f, "\r\n+CUSD: 0,\"Rs 1\",15\r\n");
        expect_task(MODEM_TASK_DONE, NULL, "Rs 1");
    }
    end(f);

    f = begin(none);
    task(f, MODEM_TASK_USSD, "*100#");
    expect_task(MODEM_TASK_REFUSED, "refuses USSD", NULL);
    end(f);

    f = begin(no_network);
    task(f, MODEM_TASK_USSD, "*100#");
    expect_task(MODEM_TASK_REFUSED, "No network", NULL);
    assert_null(strstr(f->peer.log, "002A")); /* a code that may have gone out goes out once */
    end(f);
}

static void test_refuses_codes(void **unused)
{
    static const char *const codes[] = {"", "*123#\"", "*1\r\nATD1;", "\x1A",
        "**04*1234*4321*4321#", "**042*1234*1*1#", "**05*12345678*1234*1234#", "**052*1#",
        "12345678901234567890123456789012345678901234567890123456789012345"};
    struct fixture *f = begin(takes);

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
        task(f, MODEM_TASK_USSD, codes[i]);
        expect_task(MODEM_TASK_INVALID, NULL, NULL);
    }
    assert_null(strstr(f->peer.log, "+CUSD"));
    end(f);
}

/* What the network says unasked is nobody's answer. */
static void test_unasked(void **unused)
{
    struct fixture *f = begin(takes);

    (void)unused;
    say(f, "\r\n+CUSD: 0,\"Recharge now!\",15\r\n");
    say(f, "\r\n+CUSD: 1,\"Win a car: 1 yes\",15\r\n");
    say(f, "\r\n+CUSD: x\r\n");
    assert_int_equal(state(f), MODEM_READY);
    task(f, MODEM_TASK_USSD_REPLY, "1");
    expect_task(MODEM_TASK_NOT_READY, NULL, NULL);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_character_sets),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_codings),
        cmocka_unit_test(test_refuses_codes),
        cmocka_unit_test(test_unasked),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
