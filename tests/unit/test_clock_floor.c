/* A clock that was a year ahead, and the right one after it: who vouches, and that nothing is given
 * away. */
#include "clock_accept_bench.h"

#include <sys/timex.h>

#define YEAR (365 * USEC_PER_DAY)

static usec_t heard; /* from the network; 0: nothing */
static bool synchronized;

/* The kernel's, played. */
int adjtimex(struct timex *timex)
{
    timex->status = synchronized ? 0 : STA_UNSYNC;
    return synchronized ? TIME_OK : TIME_ERROR;
}

static usec_t hear(void *userdata)
{
    (void)userdata;
    return heard;
}

static usec_t right_wall(void)
{
    return fake_now + fake_wall_ahead;
}

static void limit_all(struct gateway_fixture *f)
{
    f->policy->limits.number = (struct limit){.windows = {{1, USEC_PER_HOUR}}, .n_windows = 1};
    f->policy->limits.guesses = (struct limit){.windows = {{3, USEC_PER_HOUR}}, .n_windows = 1};
}

static void start_again(struct gateway_fixture *f)
{
    gateway_close(f);
    gateway_open(f);
    f->gateway->clock_guard.network_wall = hear;
    limit_all(f);
    gateway_start(f->gateway);
    gateway_pass(f, 10 * USEC_PER_SEC);
}

/* A text and three wrong codes under a clock that is a year ahead, which is then set right. */
static struct answer live_ahead(struct gateway_fixture *f)
{
    struct answer made, answer;
    char code[OTP_CODE_SIZE];

    heard = 0;
    synchronized = false;
    fake_wall_ahead += YEAR;
    start_again(f);
    made = issue_and_send(f, NUMBER_1);
    code_of(f, &made.v, NUMBER_1, 0, code);
    code[0] = code[0] == '9' ? '0' : code[0] + 1;
    for (unsigned i = 0; i < 3; i++) {
        answer = check_code(f, made.v.id, code);
        assert_int_equal(answer.result, CHECK_INCORRECT);
    }
    gateway_sql(f, "INSERT INTO meta SELECT 'rolled_back_wall', max(created_wall) FROM messages");
    fake_wall_ahead -= YEAR;
    return made;
}

static bool is_untrusted(struct gateway_fixture *f)
{
    enum gateway_error reason;

    return !gateway_is_ready(f->gateway, &reason) && reason == ERROR_CLOCK_UNTRUSTED;
}

static const char *limit_met(struct gateway_fixture *f)
{
    struct answer answer = issue(f, NUMBER_1);

    return answer.refusal.is_refused ? answer.refusal.limit_name : "none";
}

/* The code has run out, and windows last as long as they are, from now. */
static void assert_nothing_is_given(struct gateway_fixture *f, struct answer *made)
{
    struct answer other;
    char code[OTP_CODE_SIZE];

    assert_false(is_untrusted(f));
    assert_int_equal(gateway_query(f, COUNT_OF("guesses")), 3);
    assert_int_equal(gateway_query(f, COUNT_OF("meta WHERE key = 'rolled_back_wall' AND value <= "
                                               "(SELECT MAX(created_wall) FROM messages)")), 1);
    gateway_sql(f, "DELETE FROM meta WHERE key = 'rolled_back_wall'");
    code_of(f, &made->v, NUMBER_1, 0, code);
    assert_int_equal(check_code(f, made->v.id, code).result, CHECK_EXPIRED);
    assert_string_equal(limit_met(f), "number");
    f->policy->limits.number.n_windows = 0;
    other = issue_and_send(f, NUMBER_1);
    code_of(f, &other.v, NUMBER_1, 0, code);
    assert_string_equal(check_code(f, other.v.id, code).refusal.limit_name, "guesses");
    limit_all(f);
    gateway_pass(f, 58 * USEC_PER_MINUTE);
    assert_string_equal(limit_met(f), "number");
    assert_int_equal(gateway_query(f, COUNT_OF("verifications WHERE status = 'pending'")), 0);
    gateway_pass(f, 3 * USEC_PER_MINUTE);
    assert_string_equal(limit_met(f), "none");
    start_again(f); /* and the next start has nothing to doubt */
    assert_false(is_untrusted(f));
    gateway_pass(f, USEC_PER_HOUR);
    (void)issue_and_send(f, NUMBER_1);
}

static int64_t n_accepted(struct gateway_fixture *f, const char *source)
{
    char query[256];

    snprintf(query, sizeof(query), COUNT_OF("journal WHERE kind = 'daemon.clock_accepted' AND "
        "detail LIKE '%%\"%s\"%%'"), source);
    return gateway_query(f, query);
}

static void test_network_agrees(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = live_ahead(f);

    start_again(f);
    assert_true(is_untrusted(f));
    heard = right_wall() + 2 * USEC_PER_HOUR;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_true(is_untrusted(f));
    heard = right_wall() - 50 * USEC_PER_MINUTE;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_nothing_is_given(f, &made);
    assert_int_equal(n_accepted(f, "network"), 1);
}

/* Over a reboot too, where only wall time tells how old codes are. */
static void test_kernel_agrees(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = live_ahead(f);

    gateway_sql(f, "UPDATE verifications SET boot_id = zeroblob(16)");
    synchronized = true;
    start_again(f);
    assert_nothing_is_given(f, &made);
    assert_int_equal(n_accepted(f, "kernel"), 1);
}

static void test_technician(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = live_ahead(f);
    struct clock_accepted told;
    usec_t ahead = fake_wall_ahead;

    start_again(f);
    fake_wall_ahead = 0; /* 1970 is believed from nobody */
    told = accept_clock(f);
    assert_int_equal(told.refusal.error, ERROR_CLOCK_UNTRUSTED);
    fake_wall_ahead = ahead;
    assert_true(is_untrusted(f));
    told = accept_clock(f);
    assert_false(told.refusal.is_refused);
    assert_int_equal(told.n_void, 1);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'admin.action' AND "
                                               "actor_uid = 0 AND detail LIKE '%clock.accept%'")),
        1);
    assert_nothing_is_given(f, &made);
}

/* What a SIM may send, keys of requests, and forgiveness of texts that nobody answered. */
static void test_other_rows(void **state)
{
    struct gateway_fixture *f = *state;

    (void)live_ahead(f);
    start_again(f);
    gateway_sql(f,
        "INSERT INTO sim_parts VALUES ('ms', 0, 'sim', 9000000000000000, NULL);"
        "INSERT INTO conversion_resets VALUES ('client', 'till', 9000000000000000);"
        "INSERT INTO idempotency VALUES ('till', 'k', x'00', 'v', 'm', 0, 0, 9000000000000000);");
    (void)accept_clock(f);
    assert_int_equal(gateway_query(f, COUNT_OF("sim_parts WHERE at_wall >= 9000000000000000")), 0);
    assert_int_equal(
        gateway_query(f, COUNT_OF("conversion_resets WHERE at_wall >= 9000000000000000")), 0);
    assert_int_equal(
        gateway_query(f, COUNT_OF("idempotency WHERE created_wall >= 9000000000000000")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_network_agrees),
        GATEWAY_TEST(test_kernel_agrees),
        GATEWAY_TEST(test_technician),
        GATEWAY_TEST(test_other_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
