/* The way of a text through a modem: what the database knows when, and what is sent how often. */
#include "gateway_fixture.h"
#include "otp/template.h"

#define STATUS_IS(text) COUNT_OF("messages WHERE status = '" text "'")

static const struct fake_rule no_prompt[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};

/* The prompt that a rule kept back. */
static void give_prompt(struct gateway_fixture *f)
{
    f->peer.in_text = true;
    fake_say(&f->peer, "\r\n> ");
}

/* Lets everything happen that takes no time, until the modem is asked for a prompt and has it. */
static struct answer issue_up_to_the_prompt(struct gateway_fixture *f)
{
    struct answer made;

    f->peer.rules = no_prompt;
    made = issue(f, NUMBER_1);
    gateway_settle(f);
    f->peer.rules = NULL;
    return made;
}

static int64_t n_sending, n_queued;

static void look_at_the_database(struct gateway_fixture *f)
{
    n_sending = gateway_query(f, STATUS_IS("sending"));
    n_queued = gateway_query(f, STATUS_IS("queued"));
}

/* What a second connection reads when Ctrl-Z arrives is what a crash then would leave. */
static void test_committed_before_it_leaves(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made;

    f->on_text = look_at_the_database;
    for (unsigned i = 0; i < 3; i++) {
        n_sending = n_queued = -1;
        (void)issue_and_send(f, NUMBER_1);
        assert_int_equal(n_sending, 1);
        assert_int_equal(n_queued, 0);
        assert_int_equal(gateway_query(f, STATUS_IS("sent")), i + 1);
    }
    /* While the store cannot say, nothing leaves. */
    made = issue_up_to_the_prompt(f);
    gateway_hold_store(f);
    give_prompt(f);
    gateway_settle(f);
    assert_int_equal(f->n_sent, 3);
    gateway_release_store(f);
    gateway_wait(f, &f->n_sent, 4);
    assert_int_equal(n_sending, 1);
    gateway_settle(f);
    made = call_till(f, gateway_get, made.v.id);
    assert_int_equal(made.m.status, MESSAGE_SENT);
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE message_reference = 7 AND "
                                               "sent_wall IS NOT NULL AND tries = 1")), 4);
}

/* Cancelled between the time a modem took it and its prompt: ESC, and nothing leaves. */
static void test_hand_over_refused(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made;
    unsigned escapes;

    made = issue_up_to_the_prompt(f);
    escapes = f->peer.n_escapes;
    answer = call_till(f, gateway_cancel, made.v.id);
    assert_int_equal(answer.v.status, VERIFICATION_CANCELED);
    give_prompt(f);
    gateway_settle(f);
    assert_int_equal(f->n_sent, 0);
    assert_int_equal(f->peer.n_escapes, escapes + 1);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_EXPIRED);
    assert_string_equal(answer.m.error_text, "canceled");
    gateway_pass(f, USEC_PER_SEC);
    (void)issue_and_send(f, NUMBER_2); /* the modem is free again */
    assert_string_equal(gateway_last_sent(f)->number.text, NUMBER_2);
}

static void test_not_sent_is_sent_later(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_up_to_the_prompt(f);

    assert_int_equal(gateway_query(f, STATUS_IS("queued")), 1);
    gateway_pass(f, 30 * USEC_PER_SEC); /* no prompt in 10 s; recovery; a second between tries */
    assert_int_equal(f->n_sent, 1);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE tries = 1")), 1);
}

/* Unplugged at the prompt, while the hand-over is being committed: it was not handed over. */
static void test_unplugged_at_the_prompt(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_up_to_the_prompt(f);

    gateway_hold_store(f);
    give_prompt(f);
    gateway_settle(f);
    gateway_unplug(f);
    gateway_settle(f);
    gateway_release_store(f);
    gateway_settle(f);
    assert_int_equal(gateway_query(f, STATUS_IS("queued")), 1);
    gateway_plug(f);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 1);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
}

