/* [api]: paths, modes and groups of the sockets. */
#include "config_bench.h"

static void test_values(void **state)
{
    static const struct config_row rows[] = {
        {"socket", "/run/a.sock", true},
        {"socket", "a.sock", false},
        {"socket", "", false},
        {"admin_socket", "/run/b.sock", true},
        {"admin_socket", "b.sock", false},
        {"socket_mode", "0666", true},
        {"socket_mode", "666", true},
        {"socket_mode", "0600", true},
        {"socket_mode", "0660", true},
        {"socket_mode", "0606", true},
        {"socket_mode", "", false},
        {"socket_mode", "0060", false},
        {"socket_mode", "0400", false},
        {"socket_mode", "0777", false},
        {"socket_mode", "66", false},
        {"socket_mode", "00660", false},
        {"socket_mode", "0680", false},
        {"socket_mode", "1666", false},
        {"socket_mode", "0x1b", false},
        {"socket_mode", "-660", false},
        {"socket_mode", "u=rw", false},
        {"socket_mode", "0660 ", false},
        {"admin_socket_mode", "0660", true},
        {"admin_socket_mode", "600", true},
        {"admin_socket_mode", "0666", false},
        {"admin_socket_mode", "0662", false},
        {"admin_socket_mode", "0664", false},
        {"admin_socket_mode", "0770", false},
        {"socket_group", "root", true},
        {"socket_group", "0", true},
        {"socket_group", "", false},
        {"socket_group", "no-such-group-here", false},
        {"socket_group", "4294967294", false},
        {"admin_socket_group", "root", true},
        {"admin_socket_group", "no-such-group-here", false},
    };
    struct config *config = config_bench_new();

    (void)state;
    config_bench_check(&config_api, config, rows, ARRAY_SIZE(rows));
    config_free(config);
}

static void test_effect(void **state)
{
    struct config *config = config_bench_new();

    (void)state;
    assert_int_equal(config->api_access.mode | config->admin_access.mode, 0);
    assert_false(config->api_access.has_gid || config->admin_access.has_gid);
    assert_int_equal(config_bench_read(&config_api, config, "socket_mode", "0660"), 0);
    assert_int_equal(config_bench_read(&config_api, config, "admin_socket_mode", "0600"), 0);
    assert_int_equal(config_bench_read(&config_api, config, "admin_socket_group", "0"), 0);
    assert_int_equal(config->api_access.mode, 0660);
    assert_int_equal(config->admin_access.mode, 0600);
    assert_false(config->api_access.has_gid);
    assert_true(config->admin_access.has_gid);
    assert_int_equal(config->admin_access.gid, 0);
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
