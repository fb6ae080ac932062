/* [limits]: each key reads into its own limit, and none into another's. */
#include "config_bench.h"

static void test_values(void **state)
{
    static const struct config_row rows[] = {{"number", "1/30s 3/10m", true},
        {"number", "off", true}, {"number", "", false}, {"number", "0/1m", false},
        {"number", "1/", false}, {"guesses", "15/1d", true}, {"guesses", "15", false},
        {"share", "60%", true}, {"share", "off", true}, {"share", "0%", false},
        {"share", "101%", false}, {"share", "60", false}, {"pending", "1", true},
        {"pending", "20", true}, {"pending", "21", false}, {"pending", "0", false},
        {"pending", "off", true}, {"conversion", "30%/20", true}, {"conversion", "off", true},
        {"conversion", "30%", false}, {"conversion", "0%/20", false},
        {"conversion", "30%/4", false}, {"conversion", "30%/1001", false}};
    struct config *config = config_bench_new();
    void *object = NULL;

    (void)state;
    assert_int_equal(config_limits.open(config, NULL, &object), 0);
    config_bench_check(&config_limits, object, rows, ARRAY_SIZE(rows));
    config_free(config);
}

static void test_effect(void **state)
{
    struct config *config = config_bench_new();
    void *object = NULL;
    struct limits *limits;

    (void)state;
    assert_int_equal(config_limits.open(config, NULL, &object), 0);
    limits = object;
    assert_ptr_equal(limits, &config->policy->limits);
    static const char *const keys[] = {
        "number", "prefix", "purpose", "client", "gateway", "guesses", "failures", "spray"};
    struct limit *const fields[] = {&limits->number, &limits->prefix, &limits->purpose,
        &limits->client, &limits->gateway, &limits->guesses, &limits->failures, &limits->spray};

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        struct limit expected[ARRAY_SIZE(fields)];

        for (size_t j = 0; j < ARRAY_SIZE(fields); j++)
            expected[j] = *fields[j];
        assert_int_equal(limit_parse(&expected[i], "7/11m"), 0);
        assert_int_equal(config_bench_read(&config_limits, object, keys[i], "7/11m"), 0);
        for (size_t j = 0; j < ARRAY_SIZE(fields); j++)
            assert_memory_equal(fields[j], &expected[j], sizeof(expected[j]));
    }
    assert_int_equal(config_bench_read(&config_limits, object, "pending", "4"), 0);
    assert_int_equal(limits->pending, 4);
    assert_int_equal(config_bench_read(&config_limits, object, "share", "40%"), 0);
    assert_int_equal(limits->share, 40);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_effect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