/* Handed over, then silence, or unplugged: it may have been sent, so it is not sent again. */
static void test_unknown_is_not_sent_again(void **state)
{
    struct gateway_fixture *f = *state;
    char code[OTP_CODE_SIZE];

    for (unsigned i = 0; i < 2; i++) {
        struct answer answer, made;

        f->peer.no_text_answer = true;
        made = issue_and_send(f, NUMBER_1);
        assert_int_equal(gateway_query(f, STATUS_IS("sending")), 1);
        answer = call_till(f, gateway_resend, made.v.id);
        assert_string_equal(verdict_of(&answer), "text_waiting");
        f->peer.no_text_answer = false;
        if (i == 0) {
            gateway_unplug(f);
            gateway_settle(f);
            gateway_plug(f);
            gateway_pass(f, 20 * USEC_PER_SEC);
        } else {
            gateway_pass(f, 240 * USEC_PER_SEC);
        }
        assert_int_equal(f->n_sent, 2 * i + 1);
        answer = call_till(f, gateway_get, made.v.id);
        assert_int_equal(answer.m.status, MESSAGE_UNKNOWN);
        assert_string_equal(answer.m.error_class, "modem");
        assert_int_equal(answer.v.status, VERIFICATION_PENDING);
        answer = call_till(f, gateway_resend, made.v.id); /* the customer may ask again */
        assert_string_equal(verdict_of(&answer), "ok");
        gateway_wait(f, &f->n_sent, 2 * i + 2);
        gateway_settle(f);
        code_of(f, &made.v, NUMBER_1, 0, code);
        assert_int_equal((answer = check_code(f, made.v.id, code), answer.result), CHECK_APPROVED);
    }
}

/* A template of three parts. */
static void set_long_template(struct gateway_fixture *f)
{
    struct purpose *purpose = policy_find_purpose(f->policy, "checkout");
    char template_text[OTP_TEMPLATE_MAX];
    struct strbuf source = STRBUF_ON(template_text);

    strbuf_puts(&source, "{code}: ");
    for (unsigned i = 0; i < 4; i++)
        strbuf_puts(&source, "भुगतान के लिए कोड। किसी को न बताएं। ");
    strbuf_puts(&source, "{minutes} {amount} {payee}");
    assert_int_equal(purpose_set_template(purpose, "hi", template_text), 0);
}

/* A long text in Hindi: several parts, one reference, one row. */
static void test_several_parts(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    char joined[2000];
    struct strbuf whole = STRBUF_ON(joined);
    struct answer answer;

    set_long_template(f);
    f->on_text = look_at_the_database;
    request.locale = "hi-IN";
    answer = issue_as(f, &f->till, &request);
    assert_string_equal(answer.v.locale, "hi");
    assert_int_equal(answer.m.encoding, SMS_ENCODING_UCS2);
    assert_true(answer.m.segments > 2);
    gateway_wait(f, &f->n_sent, answer.m.segments);
    gateway_settle(f);
    assert_int_equal(f->n_sent, answer.m.segments);
    assert_int_equal(n_sending, 1);
    for (unsigned i = 0; i < f->n_sent; i++) {
        const struct sms_concat *concat = &f->sent[i].udh.concat;

        assert_int_equal(concat->reference, f->sent[0].udh.concat.reference);
        assert_int_equal(concat->total, answer.m.segments);
        assert_int_equal(concat->sequence, i + 1);
        strbuf_puts(&whole, f->sent[i].text);
    }
    assert_string_equal(joined + strlen(joined) - 15, "1499.00 Shop 12");
    assert_int_equal(gateway_query(f, COUNT_OF("messages")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE tries = 1 AND status = 'sent'")), 1);
}

static void refuse_the_second(struct gateway_fixture *f)
{
    f->peer.text_reply = f->n_sent == 2 ? "\r\n+CMS ERROR: 42\r\n" : NULL;
}

static void fall_silent_after_the_first(struct gateway_fixture *f)
{
    f->peer.dead = f->n_sent == 1; /* its result still comes, no prompt for the second part */
}

/* A text that breaks off goes on where it stopped: no part that was sent is sent again. */
static void test_part_refused(void **state)
{
    static const unsigned sequence[] = {1, 2, 2, 3}; /* of which the first 2 was refused */
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);
    struct answer answer;

    set_long_template(f);
    request.locale = "hi";
    f->on_text = refuse_the_second;
    answer = issue_as(f, &f->till, &request);
    assert_int_equal(answer.m.segments, 3);
    gateway_wait(f, &f->n_sent, 2);
    gateway_settle(f);
    assert_int_equal(gateway_query(f, STATUS_IS("sending")), 1); /* what a crash now would leave */
    gateway_pass(f, 70 * USEC_PER_SEC); /* "Valid 4 min" by now, but the first part said 5 */
    gateway_wait(f, &f->n_sent, ARRAY_SIZE(sequence));
    gateway_settle(f);
    assert_int_equal(f->n_sent, ARRAY_SIZE(sequence));
    for (unsigned i = 0; i < f->n_sent; i++) {
        assert_int_equal(f->sent[i].udh.concat.sequence, sequence[i]);
        assert_int_equal(f->sent[i].udh.concat.reference, f->sent[0].udh.concat.reference);
    }
    assert_string_equal(f->sent[1].text, f->sent[2].text);
    assert_non_null(strstr(f->sent[3].text, "5 1499.00 Shop 12"));
    assert_int_equal(gateway_query(f, STATUS_IS("sent")), 1);
}

/* Refused for good at its second part: failed, and nothing of it again. */
static void test_part_refused_for_good(void **state)
{
    struct gateway_fixture *f = *state;
    struct issue_request request = request_to(f, NUMBER_1);

    set_long_template(f);
    request.locale = "hi";
    f->on_text = fall_silent_after_the_first;
    (void)issue_as(f, &f->till, &request);
    gateway_wait(f, &f->n_sent, 1);
    gateway_pass(f, 20 * USEC_PER_SEC);
    assert_int_equal(gateway_query(f, STATUS_IS("sending")), 1);
    f->peer.dead = false;
    f->on_text = NULL;
    f->peer.text_reply = "\r\n+CMS ERROR: 1\r\n";
    gateway_pass(f, 60 * USEC_PER_SEC);
    gateway_wait(f, &f->n_sent, 2);
    gateway_settle(f);
    assert_int_equal(f->sent[1].udh.concat.sequence, 2);
    assert_int_equal(gateway_query(f, STATUS_IS("failed")), 1);
    gateway_pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 2);
}

