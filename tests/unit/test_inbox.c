/* The SIM's memory: read, handed up, deleted once stored, and asked again where that failed. */
#include "modem_fixture.h"

/* Third-party vectors: two texts and a report. */
#define DELIVER "0891683108100005F0040D91683119809221F00000306031613082230631D98C56B301"
#define DELIVER_2 "0891683108100005F0040D91683119809221F00000306031613082330631D98C56B301"
#define REPORT "0791361907001003061C0B913619397750F032000000000000000032000000000000000000"
#define REPORT_2 "0791361907001003061D0B913619397750F032000000000000000032000000000000000000"
#define SUBMIT "0011000B911989214365F70000AA05E8329BFD06"

#define AT_INDEX(index, stat, octets, pdu)                                                         \
    "\r\n+CMGL: " index "," stat ",," octets "\r\n" pdu "\r\n"
#define FULL(answer) {"AT+CMGL=4", answer "\r\nOK\r\n"}

static unsigned count(const struct fixture *f, const char *what)
{
    return count_in(f->peer.log, what);
}

/* What lay there before the start is read and deleted; a draft is neither. */
static void test_sweep_at_start(void **unused)
{
    static const struct fake_rule rules[] = {
        FULL(AT_INDEX("1", "1", "26", DELIVER) AT_INDEX("2", "2", "19", SUBMIT)
                AT_INDEX("3", "0", "29", REPORT) AT_INDEX("7", "0", "26", DELIVER_2)),
        {NULL, NULL}};
    static const struct fake_rule swept[] = {
        FULL(AT_INDEX("2", "2", "19", SUBMIT)), {NULL, NULL}};
    struct fixture *f = make_as(rules, (struct modem_config){.pin = NULL}, false);

    (void)unused;
    f->later = true;
    start(f);
    assert_int_equal(f->n_inbound, 2);
    assert_int_equal(f->n_reports, 1);
    assert_int_equal(count(f, "AT+CMGD"), 0);
    f->peer.rules = swept;
    modem_inbound_stored(f->modem, f->token, true);
    modem_inbound_stored(f->modem, f->token - 2, true);
    settle(f);
    assert_non_null(strstr(f->peer.log, "AT+CMGD=1\nAT+CMGD=3\nAT+CMGD=7\nAT+CMGL=4\nAT+CPMS?\n"));
    assert_int_equal(count(f, "AT+CMGD"), 3);
    assert_int_equal(f->n_inbound, 2);
    end(f);
}

/* Nothing is deleted that is not stored; it comes again when there may be room. */
static void test_not_stored(void **unused)
{
    static const struct fake_rule rules[] = {
        FULL(AT_INDEX("1", "1", "26", DELIVER)), {NULL, NULL}};
    struct fixture *f = make_as(rules, (struct modem_config){.pin = NULL}, false);

    (void)unused;
    f->no_room = true;
    start(f);
    pass(f, 30 * USEC_PER_SEC);
    assert_int_equal(f->n_inbound, 1);
    pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(f->n_inbound, 2);
    assert_int_equal(count(f, "AT+CMGD"), 0);
    f->no_room = false;
    pass(f, 80 * USEC_PER_SEC);
    assert_int_equal(f->n_inbound, 3);
    assert_true(count(f, "AT+CMGD=1\n") > 0);
    end(f);
}

/* OK to a deletion that does not happen: three times, and the message is not handed up again. */
static void test_delete_fails(void **unused)
{
    static const struct fake_rule stays[] = {
        FULL(AT_INDEX("1", "1", "26", DELIVER)), {NULL, NULL}};
    static const struct fake_rule another[] = {
        FULL(AT_INDEX("1", "1", "26", DELIVER) AT_INDEX("2", "0", "26", DELIVER_2)), {NULL, NULL}};
    struct fixture *f = begin(stays);

    (void)unused;
    assert_int_equal(f->n_inbound, 1);
    assert_int_equal(count(f, "AT+CMGD=1\n"), 3);
    f->peer.rules = another;
    fake_say(&f->peer, "\r\n+CMTI: \"SM\",2\r\n\r\n+CMTI: \"SM\",3\r\n");
    pass(f, USEC_PER_SEC);
    assert_int_equal(f->n_inbound, 2);
    assert_int_equal(count(f, "AT+CMGD=1\n"), 3);
    assert_int_equal(count(f, "AT+CMGD=2\n"), 3);
    pass(f, 300 * USEC_PER_SEC);
    assert_int_equal(count(f, "AT+CMGD"), 6);
    end(f);
}

