/* Figures: what is committed counts, by purpose and hour; what is not, does not. */
#include "core/statistics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOON (500000 * USEC_PER_HOUR)

static int set_up(void **state)
{
    return statistics_new((struct statistics **)state);
}

static int tear_down(void **state)
{
    statistics_free(*state);
    return 0;
}

static void test_only_what_is_committed(void **state)
{
    struct statistics *s = *state;
    struct statistics_figures *f = malloc(sizeof(*f));

    statistics_count(s, EVENT_VERIFICATION_CREATED, "login", NOON);
    statistics_observe_approval(s, USEC_PER_SEC);
    statistics_read(s, NOON, f);
    assert_int_equal(statistics_total(f, EVENT_VERIFICATION_CREATED), 0);
    statistics_settle(s, false);
    statistics_read(s, NOON, f);
    assert_int_equal(statistics_total(f, EVENT_VERIFICATION_CREATED), 0);
    assert_int_equal(f->verify_time.total, 0);
    statistics_count(s, EVENT_VERIFICATION_CREATED, "login", NOON);
    statistics_observe_approval(s, USEC_PER_SEC);
    statistics_settle(s, true);
    statistics_settle(s, true); /* counts nothing twice */
    statistics_read(s, NOON, f);
    assert_int_equal(statistics_total(f, EVENT_VERIFICATION_CREATED), 1);
    assert_int_equal(f->verify_time.total, 1);
    free(f);
}

static void test_purposes(void **state)
{
    struct statistics *s = *state;
    struct statistics_figures *f = malloc(sizeof(*f));
    char name[16];

    statistics_count(s, EVENT_VERIFICATION_APPROVED, "login", NOON);
    statistics_count(s, EVENT_VERIFICATION_APPROVED, "checkout", NOON);
    statistics_count(s, EVENT_VERIFICATION_APPROVED, "login", NOON);
    statistics_count(s, EVENT_MODEM_READY, NULL, NOON);
    for (unsigned i = 0; i < POLICY_PURPOSES_MAX; i++) { /* more than fit: they go under "" */
        snprintf(name, sizeof(name), "p%u", i);
        statistics_count(s, EVENT_VERIFICATION_EXPIRED, name, NOON);
    }
    statistics_settle(s, true);
    statistics_read(s, NOON, f);
    assert_string_equal(f->purposes[0].name, "");
    assert_int_equal(f->purposes[0].events[EVENT_MODEM_READY], 1);
    assert_string_equal(f->purposes[1].name, "login");
    assert_int_equal(f->purposes[1].events[EVENT_VERIFICATION_APPROVED], 2);
    assert_int_equal(f->n_purposes, POLICY_PURPOSES_MAX + 1);
    assert_int_equal(f->purposes[0].events[EVENT_VERIFICATION_EXPIRED], 2);
    assert_int_equal(statistics_total(f, EVENT_VERIFICATION_EXPIRED), POLICY_PURPOSES_MAX);
    free(f);
}

static void count_at(struct statistics *s, enum event_kind kind, usec_t at)
{
    statistics_count(s, kind, "login", at);
    statistics_settle(s, true);
}

static void test_hours(void **state)
{
    struct statistics *s = *state;
    struct statistics_figures *f = malloc(sizeof(*f));

    count_at(s, EVENT_VERIFICATION_CREATED, NOON + 1);
    count_at(s, EVENT_MESSAGE_SENT, NOON + USEC_PER_HOUR - 1);
    count_at(s, EVENT_VERIFICATION_APPROVED, NOON + USEC_PER_HOUR);
    count_at(s, EVENT_MESSAGE_FAILED, NOON); /* the clock was set back: the newest hour has it */
    statistics_read(s, NOON + 3 * USEC_PER_HOUR, f);
    assert_int_equal(f->hours[0].begin_wall, NOON + 3 * USEC_PER_HOUR);
    assert_int_equal(f->hours[1].begin_wall, NOON + 2 * USEC_PER_HOUR);
    assert_int_equal(f->hours[1].events[EVENT_VERIFICATION_APPROVED], 0);
    assert_int_equal(f->hours[2].events[EVENT_VERIFICATION_APPROVED], 1);
    assert_int_equal(f->hours[2].events[EVENT_MESSAGE_FAILED], 1);
    assert_int_equal(f->hours[3].events[EVENT_VERIFICATION_CREATED], 1);
    assert_int_equal(f->hours[3].events[EVENT_MESSAGE_SENT], 1);
    assert_int_equal(f->hours[4].begin_wall, 0);
    statistics_read(s, NOON + 100 * USEC_PER_HOUR, f); /* all of it is long ago */
    for (unsigned i = 0; i < STATISTICS_HOURS; i++) {
        assert_int_equal(f->hours[i].begin_wall, NOON + (100 - i) * USEC_PER_HOUR);
        for (unsigned kind = 0; kind < STATISTICS_KINDS; kind++)
            assert_int_equal(f->hours[i].events[kind], 0);
        assert_int_equal(f->hours[i].send.n + f->hours[i].verify.n, 0);
    }
    free(f);
}

