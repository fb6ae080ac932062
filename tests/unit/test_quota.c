#include "core/quota.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define S USEC_PER_SEC
#define DAY USEC_PER_DAY
#define NOW (1000 * DAY)
#define NEVER USEC_INFINITY

static const uint8_t index_a[OTP_NUMBER_INDEX_SIZE] = {1}, index_b[OTP_NUMBER_INDEX_SIZE] = {2},
                     index_c[OTP_NUMBER_INDEX_SIZE] = {3};

#define AGES_MAX 6

/* Parts that went so many seconds ago, the oldest first, and what may go now. */
static const struct row {
    const char *label;
    struct quota_limits limits;
    usec_t ages[AGES_MAX]; /* 0 ends them */
    struct {
        unsigned room;
        usec_t wait_1, wait_2; /* for one part, for two */
    } code, plain;
} rows[] = {
    {"no limit", {{0}}, {9, 8, 7}, {UINT32_MAX, 0, 0}, {UINT32_MAX, 0, 0}},
    {"a reserve alone is none", {{0}, 5}, {9, 8}, {UINT32_MAX, 0, 0}, {UINT32_MAX, 0, 0}},
    {"nothing sent", {{3}}, {0}, {3, 0, 0}, {3, 0, 0}},
    {"one may go", {{3}}, {50, 20}, {1, 0, 10 * S}, {1, 0, 10 * S}},
    {"full", {{3}}, {50, 20, 10}, {0, 10 * S, 40 * S}, {0, 10 * S, 40 * S}},
    {"a minute old is out", {{3}}, {60, 20, 10}, {1, 0, 40 * S}, {1, 0, 40 * S}},
    {"older ones do not count", {{1}}, {99, 80, 61}, {1, 0, NEVER}, {1, 0, NEVER}},
    {"more than there may be", {{2}}, {50, 40, 30, 20}, {0, 30 * S, 40 * S}, {0, 30 * S, 40 * S}},
    {"two never fit into one", {{1}}, {0}, {1, 0, NEVER}, {1, 0, NEVER}},
    {"a day", {{0, 2}}, {86399, 10}, {0, 1 * S, 86390 * S}, {0, 1 * S, 86390 * S}},
    {"a month of 30 days", {{0, 0, 1}}, {30 * 86400 - 5}, {0, 5 * S, NEVER}, {0, 5 * S, NEVER}},
    {"a month is over", {{0, 0, 1}}, {30 * 86400}, {1, 0, NEVER}, {1, 0, NEVER}},
    {"the longest wait decides", {{1, 2}}, {1000, 50}, {0, 85400 * S, NEVER},
        {0, 85400 * S, NEVER}},
    {"the least room decides", {{2, 4, 3}}, {3000, 2000}, {1, 0, 2589000 * S}, {1, 0, 2589000 * S}},
    {"the reserve is for codes", {{0, 5, 0}, 2}, {99, 50, 20}, {2, 0, 0},
        {0, 86301 * S, 86350 * S}},
    {"codes may use all", {{0, 3, 0}, 2}, {99, 50, 20}, {0, 86301 * S, 86350 * S},
        {0, 86380 * S, NEVER}},
};

static void note_ages(struct quota *quota, const usec_t *ages)
{
    for (unsigned i = 0; i < AGES_MAX && ages[i]; i++)
        assert_int_equal(quota_note_part(quota, NOW - ages[i] * S), 0);
}

static void test_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct row *row = &rows[i];
        struct quota quota;

        quota_init(&quota, &row->limits);
        note_ages(&quota, row->ages);
        if (quota_room(&quota, true, NOW) != row->code.room ||
            quota_room(&quota, false, NOW) != row->plain.room)
            fail_msg("%s: room %u, %u", row->label, quota_room(&quota, true, NOW),
                quota_room(&quota, false, NOW));
        if (quota_wait(&quota, true, 1, NULL, NOW) != row->code.wait_1 ||
            quota_wait(&quota, true, 2, NULL, NOW) != row->code.wait_2)
            fail_msg("%s: code %" PRIu64 ", %" PRIu64, row->label,
                quota_wait(&quota, true, 1, NULL, NOW), quota_wait(&quota, true, 2, NULL, NOW));
        if (quota_wait(&quota, false, 1, NULL, NOW) != row->plain.wait_1 ||
            quota_wait(&quota, false, 2, NULL, NOW) != row->plain.wait_2)
            fail_msg("%s: plain %" PRIu64 ", %" PRIu64, row->label,
                quota_wait(&quota, false, 1, NULL, NOW), quota_wait(&quota, false, 2, NULL, NOW));
        quota_fini(&quota);
    }
}

/* As many as a window has, and then again as many, each turn a span later. */
static void test_in_turn(void **state)
{
    static const struct quota_limits limits = {{3}};
    static const usec_t ages[AGES_MAX] = {50, 20};
    static const usec_t waits[] = {0, 0, 10, 40, 60, 70, 100, 120};
    struct quota quota;

    (void)state;
    quota_init(&quota, &limits);
    note_ages(&quota, ages);
    for (unsigned n = 0; n < ARRAY_SIZE(waits); n++)
        assert_int_equal(quota_wait_in_turn(&quota, true, n, NULL, NOW), waits[n] * S);
    quota_fini(&quota);
}

