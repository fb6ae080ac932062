/*
 * A clock that cannot be right: nothing new is taken, old codes end, and what makes it good again.
 */
#include "gateway_fixture.h"

#include <sys/timex.h>

static bool synchronized;
static usec_t heard; /* from the network; 0: nothing */

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

/* A start with the wall clock so much earlier. */
static void start_earlier(struct gateway_fixture *f, usec_t earlier)
{
    gateway_close(f);
    synchronized = false;
    heard = 0;
    fake_wall_ahead -= earlier;
    gateway_open(f);
    f->gateway->clock_guard.network_wall = hear;
    gateway_start(f->gateway);
    gateway_pass(f, 2 * USEC_PER_SEC);
}

static bool is_untrusted(struct gateway_fixture *f)
{
    enum gateway_error reason;

    return !gateway_is_ready(f->gateway, &reason) && reason == ERROR_CLOCK_UNTRUSTED;
}

static void test_plausible(void **state)
{
    const usec_t earliest = SMSOTP_CLOCK_EARLIEST_SEC * USEC_PER_SEC;

    (void)state;
    assert_false(clock_guard_is_plausible(0, 0));
    assert_false(clock_guard_is_plausible(earliest - 1, 0));
    assert_true(clock_guard_is_plausible(earliest, 0));
    assert_true(clock_guard_is_plausible(earliest, earliest + USEC_PER_MINUTE));
    assert_false(clock_guard_is_plausible(earliest, earliest + USEC_PER_MINUTE + 1));
    assert_true(clock_guard_is_plausible(SMSOTP_CLOCK_LATEST_SEC * USEC_PER_SEC - 1, 0));
    assert_false(clock_guard_is_plausible(SMSOTP_CLOCK_LATEST_SEC * USEC_PER_SEC, 0));
}

static void test_until_it_is_set(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1), answer;
    char code[OTP_CODE_SIZE];

    start_earlier(f, USEC_PER_DAY);
    assert_true(is_untrusted(f));
    answer = issue(f, NUMBER_2);
    assert_string_equal(verdict_of(&answer), "clock_untrusted");
    assert_true(answer.refusal.retry_after_sec > 0);
    /* Of this boot CLOCK_BOOTTIME tells the age: its codes stay good. */
    code_of(f, &made.v, NUMBER_1, 0, code);
    assert_int_equal(check_code(f, made.v.id, code).result, CHECK_APPROVED);
    fake_wall_ahead += USEC_PER_DAY;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_false(is_untrusted(f));
    (void)issue_and_send(f, NUMBER_2);
}

static void test_codes_of_an_earlier_boot_end(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1);

    gateway_sql(f, "UPDATE verifications SET boot_id = zeroblob(16)");
    start_earlier(f, USEC_PER_DAY);
    assert_int_equal(f->gateway->clock_guard.n_void, 1);
    assert_int_equal(call_till(f, gateway_get, made.v.id).v.status, VERIFICATION_EXPIRED);
}

static void test_kernel_says_so(void **state)
{
    struct gateway_fixture *f = *state;

    (void)issue_and_send(f, NUMBER_1);
    start_earlier(f, USEC_PER_DAY);
    assert_true(is_untrusted(f));
    synchronized = true;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_false(is_untrusted(f));
}

/* 1970 is not right, whoever says it; and a network may lie about the past and the future. */
static void test_network_time(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1);
    usec_t before = made.v.created.wall;

    start_earlier(f, fake_wall_ahead);
    synchronized = true;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_true(is_untrusted(f));
    heard = SMSOTP_CLOCK_LATEST_SEC * USEC_PER_SEC;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_true(is_untrusted(f));
    heard = before - USEC_PER_DAY;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_true(is_untrusted(f));
    heard = before + USEC_PER_HOUR;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_false(is_untrusted(f));
    made = issue_and_send(f, NUMBER_2);
    assert_true(made.v.created.wall >= before + USEC_PER_HOUR);
}

/* What was counted stays counted, whatever the clock says. */
static void test_limits_stay_full(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer;

    (void)issue_and_send(f, NUMBER_1);
    start_earlier(f, USEC_PER_DAY);
    f->policy->limits.number = (struct limit){.windows = {{1, USEC_PER_HOUR}}, .n_windows = 1};
    synchronized = true;
    gateway_pass(f, 10 * USEC_PER_SEC);
    answer = issue(f, NUMBER_1);
    assert_string_equal(answer.refusal.limit_name, "number");
}

static const char *limit_met(struct gateway_fixture *f)
{
    struct answer answer = issue(f, NUMBER_1);

    return answer.refusal.is_refused ? answer.refusal.limit_name : "none";
}

/* Set ahead while it runs or while it does not, step by step: real time alone empties a window. */
static void test_set_ahead(void **state)
{
    struct gateway_fixture *f = *state;

    synchronized = false;
    (void)issue_and_send(f, NUMBER_1);
    f->policy->limits.number = (struct limit){.windows = {{1, USEC_PER_HOUR}}, .n_windows = 1};
    for (unsigned i = 0; i < 3; i++) {
        fake_wall_ahead += 40 * USEC_PER_MINUTE;
        gateway_pass(f, 10 * USEC_PER_SEC);
        assert_string_equal(limit_met(f), "number");
    }
    gateway_close(f);
    fake_wall_ahead += USEC_PER_DAY;
    gateway_open(f);
    gateway_start_and_wait(f);
    f->policy->limits.number = (struct limit){.windows = {{1, USEC_PER_HOUR}}, .n_windows = 1};
    assert_string_equal(limit_met(f), "number");
    gateway_pass(f, 58 * USEC_PER_MINUTE);
    assert_string_equal(limit_met(f), "number");
    gateway_pass(f, 2 * USEC_PER_MINUTE);
    assert_string_equal(limit_met(f), "none");
}

/*
 * Time by the network is for a system clock that is wrong; when that is set, it is not added to it.
 */
static void test_set_after_network_time(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1);

    start_earlier(f, USEC_PER_DAY);
    heard = made.v.created.wall + USEC_PER_MINUTE;
    gateway_pass(f, 10 * USEC_PER_SEC);
    assert_false(is_untrusted(f));
    fake_wall_ahead += USEC_PER_DAY;
    gateway_pass(f, USEC_PER_MINUTE);
    made = issue_and_send(f, NUMBER_2);
    assert_true(made.v.created.wall == fake_now + fake_wall_ahead);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plausible),
        GATEWAY_TEST(test_until_it_is_set),
        GATEWAY_TEST(test_codes_of_an_earlier_boot_end),
        GATEWAY_TEST(test_kernel_says_so),
        GATEWAY_TEST(test_network_time),
        GATEWAY_TEST(test_limits_stay_full),
        GATEWAY_TEST(test_set_ahead),
        GATEWAY_TEST(test_set_after_network_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