static void test_refused_by_the_network(void **state)
{
    static const struct {
        const char *reply;
        unsigned n_sent; /* in all, given time */
        const char *status, *error_class, *verification;
    } rows[] = {
        {"\r\n+CMS ERROR: 1\r\n", 1, "failed", "destination", "undeliverable"},
        {"\r\n+CMS ERROR: 8\r\n", 1, "failed", "account", "pending"},
        {"\r\n+CMS ERROR: 304\r\n", 1, "failed", "protocol", "pending"},
        {"\r\n+CMS ERROR: 21\r\n", 2, "failed", "rejected", "pending"},
        {"\r\n+CMS ERROR: 500\r\n", 2, "failed", "unknown", "pending"},
        {"\r\nERROR\r\n", 2, "failed", "unknown", "pending"},
        {"\r\n+CMS ERROR: 42\r\n", 4, "failed", "network", "pending"},
        {"\r\n+CMS ERROR: 314\r\n", 4, "failed", "busy", "pending"},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        unsigned before = f->n_sent;
        struct answer made, answer;

        f->peer.text_reply = rows[i].reply;
        made = issue(f, NUMBER_1);
        gateway_pass(f, 60 * USEC_PER_SEC);
        if (f->n_sent - before != rows[i].n_sent)
            print_error("%s", rows[i].reply);
        assert_int_equal(f->n_sent - before, rows[i].n_sent);
        answer = call_till(f, gateway_get, made.v.id);
        assert_string_equal(message_status_to_string(answer.m.status), rows[i].status);
        assert_string_equal(answer.m.error_class, rows[i].error_class);
        assert_true(answer.m.error_text[0] != '\0');
        assert_string_equal(
            verification_status_to_string(answer.v.status), rows[i].verification);
        assert_int_equal(answer.v.has_number, answer.v.status == VERIFICATION_PENDING);
    }
}

#define EVENTS(kind) COUNT_OF("journal WHERE kind = '" kind "'")

/*
 * Barred by two numbers, not by one; an hour later the text that tries takes it back, if it goes.
 */
