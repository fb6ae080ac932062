#include "core/moment.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define S USEC_PER_SEC

/* Two boots, by their number: 1 and 2. */
static struct moment moment_of(uint8_t boot_number, usec_t wall, usec_t boot)
{
    struct moment moment = {.wall = wall, .boot = boot};

    memset(moment.boot_id, boot_number, BOOT_ID_SIZE);
    return moment;
}

/* A deadline at wall 1000, boot 500 of boot 1, seen from elsewhere. */
static void test_which_clock_counts(void **state)
{
    static const struct {
        const char *what;
        uint8_t boot_number;
        usec_t wall, boot;
        usec_t until, since;
    } rows[] = {
        {"a minute before", 1, 940 * S, 440 * S, 60 * S, 0},
        {"one microsecond before", 1, 1000 * S - 1, 500 * S - 1, 1, 0},
        {"now", 1, 1000 * S, 500 * S, 0, 0},
        {"one microsecond after", 1, 1000 * S + 1, 500 * S + 1, 0, 1},
        {"the wall clock jumped a day ahead", 1, 1000 * S + USEC_PER_DAY, 440 * S, 60 * S, 0},
        {"the wall clock jumped back to 1970", 1, 0, 501 * S, 0, 1 * S},
        {"after a reboot, the boot clock small", 2, 940 * S, 5 * S, 60 * S, 0},
        {"after a reboot, the boot clock larger", 2, 940 * S, 9000 * S, 60 * S, 0},
        {"after a reboot, too late", 2, 1060 * S, 5 * S, 0, 60 * S},
    };
    struct moment deadline = moment_of(1, 1000 * S, 500 * S);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct moment now = moment_of(rows[i].boot_number, rows[i].wall, rows[i].boot);
        bool is_right = moment_until(&deadline, &now) == rows[i].until &&
                        moment_since(&deadline, &now) == rows[i].since &&
                        moment_passed(&deadline, &now) == (rows[i].until == 0) &&
                        moment_on_boottime(&deadline, &now) == rows[i].boot + rows[i].until;

        if (!is_right)
            print_error("%s\n", rows[i].what);
        assert_true(is_right);
    }
}

/* One octet of the boot id, wherever it is, makes another boot. */
static void test_every_octet_of_the_boot_id(void **state)
{
    struct moment deadline = moment_of(1, 1000 * S, 500 * S);

    (void)state;
    for (int i = 0; i < BOOT_ID_SIZE; i++) {
        struct moment now = moment_of(1, 900 * S, 600 * S);

        assert_true(moment_passed(&deadline, &now));
        now.boot_id[i] ^= 0x80;
        assert_false(moment_passed(&deadline, &now));
    }
}

static void test_sum(void **state)
{
    struct moment sum, begin = moment_of(7, 1000, 20);

    (void)state;
    sum = moment_add(&begin, 300);
    assert_int_equal(sum.wall, 1300);
    assert_int_equal(sum.boot, 320);
    assert_memory_equal(sum.boot_id, begin.boot_id, BOOT_ID_SIZE);
    sum = moment_add(&begin, USEC_INFINITY);
    assert_true(sum.wall == USEC_INFINITY && sum.boot == USEC_INFINITY);
}

/* Set an hour ahead when it showed 1000 s, which had been 4600 s then. */
static void test_looking_back(void **state)
{
    static const struct {
        unsigned now, span, back, age; /* back: what showed so long ago; age: of that */
    } rows[] = {{4700, 50, 4650, 50}, {4700, 100, 4600, 100}, {4700, 101, 999, 101},
        {4600, 1, 999, 1}, {5600, 1900, 100, 1900}, {9000, 4400, 4600, 4400}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct moment now = {
            .wall = rows[i].now * S, .set_forward = USEC_PER_HOUR, .set_wall = 4600 * S};

        assert_int_equal(moment_back(&now, rows[i].span * S), rows[i].back * S);
        assert_int_equal(moment_age(&now, rows[i].back * S), rows[i].age * S);
    }
    assert_int_equal(moment_back(&(struct moment){.wall = 50}, 51), 0);
    assert_int_equal(moment_back(&(struct moment){.wall = 50}, 20), 30);
    assert_int_equal(moment_age(&(struct moment){.wall = 50}, 51), 0);
    assert_int_equal(moment_age(&(struct moment){.wall = 50}, 20), 30);
}

static usec_t at_5(void *userdata)
{
    (void)userdata;
    return 5;
}

static usec_t at_7(void *userdata)
{
    (void)userdata;
    return 7;
}

static void test_now(void **state)
{
    static const struct clock clock = {.boottime = at_5, .realtime = at_7};
    struct timebase timebase;
    struct moment now;
    char text[64] = "", hex[64] = "";
    size_t n = 0;
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");

    (void)state;
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    fclose(file);
    assert_int_equal(timebase_init(&timebase, &clock), 0);
    now = moment_now(&timebase);
    assert_int_equal(now.boot, 5);
    assert_int_equal(now.wall, 7);
    for (int i = 0; i < BOOT_ID_SIZE; i++)
        n += (size_t)snprintf(hex + n, sizeof(hex) - n,
            i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", now.boot_id[i]);
    assert_memory_equal(hex, text, 36);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_clock_counts),
        cmocka_unit_test(test_every_octet_of_the_boot_id),
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_looking_back),
        cmocka_unit_test(test_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
