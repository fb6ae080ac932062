/* What the journal has of the lives of verifications, in order. */
#include "gateway_fixture.h"

/* The kinds of entries from `after` on, in one line, those of modem and daemon left out. */
static void kinds_after(struct gateway_fixture *f, int64_t after, char *ret, size_t size)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    struct strbuf sb;

    strbuf_init(&sb, ret, size);
    assert_int_equal(
        sqlite3_open_v2(f->store.path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle,
                         "SELECT kind FROM journal WHERE seq > ? AND kind NOT "
                         "LIKE 'modem.%' AND kind NOT LIKE 'daemon.%' ORDER BY seq",
                         -1, &statement, NULL),
        SQLITE_OK);
    sqlite3_bind_int64(statement, 1, after);
    while (sqlite3_step(statement) == SQLITE_ROW)
        strbuf_printf(&sb, "%s%s", sb.length ? " " : "", sqlite3_column_text(statement, 0));
    assert_false(sb.overflow);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
}

static void assert_kinds(struct gateway_fixture *f, int64_t after, const char *expected)
{
    char kinds[1024];

    gateway_settle(f);
    kinds_after(f, after, kinds, sizeof(kinds));
    assert_string_equal(kinds, expected);
}

static int64_t last_seq(struct gateway_fixture *f)
{
    return gateway_query(f, "SELECT max(seq) FROM journal");
}

static const struct fake_rule no_prompt[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};

#define SENT "verification.created message.queued message.sending message.sent"

static void test_approved(void **state)
{
    struct gateway_fixture *f = *state;
    int64_t before = last_seq(f);
    struct answer made = issue_and_send(f, NUMBER_1);
    char code[OTP_CODE_SIZE];

    wrong_code_of(f, &made.v, NUMBER_1, code);
    check_code(f, made.v.id, code);
    code_of(f, &made.v, NUMBER_1, 0, code);
    check_code(f, made.v.id, code);
    for (unsigned i = 0; i < 9; i++)
        check_code(f, made.v.id, code); /* a further use changes nothing, and is told of once */
    assert_kinds(f, before, SENT " verification.incorrect verification.approved request.refused");
    assert_int_equal(
        gateway_query(f,
            COUNT_OF("journal WHERE kind = 'verification.incorrect' AND "
                     "client = 'till' AND actor_uid = 4711 AND number_masked = '+91******5678' AND "
                     "length(number_index) = 16 AND detail = "
                     "'{\"result\":\"incorrect\",\"attempts_left\":4}'")),
        1);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'message.sent' AND client = "
                                               "'till' AND actor_uid IS NULL AND detail LIKE "
                                               "'%\"verification\":\"vf_%\"modem\":\"counter\"%'")),
        1);
}

static void test_exhausted(void **state)
{
    struct gateway_fixture *f = *state;
    int64_t before = last_seq(f);
    struct answer made = issue_and_send(f, NUMBER_1);
    char code[OTP_CODE_SIZE];

    wrong_code_of(f, &made.v, NUMBER_1, code);
    for (unsigned i = 0; i < 6; i++)
        check_code(f, made.v.id, code);
    assert_kinds(f, before,
        SENT
        " verification.incorrect verification.incorrect verification.incorrect "
        "verification.incorrect verification.incorrect verification.exhausted request.refused");
}

/* An admin's hand shows, and the owner stays the owner. */
static void test_resent_and_canceled(void **state)
{
    struct gateway_fixture *f = *state;
    int64_t before = last_seq(f);
    struct answer made = issue_and_send(f, NUMBER_1);

    call_till(f, gateway_resend, made.v.id);
    gateway_wait(f, &f->n_sent, 2);
    gateway_settle(f);
    call_as(f, gateway_cancel, &f->admin, made.v.id);
    call_as(f, gateway_cancel, &f->admin, made.v.id);
    assert_kinds(f, before, SENT " verification.resent message.queued message.sending message.sent "
        "verification.canceled");
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'verification.canceled' AND "
        "client = 'till' AND actor_uid = 0")), 1);
}

/* A text that waits ends with its verification, by whatever end. */
static void test_withdrawn(void **state)
{
    struct gateway_fixture *f = *state;
    int64_t before = last_seq(f);
    struct answer waiting;

    f->peer.rules = no_prompt;
    issue(f, NUMBER_1);
    waiting = issue(f, NUMBER_2);
    call_till(f, gateway_cancel, waiting.v.id);
    assert_kinds(f, before, "verification.created message.queued verification.created "
        "message.queued verification.canceled message.expired");
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'message.expired' AND "
        "detail LIKE '%withdrawn%' AND client = 'till'")), 1);
}

static void test_expired(void **state)
{
    struct gateway_fixture *f = *state;
    int64_t before = last_seq(f);

    issue_and_send(f, NUMBER_1);
    gateway_pass(f, 302 * USEC_PER_SEC);
    assert_kinds(f, before, SENT " verification.expired");
}

/* What is refused changes nothing, and what a commit that failed would have said is not there. */
static void test_nothing_happened(void **state)
{
    struct gateway_fixture *f = *state;
    int64_t before = last_seq(f);

    issue(f, "+4");
    call_till(f, gateway_get, "vf_00000000000000000000000000");
    disk_is_full(true);
    issue(f, NUMBER_1);
    disk_is_full(false);
    assert_kinds(f, before, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_approved),
        GATEWAY_TEST(test_exhausted),
        GATEWAY_TEST(test_resent_and_canceled),
        GATEWAY_TEST(test_withdrawn),
        GATEWAY_TEST(test_expired),
        GATEWAY_TEST(test_nothing_happened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
