/* What a status report makes of the text it belongs to, and of none other. */
#include "gateway_fixture.h"

#include "core/dispatcher_state.h"

/*
 * 3GPP TS 23.040 §9.2.2.3, behind an empty SMSC field: first octet 06, TP-MR, TP-RA, TP-SCTS,
 * TP-DT, TP-ST. The modem of the fixture names every text 7.
 */
#define TO_NUMBER_1 "0C91198921436587"
#define TO_NUMBER_2 "0C91198921436597"
#define NATIONAL "0B819018325476F8" /* 09812345678 */
#define TIMES "62114200000022" "62114200500022"
#define REPORT(mr, address, status) "0006" mr address TIMES status

static void take(struct gateway_fixture *f, const char *pdu)
{
    char text[160];

    snprintf(text, sizeof(text), "\r\n+CDS: %zu\r\n%s\r\n", strlen(pdu) / 2 - 1, pdu);
    fake_say(&f->peer, text);
    gateway_settle(f);
}

static const struct row {
    const char *label, *pdu;
    enum message_status status;
    const char *error_class;
} table[] = {
    {"00h", REPORT("07", TO_NUMBER_1, "00"), MESSAGE_DELIVERED, ""},
    {"01h", REPORT("07", TO_NUMBER_1, "01"), MESSAGE_SENT, ""},
    {"02h", REPORT("07", TO_NUMBER_1, "02"), MESSAGE_SENT, ""},
    {"11h", REPORT("07", TO_NUMBER_1, "11"), MESSAGE_DELIVERED, ""},
    {"2Fh, reserved", REPORT("07", TO_NUMBER_1, "2F"), MESSAGE_FAILED, "report"},
    {"46h", REPORT("07", TO_NUMBER_1, "46"), MESSAGE_EXPIRED, "report"},
    {"41h", REPORT("07", TO_NUMBER_1, "41"), MESSAGE_FAILED, "report"},
    {"61h", REPORT("07", TO_NUMBER_1, "61"), MESSAGE_FAILED, "report"},
    {"national", REPORT("07", NATIONAL, "00"), MESSAGE_DELIVERED, ""},
    {"21h", REPORT("07", TO_NUMBER_1, "21"), MESSAGE_SENT, ""},
    {"other number", REPORT("07", TO_NUMBER_2, "00"), MESSAGE_SENT, ""},
    {"other number, failed", REPORT("07", TO_NUMBER_2, "41"), MESSAGE_SENT, ""},
    {"other reference", REPORT("08", TO_NUMBER_1, "00"), MESSAGE_SENT, ""},
    {"cut", "000607" TO_NUMBER_1 "62114200", MESSAGE_SENT, ""},
};

static void check_row(struct gateway_fixture *f, const struct row *row)
{
    struct answer made = issue_and_send(f, NUMBER_1), answer;

    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
    take(f, row->pdu);
    answer = call_till(f, gateway_get, made.v.id);
    if (answer.m.status != row->status)
        fail_msg("%s: %s", row->label, message_status_to_string(answer.m.status));
    assert_string_equal(answer.m.error_class, row->error_class);
    if (row->status != MESSAGE_SENT)
        return;
    /* It was not for this text, or not the last word: the true one still finds it. */
    take(f, REPORT("07", TO_NUMBER_1, "00"));
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_DELIVERED);
}

static void test_outcomes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        void *fixture;

        gateway_set_up(&fixture);
        check_row(fixture, &table[i]);
        gateway_tear_down(&fixture);
    }
}

/* A verification does not depend on what the network says of its text. */
static void test_verification_stays(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1), answer;
    char code[OTP_CODE_SIZE];

    take(f, REPORT("07", TO_NUMBER_1, "41"));
    code_of(f, &made.v, NUMBER_1, 0, code);
    answer = check_code(f, made.v.id, code);
    assert_string_equal(verdict_of(&answer), "ok");
    assert_int_equal(answer.result, CHECK_APPROVED);
}

static void assert_status(
    struct gateway_fixture *f, const struct answer *made, enum message_status status)
{
    struct answer answer = call_till(f, gateway_get, made->v.id);

    assert_string_equal(
        message_status_to_string(answer.m.status), message_status_to_string(status));
}

/*
 * References come round: two customers' texts have one, and the report a number in national form.
 */
static void test_national_form(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer first = issue_and_send(f, NUMBER_1), second = issue_and_send(f, NUMBER_2);

    take(f, REPORT("07", NATIONAL, "00")); /* of which country, nobody knows */
    assert_status(f, &first, MESSAGE_SENT);
    assert_status(f, &second, MESSAGE_SENT);
    snprintf(f->policy->countries[0], sizeof(f->policy->countries[0]), "+91");
    f->policy->n_countries = 1;
    take(f, REPORT("07", NATIONAL, "00"));
    assert_status(f, &first, MESSAGE_DELIVERED);
    assert_status(f, &second, MESSAGE_SENT);
}

/* As it is when the modem falls silent: no reference is known. */
static struct answer issue_unknown(struct gateway_fixture *f, const char *number)
{
    struct answer made = issue_and_send(f, number);

    gateway_sql(f, "UPDATE messages SET status = 'unknown', message_reference = NULL "
                   "WHERE status = 'sent'");
    return made;
}

static void test_unknown_is_settled(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_unknown(f, NUMBER_1), other = issue_unknown(f, NUMBER_2);

    take(f, REPORT("07", NATIONAL, "00"));
    assert_status(f, &made, MESSAGE_UNKNOWN);
    take(f, REPORT("07", TO_NUMBER_1, "21"));
    assert_status(f, &made, MESSAGE_UNKNOWN);
    take(f, REPORT("07", TO_NUMBER_1, "00"));
    assert_status(f, &made, MESSAGE_DELIVERED);
    assert_status(f, &other, MESSAGE_UNKNOWN);
}