/* A number that has been written to may be written to again. */
static void test_recipients(void **state)
{
    static const struct quota_limits limits = {{[QUOTA_RECIPIENTS] = 2}};
    struct quota quota;

    (void)state;
    quota_init(&quota, &limits);
    assert_int_equal(quota_wait(&quota, true, 9, index_a, NOW), 0);
    assert_int_equal(quota_note_recipient(&quota, index_a, NOW - 20 * DAY), 0);
    assert_int_equal(quota_note_recipient(&quota, index_b, NOW - 10 * DAY), 0);
    assert_int_equal(quota_used(&quota, QUOTA_RECIPIENTS, NOW), 2);
    assert_int_equal(quota_wait(&quota, true, 1, index_a, NOW), 0);
    assert_int_equal(quota_wait(&quota, true, 1, index_b, NOW), 0);
    assert_int_equal(quota_wait(&quota, true, 1, NULL, NOW), 0);
    assert_int_equal(quota_wait(&quota, true, 1, index_c, NOW), 10 * DAY);
    assert_int_equal(quota_note_recipient(&quota, index_a, NOW), 0); /* seen again */
    assert_int_equal(quota_used(&quota, QUOTA_RECIPIENTS, NOW), 2);
    assert_int_equal(quota_wait(&quota, true, 1, index_c, NOW), 20 * DAY);
    assert_int_equal(quota_wait(&quota, true, 1, index_c, NOW + 20 * DAY), 0);
    assert_int_equal(quota_used(&quota, QUOTA_RECIPIENTS, NOW + 20 * DAY), 1);
    assert_int_equal(quota_wait(&quota, true, 1, index_b, NOW + 25 * DAY), 0);
    quota_fini(&quota);
}

/* What was sent by a clock that ran ahead counts from when the true time is seen, not for years. */
static void test_clock_set_back(void **state)
{
    static const struct quota_limits limits = {{2, [QUOTA_RECIPIENTS] = 1}};
    struct quota quota;

    (void)state;
    quota_init(&quota, &limits);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(quota_note_part(&quota, NOW + 900 * DAY), 0);
    assert_int_equal(quota_note_recipient(&quota, index_a, NOW + 900 * DAY), 0);
    assert_int_equal(quota_wait(&quota, true, 1, NULL, NOW), 60 * S);
    assert_int_equal(quota_wait(&quota, true, 1, index_b, NOW), 30 * DAY);
    assert_int_equal(quota_wait(&quota, true, 1, NULL, NOW + 59 * S), 1 * S);
    assert_int_equal(quota_wait(&quota, true, 1, NULL, NOW + 60 * S), 0);
    assert_int_equal(quota_note_part(&quota, NOW + 60 * S), 0);
    assert_int_equal(quota_note_part(&quota, NOW + 50 * S), 0); /* and back again */
    assert_int_equal(quota_wait(&quota, true, 1, NULL, NOW + 51 * S), 59 * S);
    quota_fini(&quota);
}

/* More than a month's worth: what no window reaches makes room. */
static void test_memory_is_bounded(void **state)
{
    static const struct quota_limits limits = {{0, 0, 1000}};
    struct quota quota;

    (void)state;
    quota_init(&quota, &limits);
    for (unsigned i = 0; i < 10000; i++)
        assert_int_equal(quota_note_part(&quota, NOW + i * DAY), 0);
    assert_in_range(quota.sent_room, 31, 128);
    assert_int_equal(quota_used(&quota, QUOTA_MONTH, NOW + 9999 * DAY), 30);
    assert_int_equal(quota_used(&quota, QUOTA_DAY, NOW + 9999 * DAY), 1);
    quota_fini(&quota);
}

/* Told once in each span, when four of five are used. */
static void test_warning(void **state)
{
    static const struct quota_limits limits = {{4, 10}};
    struct quota quota;
    enum quota_window window = QUOTA_MONTH;

    (void)state;
    quota_init(&quota, &limits);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(quota_note_part(&quota, NOW), 0);
    assert_false(quota_warn(&quota, NOW, &window));
    assert_int_equal(quota_note_part(&quota, NOW), 0); /* 4 of 4 */
    assert_true(quota_warn(&quota, NOW, &window));
    assert_int_equal(window, QUOTA_MINUTE);
    assert_false(quota_warn(&quota, NOW + 59 * S, &window));
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(quota_note_part(&quota, NOW + 59 * S), 0); /* 8 of 10 */
    assert_true(quota_warn(&quota, NOW + 59 * S, &window));
    assert_int_equal(window, QUOTA_DAY);
    assert_false(quota_warn(&quota, NOW + 59 * S, &window));
    assert_true(quota_warn(&quota, NOW + 60 * S, &window)); /* the minute is another one */
    assert_int_equal(window, QUOTA_MINUTE);
    assert_false(quota_warn(&quota, NOW + 60 * S, &window));
    quota_fini(&quota);
}

static void test_any(void **state)
{
    static const struct quota_limits none = {.reserve = 5}, month = {{[QUOTA_MONTH] = 1}};

    (void)state;
    assert_false(quota_limits_any(&none));
    assert_true(quota_limits_any(&month));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_in_turn),
        cmocka_unit_test(test_recipients),
        cmocka_unit_test(test_clock_set_back),
        cmocka_unit_test(test_memory_is_bounded),
        cmocka_unit_test(test_warning),
        cmocka_unit_test(test_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
