/* How a text ended, on its way into the database. */
#include "gateway_fixture.h"

#include "core/send_record.h"

static void on_done(void *userdata)
{
    unsigned *n_done = userdata;

    (*n_done)++;
}

/* A verification whose text is with the modem, which does not answer. */
static struct answer issue_and_hold(struct gateway_fixture *f)
{
    static const struct fake_rule silent[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct answer answer;

    f->peer.rules = silent;
    answer = issue(f, NUMBER_1);
    gateway_settle(f);
    assert_string_equal(verdict_of(&answer), "ok");
    return answer;
}

static struct send_result result_of(const struct answer *issued, enum message_status status)
{
    struct send_result result = {.modem = "counter", .status = status, .reference = -1};

    memcpy(result.message_id, issued->m.id, ID_SIZE);
    memcpy(result.verification_id, issued->v.id, ID_SIZE);
    return result;
}

static void record(struct gateway_fixture *f, const struct send_result *result)
{
    unsigned n_done = 0;

    assert_int_equal(send_record_submit(&f->gateway->env, result, on_done, &n_done), 0);
    gateway_wait(f, &n_done, 1);
}

/* Status, class and words as they are recorded; the verification ends where the number is none. */
static void test_outcomes(void **state)
{
    static const struct {
        enum message_status status;
        const char *error_class, *error_text;
        bool undeliverable;
        enum verification_status verification;
    } rows[] = {
        {MESSAGE_SENT, "", "", false, VERIFICATION_PENDING},
        {MESSAGE_UNKNOWN, "", "", false, VERIFICATION_PENDING},
        {MESSAGE_FAILED, "network", "Network timeout", false, VERIFICATION_PENDING},
        {MESSAGE_FAILED, "destination", "Unassigned (unallocated) number", true,
            VERIFICATION_UNDELIVERABLE},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct answer issued = issue_and_hold(f), now;
        struct send_result result = result_of(&issued, rows[i].status);

        snprintf(result.error_class, sizeof(result.error_class), "%s", rows[i].error_class);
        snprintf(result.error_text, sizeof(result.error_text), "%s", rows[i].error_text);
        result.undeliverable = rows[i].undeliverable;
        record(f, &result);
        now = call_till(f, gateway_get, issued.v.id);
        assert_int_equal(now.m.status, rows[i].status);
        assert_string_equal(now.m.error_class, rows[i].error_class);
        assert_string_equal(now.m.error_text, rows[i].error_text);
        assert_int_equal(now.v.status, rows[i].verification);
        (void)call_till(f, gateway_cancel, issued.v.id);
        gateway_pass(f, 30 * USEC_PER_SEC);
    }
}

/* A text that retention has removed meanwhile is no error. */
static void test_gone(void **state)
{
    struct gateway_fixture *f = *state;
    struct send_result result = {.message_id = "ms_gone", .status = MESSAGE_SENT, .reference = 7};

    record(f, &result);
    assert_int_equal(gateway_query(f, COUNT_OF("messages")), 0);
}

/* Until it is committed, however long the disk refuses; but a step back to `queued` is let be. */
static void test_disk_full(void **state)
{
    static const struct {
        enum message_status status;
        unsigned done_while_full;
    } rows[] = {{MESSAGE_UNKNOWN, 0}, {MESSAGE_QUEUED, 1}};
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct answer issued = issue_and_hold(f);
        struct send_result result = result_of(&issued, rows[i].status);
        unsigned n_done = 0;

        disk_is_full(true);
        assert_int_equal(send_record_submit(&f->gateway->env, &result, on_done, &n_done), 0);
        gateway_pass(f, 5 * USEC_PER_SEC);
        assert_int_equal(n_done, rows[i].done_while_full);
        disk_is_full(false);
        gateway_pass(f, 2 * USEC_PER_SEC);
        assert_int_equal(n_done, 1);
        (void)call_till(f, gateway_cancel, issued.v.id);
        gateway_pass(f, 30 * USEC_PER_SEC);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_outcomes),
        GATEWAY_TEST(test_gone),
        GATEWAY_TEST(test_disk_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
