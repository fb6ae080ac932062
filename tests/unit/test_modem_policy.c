#include "core/modem_policy.h"

#include "core/policy.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void test_names(void **state)
{
    static const struct {
        const char *name;
        int expected;
    } rows[] = {
        {"counter", 0}, {"M-2_b", 0}, {"0", 0}, {"x2345678901234567890123456789012", 0},
        {"", -EINVAL}, {"x23456789012345678901234567890123", -EINVAL}, {"a b", -EINVAL},
        {"a.b", -EINVAL}, {"\xC3\xA4", -EINVAL},
    };
    _cleanup_(policy_freep) struct policy *policy = NULL;

    (void)state;
    assert_int_equal(policy_new(&policy), 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct modem_policy *modem = NULL;

        if (policy_add_modem(policy, rows[i].name, &modem) != rows[i].expected)
            fail_msg("%s", rows[i].name);
        assert_ptr_equal(policy_find_modem(policy, rows[i].name), modem);
        assert_true(!modem || !quota_limits_any(&modem->quota));
    }
    assert_null(policy_find_modem(policy, "Counter"));
}

static void test_affinity(void **state)
{
    static const struct {
        unsigned n_prefixes;
        const char *number;
        unsigned expected;
    } rows[] = {
        {0, "+919812345678", 1},
        {1, "+919812345678", 6},
        {1, "+919712345678", 0},
        {2, "+919812345678", 6},
        {2, "+919899345678", 8},
        {3, "+15550100000", 3},
        {3, "+447700900123", 0},
        {1, "+919", 0},
    };
    struct modem_policy modem = {.prefixes = {"+9198", "+919899", "+1"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        modem.n_prefixes = rows[i].n_prefixes;
        if (modem_policy_affinity(&modem, rows[i].number) != rows[i].expected)
            fail_msg("row %zu: %u", i, modem_policy_affinity(&modem, rows[i].number));
    }
}

static void test_as_many_as_modems(void **state)
{
    _cleanup_(policy_freep) struct policy *policy = NULL;
    struct modem_policy *modem;
    char name[8];

    (void)state;
    assert_int_equal(policy_new(&policy), 0);
    for (unsigned i = 0; i < SMSOTP_MODEMS_MAX; i++) {
        snprintf(name, sizeof(name), "m%u", i);
        assert_int_equal(policy_add_modem(policy, name, &modem), 0);
        modem->quota.reserve = i;
    }
    assert_int_equal(policy_add_modem(policy, "more", &modem), -ENOSPC);
    assert_int_equal(policy_find_modem(policy, "m63")->quota.reserve, 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_affinity),
        cmocka_unit_test(test_as_many_as_modems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