/* Each time stands with the hour in which it ended. */
static void test_means(void **state)
{
    struct statistics *s = *state;
    struct statistics_figures *f = malloc(sizeof(*f));

    statistics_observe_approval(s, 4 * USEC_PER_SEC);
    count_at(s, EVENT_VERIFICATION_APPROVED, NOON);
    statistics_observe_approval(s, 6 * USEC_PER_SEC);
    count_at(s, EVENT_VERIFICATION_APPROVED, NOON + USEC_PER_HOUR);
    statistics_observe_send(s, USEC_PER_SEC);
    statistics_observe_send(s, 3 * USEC_PER_SEC);
    statistics_read(s, NOON + USEC_PER_HOUR, f);
    assert_int_equal(f->hours[1].verify.n, 1);
    assert_int_equal(f->hours[1].verify.sum, 4 * USEC_PER_SEC);
    assert_int_equal(f->hours[1].send.n, 0);
    assert_int_equal(f->hours[0].verify.sum, 6 * USEC_PER_SEC);
    assert_int_equal(f->hours[0].send.n, 2);
    assert_int_equal(f->hours[0].send.sum, 4 * USEC_PER_SEC);
    free(f);
}

/* What an earlier run counted, before this one counts. */
static void test_restored(void **state)
{
    struct statistics *s = *state;
    struct statistics_figures *f = malloc(sizeof(*f));
    usec_t now = NOON + USEC_PER_HOUR / 2;

    statistics_restore(s, EVENT_MESSAGE_SENT, NOON - 2 * USEC_PER_HOUR, 7, now);
    statistics_restore(s, EVENT_MESSAGE_SENT, NOON, 3, now);
    statistics_restore(s, EVENT_MESSAGE_SENT, NOON, 3, now); /* told again */
    statistics_restore(s, EVENT_MESSAGE_SENT, NOON - 24 * USEC_PER_HOUR, 9, now); /* too long ago */
    /* the clock was set back */
    statistics_restore(s, EVENT_MESSAGE_SENT, NOON + USEC_PER_HOUR, 9, now);
    statistics_restore(s, EVENT_MESSAGE_SENT, (usec_t)-1, 9, now);
    count_at(s, EVENT_MESSAGE_SENT, now);
    statistics_read(s, now, f);
    assert_int_equal(f->hours[0].begin_wall, NOON);
    assert_int_equal(f->hours[0].events[EVENT_MESSAGE_SENT], 4);
    assert_int_equal(f->hours[1].begin_wall, NOON - USEC_PER_HOUR);
    assert_int_equal(f->hours[1].events[EVENT_MESSAGE_SENT], 0);
    assert_int_equal(f->hours[2].events[EVENT_MESSAGE_SENT], 7);
    assert_int_equal(f->hours[3].begin_wall, 0);
    assert_int_equal(statistics_total(f, EVENT_MESSAGE_SENT), 1); /* since the start */
    free(f);
}

static void test_nobody_counts(void **state)
{
    (void)state;
    statistics_count(NULL, EVENT_MODEM_READY, NULL, NOON);
    statistics_observe_approval(NULL, 1);
    statistics_observe_send(NULL, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_only_what_is_committed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_purposes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hours, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_means, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_restored, set_up, tear_down),
        cmocka_unit_test(test_nobody_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
