/* What comes in: stored once, joined, acknowledged, and what it denies. */
#include "intake_fixture.h"

static enum verification_status status_of(struct gateway_fixture *f, const char *id)
{
    struct answer answer = call_till(f, gateway_get, id);

    assert_string_equal(verdict_of(&answer), "ok");
    return answer.v.status;
}

#define N_TEXTS COUNT_OF("inbound")
#define N_DENYING COUNT_OF("inbound WHERE verification_id IS NOT NULL")

/* Once each, whatever it is; a PDU that is no text is kept as well. */
static void test_stored_once(void **state)
{
    static const uint8_t nonsense[] = {0x00, 0x04, 0xFF, 0x91, 0x00};
    struct gateway_fixture *f = *state;
    struct modem *modem = make_modem(f);
    struct deliver_pdu pdu = {.from = NUMBER_1, .text = "Hello", .sent_wall = wall()};

    take(f, &pdu);
    assert_int_equal(gateway_query(f, N_TEXTS), 1);
    take(f, &pdu); /* known again */
    assert_int_equal(gateway_query(f, N_TEXTS), 1);
    pdu.sent_wall += USEC_PER_SEC; /* another one */
    take(f, &pdu);
    assert_int_equal(gateway_query(f, N_TEXTS), 2);
    for (int i = 0; i < 2; i++) {
        inbound_intake(&f->gateway->env, &f->gateway->outbox, modem, 7, nonsense, sizeof(nonsense));
        gateway_settle(f);
    }
    assert_int_equal(gateway_query(f, N_TEXTS), 3);
    assert_int_equal(gateway_query(f, N_DENYING), 0);
    modem_free(modem);
}

/* Deleted from the SIM once it is stored, and not before. */
static void test_acknowledged(void **state)
{
    struct gateway_fixture *f = *state;
    struct deliver_pdu pdu = {.from = NUMBER_1, .text = "Hello", .sent_wall = wall()};
    uint8_t octets[DELIVER_MAX_OCTETS];
    char reply[512], hex[2 * DELIVER_MAX_OCTETS + 1];
    const struct fake_rule rules[] = {{"AT+CMGR=4", reply}, {NULL, NULL}};
    size_t n = deliver_make(&pdu, octets);

    hex_encode(octets, n, hex);
    snprintf(reply, sizeof(reply), "\r\n+CMGR: 0,,%zu\r\n%s\r\n\r\nOK\r\n", n - 1, hex);
    f->peer.rules = rules;
    gateway_hold_store(f);
    fake_say(&f->peer, "\r\n+CMTI: \"SM\",4\r\n");
    gateway_settle(f);
    assert_non_null(strstr(f->peer.log, "AT+CMGR=4\n"));
    assert_null(strstr(f->peer.log, "AT+CMGD"));
    gateway_release_store(f);
    gateway_settle(f);
    assert_non_null(strstr(f->peer.log, "AT+CMGD=4\n"));
    assert_int_equal(gateway_query(f, N_TEXTS), 1);
    f->peer.rules = NULL;
}

static void test_denies(void **state)
{
    static const struct {
        const char *from, *text;
        bool denies;
    } rows[] = {
        {NUMBER_1, "NO", true}, {NUMBER_1, "no, that was not me", true},
        {"919812345678", "no", true}, /* as networks write it */
        {"09812345678", "no", true}, {"00919812345678", "no", true}, {NUMBER_1, "yes", false},
        {NUMBER_1, "no problem", false}, {NUMBER_1, "", false}, {NUMBER_2, "NO", false},
        {"9812345678", "NO", true}, {"N", "NO", false}, /* a name stands for no number */
    };
    struct gateway_fixture *f = *state;

    snprintf(f->policy->countries[0], sizeof(f->policy->countries[0]), "+91");
    f->policy->n_countries = 1;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct answer issued = issue_and_send(f, NUMBER_1);
        int64_t before = gateway_query(f, N_DENYING);

        take_text(f, rows[i].from, rows[i].text);
        if ((status_of(f, issued.v.id) == VERIFICATION_DENIED) != rows[i].denies)
            fail_msg("%s: %s", rows[i].from, rows[i].text);
        assert_int_equal(gateway_query(f, N_DENYING), before + rows[i].denies);
        (void)call_till(f, gateway_cancel, issued.v.id);
        gateway_pass(f, USEC_PER_SEC); /* another text has another time */
    }
}

/* All that are pending of that number, and no other; what has ended stays as it is. */
static void test_denies_all(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer approved = issue_and_send(f, NUMBER_1), first, second, other;
    char code[OTP_CODE_SIZE];

    code_of(f, &approved.v, NUMBER_1, 0, code);
    (void)check_code(f, approved.v.id, code);
    first = issue_and_send(f, NUMBER_1);
    second = issue_and_send(f, NUMBER_1);
    other = issue_and_send(f, NUMBER_2);
    take_text(f, NUMBER_1, "NO");
    assert_int_equal(status_of(f, approved.v.id), VERIFICATION_APPROVED);
    assert_int_equal(status_of(f, first.v.id), VERIFICATION_DENIED);
    assert_int_equal(status_of(f, second.v.id), VERIFICATION_DENIED);
    assert_int_equal(status_of(f, other.v.id), VERIFICATION_PENDING);
    code_of(f, &first.v, NUMBER_1, 0, code);
    assert_int_equal(check_code(f, first.v.id, code).result, CHECK_DENIED);
}

