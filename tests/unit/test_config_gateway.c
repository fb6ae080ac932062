/* [gateway] and [replies]: the shop's name, the numbers it serves, the words of denial. */
#include "config_bench.h"

static void test_gateway(void **state)
{
    static const struct config_row rows[] = {
        {"shop", "Ravi Stores", true},
        {"shop", "", false},
        {"shop", "x234567890123456789012345678901234567890", true},
        {"shop", "x2345678901234567890123456789012345678901", false},
        {"shop", "a\x1B[2J", false},
        {"shop", "\xE0\xA4\xB0\xE0\xA5\x8D\xE2\x80\x8D", true}, /* a joiner */
        {"shop", "a\xE2\x80\x8B", false},                       /* what only hides */
        {"country", "+91", true},
        {"country", "+91 +977", true},
        {"country", "91", false},
        {"country", "+0", false},
        {"country", "", false},
        {"retention", "30d", true},
        {"retention", "-1d", false},
        {"retention", "3661d", false},
    };
    struct config *config = config_bench_new();
    void *object = NULL;

    (void)state;
    assert_int_equal(config_gateway.open(config, NULL, &object), 0);
    config_bench_check(&config_gateway, object, rows, ARRAY_SIZE(rows));
    assert_int_equal(config_bench_read(&config_gateway, object, "shop", "Ravi Stores"), 0);
    assert_string_equal(config->policy->shop, "Ravi Stores");
    assert_int_equal(config_bench_read(&config_gateway, object, "country", "+91 +977"), 0);
    assert_int_equal(config->policy->n_countries, 2);
    assert_string_equal(config->policy->countries[1], "+977");
    config_free(config);
}

static void test_replies(void **state)
{
    static const struct config_row rows[] = {{"deny", "NO STOP", true}, {"deny", "off", true},
        {"deny", "", false}, {"deny", "no!", false}, {"deny", "\xFF", false}};
    struct config *config = config_bench_new();
    const struct reply_words *deny = &config->policy->deny;
    void *object = NULL;

    (void)state;
    assert_true(deny->n_words > 10);
    assert_int_equal(config_replies.open(config, NULL, &object), 0);
    config_bench_check(&config_replies, object, rows, ARRAY_SIZE(rows));
    assert_int_equal(config_bench_read(&config_replies, object, "deny", "nein, nee"), 0);
    assert_int_equal(deny->n_words, 2);
    assert_string_equal(deny->words[1], "nee");
    assert_int_equal(config_bench_read(&config_replies, object, "deny", "off"), 0);
    assert_int_equal(deny->n_words, 0);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gateway),
        cmocka_unit_test(test_replies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
