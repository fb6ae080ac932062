#include "core/standing.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOBODY STANDING_BLAMES_NOBODY
#define MODEM STANDING_BLAMES_MODEM
#define SIM STANDING_BLAMES_SIM

static const char text[] = "Call barred";

static enum standing_change refuse(
    struct standing *standing, unsigned number, enum standing_blame blame, usec_t now)
{
    uint8_t index[OTP_NUMBER_INDEX_SIZE];

    memset(index, (int)number, sizeof(index));
    return standing_refused(standing, index, blame, text, now);
}

/* What each of a row of refusals comes to: `numbers` and `blames` by letter, M, S or N. */
static void test_refusals(void **state)
{
    static const struct {
        const char *label, *numbers, *blames, *expected; /* . as before, F faulty, B barred */
        unsigned n_failures;
    } table[] = {
        {"one number, again and again", "1111111111", "MMMMMMMMMM", "..........", 1},
        {"two numbers, in turn", "1212121212", "MMMMMMMMMM", "..........", 2},
        {"three", "123", "MMM", "..F", 3},
        {"three, with others between", "1111112223", "MMMMMMMMMM", ".........F", 3},
        {"after that three more", "123112345", "MMMMMMMMM", "..F...F..", 5},
        {"the same again count again", "123123", "MMMMMM", "..F..F", 3},
        {"nobody's fault", "123456", "NNNNNN", "......", 0},
        {"the SIM's, one number", "1111", "SSSS", "....", 1},
        {"the SIM's, two numbers", "1112", "SSSS", "...B", 2},
        {"told once", "123456", "SSSSSS", ".B....", 6},
        {"the SIM's are not the modem's", "1234", "SMSM", "..B.", 4},
        {"both of one number", "11123", "SMSMM", "....F", 3},
        {"more numbers than are kept", "123456789abc", "MMMMMMMMMMMM", "..F..F..F..F", 8},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct standing standing = {.is_barred = false};

        for (size_t n = 0; table[i].numbers[n]; n++) {
            enum standing_blame blame =
                table[i].blames[n] == 'M' ? MODEM : table[i].blames[n] == 'S' ? SIM : NOBODY;
            char change =
                ".FB"[refuse(&standing, (unsigned)table[i].numbers[n], blame, USEC_PER_SEC)];

            if (change != table[i].expected[n])
                fail_msg("%s: %zu: %c", table[i].label, n, change);
        }
        if (standing.n_failures != table[i].n_failures)
            fail_msg("%s: %u", table[i].label, standing.n_failures);
    }
}

static void test_redeemed(void **state)
{
    struct standing standing = {.is_barred = false};

    (void)state;
    assert_int_equal(refuse(&standing, 1, MODEM, 0), STANDING_AS_BEFORE);
    assert_int_equal(refuse(&standing, 2, MODEM, 0), STANDING_AS_BEFORE);
    assert_false(standing_redeem(&standing));
    assert_int_equal(standing.n_failures, 0);
    assert_int_equal(refuse(&standing, 3, MODEM, 0), STANDING_AS_BEFORE);
    assert_int_equal(refuse(&standing, 4, SIM, 0), STANDING_AS_BEFORE);
    assert_int_equal(refuse(&standing, 5, SIM, 0), STANDING_IS_BARRED);
    assert_ptr_equal(standing.barred_text, text);
    assert_true(standing_redeem(&standing));
    assert_false(standing_redeem(&standing));
    assert_int_equal(standing_wait(&standing, 0), 0);
}

static void test_trial(void **state)
{
    struct standing standing = {.is_barred = false};
    usec_t now = USEC_PER_DAY;

    (void)state;
    assert_int_equal(refuse(&standing, 1, SIM, now), STANDING_AS_BEFORE);
    assert_int_equal(standing_wait(&standing, now), 0);
    assert_int_equal(refuse(&standing, 2, SIM, now), STANDING_IS_BARRED);
    assert_int_equal(standing_wait(&standing, now), USEC_PER_HOUR);
    now += USEC_PER_HOUR - 1;
    assert_int_equal(standing_wait(&standing, now), 1);
    now++;
    assert_int_equal(standing_wait(&standing, now), 0);
    assert_int_equal(refuse(&standing, 1, SIM, now), STANDING_AS_BEFORE); /* one is enough now */
    assert_int_equal(standing_wait(&standing, now), USEC_PER_HOUR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_redeemed),
        cmocka_unit_test(test_trial),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