static void test_barred(void **state)
{
    struct gateway_fixture *f = *state;
    enum gateway_error reason;
    struct answer answer;

    f->peer.text_reply = "\r\n+CMS ERROR: 8\r\n";
    for (unsigned i = 0; i < 3; i++)
        (void)issue_and_send(f, NUMBER_1);
    assert_true(gateway_is_ready(f->gateway, &reason));
    assert_null(gateway_barred(f->gateway, 0));
    for (unsigned i = 0; i < 2; i++) {
        (void)issue_and_send(f, NUMBER_2);
        assert_false(gateway_is_ready(f->gateway, &reason));
        assert_int_equal(reason, ERROR_SIM_BARRED);
        assert_string_equal(gateway_barred(f->gateway, 0), "Operator determined barring");
        answer = issue(f, NUMBER_2);
        assert_string_equal(verdict_of(&answer), "sim_barred");
        gateway_pass(f, USEC_PER_HOUR);
        assert_true(gateway_is_ready(f->gateway, &reason));
    }
    assert_int_equal(gateway_query(f, EVENTS("modem.barred")), 1);
    assert_int_equal(gateway_query(f, EVENTS("modem.unbarred")), 0);
    f->peer.text_reply = NULL;
    (void)issue_and_send(f, NUMBER_1);
    assert_int_equal(gateway_query(f, EVENTS("modem.unbarred")), 1);
    assert_null(gateway_barred(f->gateway, 0));
}

/*
 * Whatever three numbers in a row cannot be sent to, the modem is restarted; not for one, or two.
 */
static void test_distrusted(void **state)
{
    struct gateway_fixture *f = *state;
    const struct modem_status *status = modem_status(gateway_modem(f->gateway, 0));

    f->peer.text_reply = "\r\n+CMS ERROR: 322\r\n";
    for (unsigned i = 0; i < 4; i++) {
        (void)issue_and_send(f, i % 2 ? NUMBER_1 : NUMBER_2);
        gateway_pass(f, 3 * USEC_PER_SEC);
    }
    assert_int_equal(status->resets, 0);
    (void)issue_and_send(f, "+919812345670");
    assert_int_equal(status->state, MODEM_RECOVERING);
    assert_int_equal(status->resets, 1);
    f->peer.text_reply = NULL;
    gateway_pass(f, 30 * USEC_PER_SEC);
    assert_int_equal(status->state, MODEM_READY);
    assert_int_equal(gateway_query(f, STATUS_IS("sent")), 1); /* its second try */
}

/* Refused once for a passing reason, then taken. */
static void test_second_try_succeeds(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made;

    f->peer.text_reply = "\r\n+CMS ERROR: 42\r\n";
    made = issue_and_send(f, NUMBER_1);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_QUEUED);
    assert_string_equal(answer.m.error_class, "network");
    assert_int_equal(answer.view.position, 0);
    f->peer.text_reply = NULL;
    gateway_pass(f, 1999 * USEC_PER_MSEC);
    assert_int_equal(f->n_sent, 1);
    gateway_pass(f, USEC_PER_MSEC);
    assert_int_equal(f->n_sent, 2);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
    assert_string_equal(answer.m.error_class, "");
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE tries = 2")), 1);
}

/*
 * Cancelled when the text has been refused and waits for its second try; while the modem has it;
 * and so that the end is committed just before the refusal: it is not tried again, and no text is
 * left that seems to wait.
 */
static void test_cancelled_around_a_refusal(void **state)
{
    struct gateway_fixture *f = *state;

    for (unsigned i = 0; i < 3; i++) {
        struct answer answer, made, cancelled = {0};

        f->peer.text_reply = "\r\n+CMS ERROR: 42\r\n";
        f->peer.no_text_answer = i > 0;
        made = issue_and_send(f, NUMBER_1);
        if (i == 2)
            gateway_hold_store(f);
        gateway_cancel(f->gateway, &f->till, made.v.id, answer_take, &cancelled);
        if (i < 2)
            gateway_wait(f, &cancelled.n, 1);
        if (i > 0)
            fake_say(&f->peer, f->peer.text_reply);
        gateway_settle(f);
        if (i == 2)
            gateway_release_store(f);
        gateway_pass(f, 60 * USEC_PER_SEC);
        assert_int_equal(f->n_sent, i + 1);
        answer = call_till(f, gateway_get, made.v.id);
        assert_int_equal(answer.v.status, VERIFICATION_CANCELED);
        assert_string_equal(message_status_to_string(answer.m.status), "expired");
        assert_string_equal(answer.m.error_class, "withdrawn");
        assert_string_equal(answer.m.error_text, "canceled");
        assert_int_equal(gateway_n_queued(f->gateway), 0);
    }
}