/* A text that comes while a prompt is being cancelled is read when the line is in step again. */
static void test_notice_while_a_prompt_is_cancelled(void **unused)
{
    static const struct fake_rule rules[] = {
        {"AT+CMGR=4", "\r\n+CMGR: 0,,26\r\n" DELIVER "\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    f->hold = true;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    settle(f);
    modem_send_abort(f->modem);
    fake_say(&f->peer, "\r\n+CMTI: \"SM\",4\r\n");
    pass(f, 2 * USEC_PER_SEC); /* less than until the next heartbeat */
    assert_int_equal(f->n_inbound, 1);
    end(f);
}

/* One notice is read by its index, several by a list; an index that leads nowhere by a list too. */
static void test_notices(void **unused)
{
    static const struct fake_rule rules[] = {
        {"AT+CMGR=4", "\r\n+CMGR: 0,,26\r\n" DELIVER "\r\n\r\nOK\r\n"},
        {"AT+CMGR=5", "\r\n+CMS ERROR: 321\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(rules);
    char *before;

    (void)unused;
    fake_say(&f->peer, "\r\n+CMTI: \"SM\",4\r\n");
    settle(f);
    assert_int_equal(f->n_inbound, 1);
    assert_non_null(strstr(f->peer.log, "AT+CMGR=4\nAT+CMGD=4\nAT+CMGL=4\nAT+CPMS?\n"));
    before = f->peer.log + strlen(f->peer.log);
    fake_say(&f->peer, "\r\n+CMTI: \"SM\",5\r\n");
    settle(f);
    assert_string_equal(before, "AT+CMGR=5\nAT+CMGL=4\nAT+CPMS?\n");
    before = f->peer.log + strlen(f->peer.log);
    assert_int_equal(modem_send(f->modem, SUBMIT, 19), 0);
    fake_say(&f->peer, "\r\n+CMTI: \"SM\",6\r\n\r\n+CMTI: \"SM\",7\r\n");
    settle(f);
    assert_string_equal(before, "AT+CMGS=19\nAT+CMGL=4\nAT+CPMS?\n");
    end(f);
}

/* A modem without AT+CMGL is served by its notices alone. */
static void test_no_list(void **unused)
{
    static const struct fake_rule rules[] = {{"AT+CMGL=4", "\r\nERROR\r\n"},
        {"AT+CMGR=4", "\r\n+CMGR: 0,,26\r\n" DELIVER "\r\n\r\nOK\r\n"},
        {"AT+CMGR=5", "\r\n+CMGR: 0,,26\r\n" DELIVER_2 "\r\n\r\nOK\r\n"}, {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    fake_say(&f->peer, "\r\n+CMTI: \"SM\",4\r\n\r\n+CMTI: \"SM\",5\r\n");
    settle(f);
    assert_int_equal(f->n_inbound, 2);
    assert_int_equal(count(f, "AT+CMGL"), 1);
    assert_int_equal(count(f, "AT+CMGD=4\n"), 1);
    assert_int_equal(count(f, "AT+CMGD=5\n"), 1);
    end(f);
}

#define QUECTEL {"AT+CGMI", "\r\nQuectel\r\n\r\nOK\r\n"}
#define NO_MEMORY "\r\n+CMS ERROR: 302\r\n"
#define NOTHING "\r\n+CMS ERROR: 321\r\n"
#define READ(octets, pdu) "\r\n+CMGR: 0,," octets "\r\n" pdu "\r\n\r\nOK\r\n"

/* Wherever a notice says that a report lies: it is found where it does. */
static void test_report_elsewhere(void **unused)
{
    static const struct {
        const char *label, *says;
        struct fake_rule rules[5];
        const char *asks; /* in this order, and nothing before */
        unsigned n_inbound;
    } rows[] = {
        {"EC25", "+CDSI: \"SM\",3", {QUECTEL, {"AT+CMGR=3", READ("29", REPORT)}},
            "AT+CPMS=\"SR\"\nAT+CMGR=3\nAT+CMGD=3\n", 0},
        {"no such memory", "+CDSI: \"SM\",3",
            {QUECTEL, {"AT+CPMS=\"SR\"", NO_MEMORY}, {"AT+CMGR=3", READ("29", REPORT)}},
            "AT+CPMS=\"SR\"\nAT+CMGR=3\nAT+CMGD=3\n", 0},
        {"none named", "+CDSI: ,3",
            {QUECTEL, {"AT+CPMS=\"SR\"", NO_MEMORY}, {"AT+CMGR=3", READ("29", REPORT)}},
            "AT+CPMS=\"SR\"\nAT+CMGR=3\nAT+CMGD=3\n", 0},
        {"no such memory as it says", "+CDSI: \"SR\",3",
            {QUECTEL, {"AT+CPMS=\"SR\"", NO_MEMORY}, {"AT+CMGR=3", READ("29", REPORT)}},
            "AT+CPMS=\"SR\"\nAT+CMGR=3\nAT+CMGD=3\n", 0},
        {"as it says, another make", "+CDSI: \"ME\",3", {{"AT+CMGR=3", READ("29", REPORT)}},
            "AT+CPMS=\"ME\"\nAT+CMGR=3\nAT+CMGD=3\n", 0},
        {"no such memory, another make", "+CDSI: \"ME\",3",
            {{"AT+CPMS=\"ME\"", NO_MEMORY}, {"AT+CMGR=3", READ("29", REPORT)}},
            "AT+CPMS=\"ME\"\nAT+CPMS=\"SR\"\nAT+CMGR=3\nAT+CMGD=3\n", 0},
        {"nothing anywhere", "+CDSI: \"SM\",3", {QUECTEL, {"AT+CMGR=3", NOTHING}},
            "AT+CPMS=\"SR\"\nAT+CMGR=3\nAT+CMGL=4\nAT+CPMS=\"SM\"\nAT+CMGR=3\nAT+CMGL=4\n", 0},
        {"a text there", "+CDSI: \"SM\",3", {QUECTEL, {"AT+CMGR=3", READ("26", DELIVER)}},
            "AT+CPMS=\"SR\"\nAT+CMGR=3\nAT+CMGD=3\nAT+CMGL=4\nAT+CPMS=\"SM\"\nAT+CMGR=3\n", 2},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        bool has_report = strstr(rows[i].rules[0].reply, REPORT) ||
            (rows[i].rules[1].command && strstr(rows[i].rules[1].reply, REPORT)) ||
            (rows[i].rules[2].command && strstr(rows[i].rules[2].reply, REPORT));
        struct fixture *f = begin(rows[i].rules);
        char *before = f->peer.log + strlen(f->peer.log);
        char says[40];

        snprintf(says, sizeof(says), "\r\n%s\r\n", rows[i].says);
        fake_say(&f->peer, says);
        settle(f);
        if (strncmp(before, rows[i].asks, strlen(rows[i].asks)) != 0)
            fail_msg("%s: %s", rows[i].label, before);
        assert_int_equal(f->n_reports, has_report);
        assert_int_equal(f->n_inbound, rows[i].n_inbound);
        end(f);
    }
}

/* Several at once: each is read by itself, but those that a list between them has shown. */
static void test_reports_elsewhere(void **unused)
{
    static const struct fake_rule quectel[] = {QUECTEL, {NULL, NULL}};
    static const struct fake_rule rules[] = {{"AT+CMGR=3", READ("29", REPORT)},
        FULL(AT_INDEX("4", "0", "29", REPORT_2)), {"AT+CMGR=*", NOTHING}, {NULL, NULL}};
    struct fixture *f = begin(quectel);
    char *before = f->peer.log + strlen(f->peer.log);

    (void)unused;
    f->peer.rules = rules;
    fake_say(&f->peer, "\r\n+CDSI: \"SM\",3\r\n\r\n+CDSI: \"SM\",4\r\n\r\n+CDSI: \"SM\",5\r\n");
    settle(f);
    assert_int_equal(f->n_reports, 2);
    assert_int_equal(count_in(before, "AT+CMGR=3\n"), 1);
    assert_int_equal(count_in(before, "AT+CMGR=4\n"), 0);
    assert_int_equal(count_in(before, "AT+CMGR=5\n"), 2);
    end(f);
}

static void test_usage(void **unused)
{
    static const struct fake_rule rules[] = {
        {"AT+CPMS?", "\r\n+CPMS: \"SM\",1,20,\"SM\",1,20,\"ME\",8,10\r\n\r\nOK\r\n"},
        {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    assert_int_equal(modem_status(f->modem)->storage_used, 8);
    assert_int_equal(modem_status(f->modem)->storage_total, 10);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sweep_at_start),
        cmocka_unit_test(test_not_stored),
        cmocka_unit_test(test_delete_fails),
        cmocka_unit_test(test_notice_while_a_prompt_is_cancelled),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_no_list),
        cmocka_unit_test(test_report_elsewhere),
        cmocka_unit_test(test_reports_elsewhere),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