/* A reply that was sent before the code was asked for is not about it. */
static void test_age(void **state)
{
    static const struct {
        int64_t older_sec; /* than the verification */
        int zone_quarters;
        bool has_time, denies;
    } rows[] = {
        {-10, INDIA, true, true},
        {0, INDIA, true, true},
        {60, INDIA, true, true},
        /* an hour of summer time, and ten minutes */
        {4199, INDIA, true, true},
        {4201, INDIA, true, false},
        {4199, -20, true, true},
        {4201, -20, true, false},
        /* local time under zone 0 looks older west of Greenwich */
        {4201, 0, true, true},
        {12 * 3600 + 4199, 0, true, true},
        {12 * 3600 + 4201, 0, true, false},
        {86400, INDIA, true, false},
        {30 * 86400, INDIA, true, false},
        {30 * 86400, 0, true, false},
        {-86400, INDIA, true, true}, /* a clock ahead, or ours behind */
        {0, 0, false, true},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct answer issued = issue_and_send(f, NUMBER_1);
        usec_t sent = issued.v.created.wall - (usec_t)(rows[i].older_sec * (int64_t)USEC_PER_SEC);

        take(f, &(struct deliver_pdu){.from = NUMBER_1,
                    .text = "NO",
                    .sent_wall = rows[i].has_time ? sent : DELIVER_NO_TIME,
                    .zone_quarters = rows[i].zone_quarters});
        if ((status_of(f, issued.v.id) == VERIFICATION_DENIED) != rows[i].denies)
            fail_msg("case %zu", i);
        (void)call_till(f, gateway_cancel, issued.v.id);
        gateway_pass(f, USEC_PER_SEC);
    }
    assert_int_equal(gateway_query(f, N_TEXTS), ARRAY_SIZE(rows)); /* each is kept all the same */
}

/* Of two, only the one that there was. The shop's clock has gone forward by a day in between. */
static void test_age_between(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer older = issue_and_send(f, NUMBER_1), newer;
    usec_t sent = wall();

    fake_wall_ahead += USEC_PER_DAY;
    newer = issue_and_send(f, NUMBER_1);
    take(f, &(struct deliver_pdu){
                .from = NUMBER_1, .text = "NO", .sent_wall = sent, .zone_quarters = INDIA});
    assert_int_equal(status_of(f, older.v.id), VERIFICATION_DENIED);
    assert_int_equal(status_of(f, newer.v.id), VERIFICATION_PENDING);
}

/* The beginning of a long text counts, not the beginning of each part. */
static void test_parts(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued = issue_and_send(f, NUMBER_1);
    struct deliver_pdu pdu = {.from = NUMBER_1,
        .text = "NO, and again",
        .sent_wall = wall(),
        .reference = 5,
        .total = 2,
        .sequence = 2};

    take(f, &pdu);
    assert_int_equal(status_of(f, issued.v.id), VERIFICATION_PENDING);
    assert_int_equal(gateway_query(f, N_TEXTS), 0);
    pdu.sequence = 1;
    take(f, &pdu);
    assert_int_equal(status_of(f, issued.v.id), VERIFICATION_DENIED);
    assert_int_equal(gateway_query(f, N_TEXTS), 1);
    assert_int_equal(gateway_query(f, N_DENYING), 1);
}

static void test_off(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued = issue_and_send(f, NUMBER_1);

    f->policy->deny.n_words = 0;
    take_text(f, NUMBER_1, "NO");
    assert_int_equal(status_of(f, issued.v.id), VERIFICATION_PENDING);
    assert_int_equal(gateway_query(f, N_TEXTS), 1);
}

/* A text that still waits is not sent any more. */
static void test_withdraws(void **state)
{
    static const struct fake_rule silent[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct gateway_fixture *f = *state;
    struct answer first, waiting;

    f->peer.rules = silent;
    first = issue(f, NUMBER_2); /* keeps the modem busy */
    gateway_settle(f);
    waiting = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&first), "ok");
    assert_int_equal(outbox_count(&f->gateway->outbox), 1);
    take_text(f, NUMBER_1, "NO");
    assert_int_equal(status_of(f, waiting.v.id), VERIFICATION_DENIED);
    assert_int_equal(outbox_count(&f->gateway->outbox), 0);
}

/* What the modem has not kept is tried again until the disk has room. */
static void test_disk_full(void **state)
{
    struct gateway_fixture *f = *state;
    struct deliver_pdu pdu = {.from = NUMBER_1, .text = "Hello", .sent_wall = wall()};
    struct modem *modem = make_modem(f);
    uint8_t octets[DELIVER_MAX_OCTETS];
    size_t n = deliver_make(&pdu, octets);

    disk_is_full(true);
    inbound_intake(&f->gateway->env, &f->gateway->outbox, modem, 0, octets, n);
    gateway_pass(f, 5 * USEC_PER_SEC);
    disk_is_full(false);
    assert_int_equal(gateway_query(f, N_TEXTS), 0);
    gateway_pass(f, 2 * USEC_PER_SEC);
    assert_int_equal(gateway_query(f, N_TEXTS), 1);
    modem_free(modem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_stored_once),
        GATEWAY_TEST(test_acknowledged),
        GATEWAY_TEST(test_denies),
        GATEWAY_TEST(test_denies_all),
        GATEWAY_TEST(test_age),
        GATEWAY_TEST(test_age_between),
        GATEWAY_TEST(test_parts),
        GATEWAY_TEST(test_off),
        GATEWAY_TEST(test_withdraws),
        GATEWAY_TEST(test_disk_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
