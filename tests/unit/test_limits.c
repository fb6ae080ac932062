#include "core/limits.h"

#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_share_parse(void **state)
{
    static const struct {
        const char *text;
        int r;
        unsigned percent;
    } rows[] = {
        {"off", 0, 100}, {"60%", 0, 60}, {"1%", 0, 1}, {"100%", 0, 100}, {"", -EINVAL, 7},
        {"%", -EINVAL, 7}, {"0%", -EINVAL, 7}, {"101%", -EINVAL, 7}, {"60", -EINVAL, 7},
        {"60 %", -EINVAL, 7}, {"-1%", -EINVAL, 7}, {"6%0%", -EINVAL, 7}, {"Off", -EINVAL, 7},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        unsigned percent = 7;

        assert_int_equal(share_parse(&percent, rows[i].text), rows[i].r);
        assert_int_equal(percent, rows[i].percent);
    }
}

static void test_conversion_parse(void **state)
{
    static const struct {
        const char *text;
        int r;
        unsigned percent, texts;
    } rows[] = {
        {"off", 0, 0, 0}, {"30%/20", 0, 30, 20}, {"100%/1000", 0, 100, 1000}, {"1%/5", 0, 1, 5},
        {"", -EINVAL, 7, 7}, {"30/20", -EINVAL, 7, 7}, {"30%", -EINVAL, 7, 7},
        {"%/20", -EINVAL, 7, 7}, {"/20", -EINVAL, 7, 7}, {"30%/", -EINVAL, 7, 7},
        {"0%/20", -EINVAL, 7, 7}, {"101%/20", -EINVAL, 7, 7}, {"30%/4", -EINVAL, 7, 7},
        {"30%/1001", -EINVAL, 7, 7}, {"30%/20/3", -EINVAL, 7, 7}, {"30% / 20", -EINVAL, 7, 7},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct conversion_limit limit = {7, 7};

        assert_int_equal(conversion_limit_parse(&limit, rows[i].text), rows[i].r);
        assert_int_equal(limit.percent, rows[i].percent);
        assert_int_equal(limit.texts, rows[i].texts);
    }
}

/* The windows of `number` that a share of it leaves. */
static void test_share(void **state)
{
    static const struct {
        const char *number;
        unsigned percent;
        const char *share;
    } rows[] = {
        {"1/30s 3/10m 5/1h 10/1d", 60, "2/10m 3/1h 6/1d"}, /* a pause is nobody's share */
        {"1/30s", 60, "off"},
        {"2/1h", 60, "off"}, /* 1.2 is 2 */
        {"2/1h", 50, "1/1h"},
        {"10/1d", 1, "1/1d"},
        {"10/1d", 91, "off"},
        {"10/1d", 90, "9/1d"},
        {"10/1d", 100, "off"},
        {"off", 60, "off"},
        {"1000000/1d", 60, "600000/1d"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct limits limits, held;
        struct limit share;

        limits_default(&limits);
        limits.share = rows[i].percent;
        assert_int_equal(limit_parse(&limits.number, rows[i].number), 0);
        assert_int_equal(limit_parse(&limits.guesses, rows[i].number), 0);
        assert_int_equal(limit_parse(&limits.inbound, rows[i].number), 0);
        assert_int_equal(limit_parse(&share, rows[i].share), 0);
        limits_for(&limits, true, 2, &held);
        assert_memory_equal(&held.number_share, &share, sizeof(share));
        assert_memory_equal(&held.guesses_share, &share, sizeof(share));
        assert_memory_equal(&held.inbound_share, &share, sizeof(share));
    }
}

static void test_for_whom(void **state)
{
    static const struct {
        bool is_client;
        unsigned n_clients;
        bool has_client_limits, has_share;
    } rows[] = {{true, 2, true, true}, {true, 1, true, false}, {true, 0, true, false},
        {false, 2, false, false}, {false, 0, false, false}};
    struct limits limits, held;

    (void)state;
    limits_default(&limits);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        limits_for(&limits, rows[i].is_client, rows[i].n_clients, &held);
        assert_int_equal(held.client.n_windows > 0, rows[i].has_client_limits);
        assert_int_equal(held.failures.n_windows > 0, rows[i].has_client_limits);
        assert_int_equal(held.number_share.n_windows > 0, rows[i].has_share);
        assert_int_equal(held.guesses_share.n_windows > 0, rows[i].has_share);
        assert_int_equal(held.inbound_share.n_windows > 0, rows[i].has_share);
        assert_int_equal(held.pending_share, rows[i].has_share ? 2 : 0);
        /* these hold for everybody */
        assert_memory_equal(&held.number, &limits.number, sizeof(limits.number));
        assert_memory_equal(&held.prefix, &limits.prefix, sizeof(limits.prefix));
        assert_memory_equal(&held.purpose, &limits.purpose, sizeof(limits.purpose));
        assert_int_equal(held.gateway_plain.windows[0].max, 300);
        assert_memory_equal(&held.gateway, &limits.gateway, sizeof(limits.gateway));
        assert_memory_equal(&held.guesses, &limits.guesses, sizeof(limits.guesses));
        assert_memory_equal(&held.spray, &limits.spray, sizeof(limits.spray));
        assert_int_equal(held.pending, 3);
        assert_int_equal(held.conversion.texts, 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share_parse),
        cmocka_unit_test(test_conversion_parse),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_for_whom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