/* A modem that keeps failing before it takes the text uses up none of the network's tries. */
static void test_modem_fails_then_network(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_up_to_the_prompt(f);

    for (unsigned i = 0; i < 5; i++) {
        f->peer.rules = no_prompt;
        gateway_unplug(f);
        gateway_settle(f);
        gateway_plug(f);
        gateway_pass(f, 5 * USEC_PER_SEC);
    }
    assert_int_equal(f->n_sent, 0);
    f->peer.rules = NULL;
    f->peer.text_reply = "\r\n+CMS ERROR: 42\r\n";
    gateway_pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 4);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_FAILED);
}

/* The hand-over cannot be committed: nothing leaves, the text waits for the disk, and goes once. */
static void test_disk_full_at_the_prompt(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_up_to_the_prompt(f);

    disk_is_full(true);
    give_prompt(f);
    gateway_settle(f);
    assert_int_equal(f->n_sent, 0);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 0);
    disk_is_full(false);
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 1);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
}

/* The result cannot be stored: it is tried again until it is. */
static void test_disk_full_at_the_result(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made;

    f->peer.no_text_answer = true;
    made = issue_and_send(f, NUMBER_1);
    disk_is_full(true);
    fake_say(&f->peer, "\r\n+CMGS: 9\r\n\r\nOK\r\n");
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_int_equal(gateway_query(f, STATUS_IS("sending")), 1);
    disk_is_full(false);
    gateway_pass(f, 2 * USEC_PER_SEC);
    answer = call_till(f, gateway_get, made.v.id);
    assert_int_equal(answer.m.status, MESSAGE_SENT);
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE message_reference = 9")), 1);
    assert_int_equal(f->n_sent, 1);
}

/*
 * That a text goes back to the queue cannot be stored; meanwhile it is sent. A late `queued` must
 * not cover the `sent`, or the next start would send it again.
 */
static void test_late_record_covers_nothing(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_up_to_the_prompt(f);

    gateway_hold_store(f);
    give_prompt(f);
    gateway_pass(f, 25 * USEC_PER_SEC); /* no modem holds a prompt for so long */
    gateway_release_store(f);
    while (gateway_query(f, STATUS_IS("sending")) != 1)
        usleep(1000);
    disk_is_full(true); /* between the hand-over and the record that it came to nothing */
    gateway_settle(f);
    disk_is_full(false);
    gateway_pass(f, 1500 * USEC_PER_MSEC);
    assert_int_equal(f->n_sent, 1);
    gateway_pass(f, 30 * USEC_PER_SEC);
    answer = call_till(f, gateway_get, made.v.id);
    assert_string_equal(message_status_to_string(answer.m.status), "sent");
    assert_int_equal(f->n_sent, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_committed_before_it_leaves),
        GATEWAY_TEST(test_hand_over_refused),
        GATEWAY_TEST(test_not_sent_is_sent_later),
        GATEWAY_TEST(test_unplugged_at_the_prompt),
        GATEWAY_TEST(test_unknown_is_not_sent_again),
        GATEWAY_TEST(test_several_parts),
        GATEWAY_TEST(test_part_refused),
        GATEWAY_TEST(test_part_refused_for_good),
        GATEWAY_TEST(test_refused_by_the_network),
        GATEWAY_TEST(test_barred),
        GATEWAY_TEST(test_distrusted),
        GATEWAY_TEST(test_second_try_succeeds),
        GATEWAY_TEST(test_cancelled_around_a_refusal),
        GATEWAY_TEST(test_modem_fails_then_network),
        GATEWAY_TEST(test_disk_full_at_the_prompt),
        GATEWAY_TEST(test_disk_full_at_the_result),
        GATEWAY_TEST(test_late_record_covers_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