static void test_unknown_among_several(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer first = issue_unknown(f, NUMBER_1), second = issue_unknown(f, NUMBER_1);

    take(f, REPORT("07", TO_NUMBER_1, "00"));
    assert_status(f, &first, MESSAGE_UNKNOWN);
    assert_status(f, &second, MESSAGE_UNKNOWN);
}

/* Whose reference it is, is known: it has come before, or is that of another part. */
static void test_report_of_another_than_the_unknown(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer unknown = issue_unknown(f, NUMBER_1), sent = issue_and_send(f, NUMBER_1);

    take(f, REPORT("07", TO_NUMBER_1, "00"));
    assert_status(f, &sent, MESSAGE_DELIVERED);
    take(f, REPORT("07", TO_NUMBER_1, "00"));
    assert_status(f, &unknown, MESSAGE_UNKNOWN);
    gateway_sql(f, "UPDATE messages SET segments = 2 WHERE status = 'delivered'");
    take(f, REPORT("08", TO_NUMBER_1, "00"));
    assert_status(f, &unknown, MESSAGE_UNKNOWN);
    gateway_sql(f, "UPDATE messages SET segments = 1");
    take(f, REPORT("08", TO_NUMBER_1, "46"));
    assert_status(f, &unknown, MESSAGE_EXPIRED);
}

/* References come round: a report that comes twice does not settle the text before. */
static void test_report_twice(void **state)
{
    static const char *const reports[] = {
        REPORT("07", TO_NUMBER_1, "00"), REPORT("07", NATIONAL, "00")};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
        struct gateway_fixture *f;
        struct answer older, newer;
        void *fixture;

        gateway_set_up(&fixture);
        f = fixture;
        older = issue_and_send(f, NUMBER_1);
        (void)call_till(f, gateway_cancel, older.v.id);
        gateway_pass(f, 60 * USEC_PER_SEC);
        newer = issue_and_send(f, NUMBER_1);
        take(f, REPORT("07", TO_NUMBER_1, "00"));
        assert_status(f, &newer, MESSAGE_DELIVERED);
        assert_status(f, &older, MESSAGE_SENT);
        take(f, reports[i]);
        assert_status(f, &newer, MESSAGE_DELIVERED);
        assert_status(f, &older, MESSAGE_SENT);
        gateway_tear_down(&fixture);
    }
}

/* What one modem is told is of no text that another has sent. */
static void test_report_by_another_modem(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1);

    gateway_sql(f, "UPDATE messages SET modem = 'other'");
    take(f, REPORT("07", TO_NUMBER_1, "00"));
    take(f, REPORT("07", NATIONAL, "00"));
    assert_status(f, &made, MESSAGE_SENT);
    gateway_sql(f, "UPDATE messages SET modem = 'counter'");
    take(f, REPORT("07", TO_NUMBER_1, "00"));
    assert_status(f, &made, MESSAGE_DELIVERED);
}

/* The text of a send that goes on: `say` is all that the modem says after Ctrl-Z, for now. */
static struct answer issue_and_say(struct gateway_fixture *f, const char *say)
{
    struct answer made;

    f->peer.text_reply = say;
    made = issue(f, NUMBER_1);
    gateway_settle(f);
    return made;
}

#define EARLY(mr) "\r\n+CDS: 27\r\n" REPORT(mr, TO_NUMBER_1, "00") "\r\n"

/* Before OK, and before the reference too; what is of no text waits no longer than for that. */
static void test_report_before_the_result(void **state)
{
    static const char *const early[] = {"\r\n+CMGS: 7\r\n" EARLY("07"), EARLY("07")};
    static const char *const then[] = {"\r\nOK\r\n", "\r\n+CMGS: 7\r\n\r\nOK\r\n"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(early); i++) {
        struct delivery_reports *reports;
        struct gateway_fixture *f;
        struct answer made;
        void *fixture;

        gateway_set_up(&fixture);
        f = fixture;
        reports = &f->gateway->dispatcher->slots[0]->reports;
        made = issue_and_say(f, early[i]);
        take(f, REPORT("09", TO_NUMBER_1, "00"));
        assert_status(f, &made, MESSAGE_SENDING);
        assert_int_equal(reports->n_waiting, 2);
        fake_say(&f->peer, then[i]);
        gateway_settle(f);
        assert_status(f, &made, MESSAGE_DELIVERED);
        assert_int_equal(reports->n_under_way, 0);
        assert_int_equal(reports->n_waiting, 0);
        gateway_tear_down(&fixture);
    }
}

/* However many come that are of no text, and whatever waits at the end. */
static void test_waiting_is_bounded(void **state)
{
    struct gateway_fixture *f = *state;
    struct delivery_reports *reports = &f->gateway->dispatcher->slots[0]->reports;
    struct answer made = issue_and_say(f, "\r\n+CMGS: 7\r\n");

    for (unsigned i = 0; i < 40; i++)
        take(f, REPORT("09", TO_NUMBER_2, "00"));
    assert_int_equal(reports->n_waiting, 16);
    assert_status(f, &made, MESSAGE_SENDING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        GATEWAY_TEST(test_verification_stays),
        GATEWAY_TEST(test_national_form),
        GATEWAY_TEST(test_unknown_is_settled),
        GATEWAY_TEST(test_unknown_among_several),
        GATEWAY_TEST(test_report_of_another_than_the_unknown),
        cmocka_unit_test(test_report_twice),
        GATEWAY_TEST(test_report_by_another_modem),
        cmocka_unit_test(test_report_before_the_result),
        GATEWAY_TEST(test_waiting_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
