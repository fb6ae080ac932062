/* [client NAME]: who it is, and what it may ask for. */
#include "config_bench.h"

static void test_values(void **state)
{
    static const struct config_row rows[] = {
        {"user", "root", true},
        {"user", "0", true},
        {"user", "4294967294", true},
        {"user", "4294967295", false},
        {"user", "no-such-user-here", false},
        {"user", "", false},
        {"user", "-1", false},
        {"group", "root", true},
        {"group", "4711", true},
        {"group", "no-such-group-here", false},
        {"group", "", false},
        {"purposes", "checkout", true},
        {"purposes", "checkout, loyalty login", true},
        {"purposes", "", false},
        {"purposes", "a234567890123456789012345678901234567890123456789012345678901234567", false},
    };
    struct config *config = config_bench_new();
    void *object = NULL;

    (void)state;
    assert_int_equal(config_client.open(config, "till", &object), 0);
    config_bench_check(&config_client, object, rows, ARRAY_SIZE(rows));
    config_free(config);
}

static void test_effect(void **state)
{
    struct config *config = config_bench_new();
    void *object = NULL, *again = NULL;
    struct client *client;

    (void)state;
    assert_int_equal(config_client.open(config, "till", &object), 0);
    client = object;
    assert_false(client->has_uid || client->has_gid);
    assert_int_equal(config_bench_read(&config_client, object, "user", "4711"), 0);
    assert_true(client->has_uid && !client->has_gid);
    assert_int_equal(client->uid, 4711);
    assert_int_equal(config_bench_read(&config_client, object, "group", "12"), 0);
    assert_int_equal(client->gid, 12);
    assert_int_equal(config_bench_read(&config_client, object, "purposes", "a b"), 0);
    assert_int_equal(config_bench_read(&config_client, object, "purposes", "loyalty, login"), 0);
    assert_int_equal(client->n_purposes, 2); /* the last line counts */
    assert_string_equal(client->purposes[0], "loyalty");
    assert_string_equal(client->purposes[1], "login");
    assert_int_equal(config_client.open(config, "till", &again), 0);
    assert_ptr_equal(again, object); /* a section may come again */
    assert_int_equal(config_client.open(config, "Till!", &again), -EINVAL);
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
