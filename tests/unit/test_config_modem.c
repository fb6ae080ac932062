/* [modem NAME]: where it is, its SIM's PIN and number, what it may send, how it is recovered. */
#include "config_bench.h"

#include <stdio.h>
#include <sys/stat.h>

struct bench {
    struct config *config;
    struct modem_section *modem;
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    void *object = NULL;

    bench->config = config_bench_new();
    assert_int_equal(config_modem.open(bench->config, "counter", &object), 0);
    bench->modem = object;
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    config_free(bench->config);
    free(bench);
    return 0;
}

static void test_values(void **state)
{
    static const struct config_row rows[] = {
        {"device", "/dev/ttyUSB0", true},
        {"device", "usb:12d1:1506", true},
        {"device", "usb:12d1:1506:A1", true},
        {"device", "imei:490154203237518", true},
        {"device", "auto", true},
        {"device", "ttyUSB0", false},
        {"device", "usb:12d1", false},
        {"device", "imei:1", false},
        {"device", "", false},
        {"device", "/dev/tty\x1B[2J", false},
        {"pin", "0000", true},
        {"pin", "12345678", true},
        {"pin", "123", false},
        {"pin", "123456789", false},
        {"pin", "12a4", false},
        {"pin", "", false},
        {"pin", "file:/no/such/file", false},
        {"pin", "file:/dev/null", false},
        {"number", "+919812345678", true},
        {"number", "919812345678", false},
        {"number", "", false},
        {"prefixes", "+91", true},
        {"prefixes", "+9198 +9199", true},
        {"prefixes", "9198", false},
        {"prefixes", "", false},
        {"usb_reset", "auto", true},
        {"usb_reset", "off", true},
        {"usb_reset", "no", false},
        {"usb_reset", "", false},
        {"baud", "1200", true},
        {"baud", "4000000", true},
        {"baud", "1199", false},
        {"baud", "4000001", false},
        {"baud", "fast", false},
        {"quota_minute", "1", true},
        {"quota_minute", "1000000", true},
        {"quota_minute", "1000001", false},
        {"quota_minute", "0", false},
        {"quota_day", "off", true},
        {"quota_day", "-1", false},
        {"quota_month", "90", true},
        {"quota_month", "", false},
        {"quota_recipients", "250", true},
        {"quota_recipients", "some", false},
        {"quota_reserve", "0", true},
        {"quota_reserve", "1000001", false},
        {"quota_reserve", "off", false},
    };
    struct bench *bench = *state;

    config_bench_check(&config_modem, bench->modem, rows, ARRAY_SIZE(rows));
}

/* What is refused leaves what was there. */
static void test_effect(void **state)
{
    struct bench *bench = *state;
    struct modem_section *modem = bench->modem;

    assert_null(modem->device);
    assert_null(modem->pin);
    assert_null(modem->number);
    assert_null(modem->power_hook);
    assert_false(modem->no_usb_reset);
    assert_int_equal(config_bench_read(&config_modem, modem, "device", "auto"), 0);
    assert_int_equal(config_bench_read(&config_modem, modem, "device", "/dev/ttyUSB3"), 0);
    assert_int_equal(config_bench_read(&config_modem, modem, "device", "ttyUSB4"), -EINVAL);
    assert_string_equal(modem->device, "/dev/ttyUSB3");
    assert_int_equal(config_bench_read(&config_modem, modem, "pin", " 0042\n"), 0);
    assert_int_equal(config_bench_read(&config_modem, modem, "pin", "42"), -EINVAL);
    assert_string_equal(modem->pin, "0042");
    assert_int_equal(config_bench_read(&config_modem, modem, "number", "+919812345678"), 0);
    assert_string_equal(modem->number, "+919812345678");
    assert_int_equal(config_bench_read(&config_modem, modem, "usb_reset", "off"), 0);
    assert_true(modem->no_usb_reset);
    assert_int_equal(config_bench_read(&config_modem, modem, "usb_reset", "auto"), 0);
    assert_false(modem->no_usb_reset);
    assert_int_equal(config_bench_read(&config_modem, modem, "prefixes", "+9198 +9199"), 0);
    assert_int_equal(config_bench_read(&config_modem, modem, "prefixes", "+9197"), 0);
    assert_int_equal(modem->policy->n_prefixes, 1); /* the last line counts */
    assert_string_equal(modem->policy->prefixes[0], "+9197");
    assert_int_equal(config_bench_read(&config_modem, modem, "baud", "9600"), 0);
    assert_int_equal(modem->baud, 9600);
}

/* Each quota reads into its own place, and `off` takes it away. */
static void test_quotas(void **state)
{
    static const char *const keys[QUOTA_N_WINDOWS] = {[QUOTA_MINUTE] = "quota_minute",
        [QUOTA_DAY] = "quota_day",
        [QUOTA_MONTH] = "quota_month",
        [QUOTA_RECIPIENTS] = "quota_recipients"};
    struct bench *bench = *state;
    struct quota_limits *quota = &bench->modem->policy->quota;

    assert_ptr_equal(bench->modem->policy, policy_find_modem(bench->config->policy, "counter"));
    for (unsigned i = 0; i < QUOTA_N_WINDOWS; i++) {
        struct quota_limits expected = *quota;
        char value[16];

        expected.max[i] = 700 + i;
        snprintf(value, sizeof(value), "%u", expected.max[i]);
        assert_int_equal(config_bench_read(&config_modem, bench->modem, keys[i], value), 0);
        assert_memory_equal(quota, &expected, sizeof(expected));
        assert_int_equal(config_bench_read(&config_modem, bench->modem, keys[i], "off"), 0);
        expected.max[i] = 0;
        assert_memory_equal(quota, &expected, sizeof(expected));
        assert_int_equal(config_bench_read(&config_modem, bench->modem, keys[i], value), 0);
    }
    assert_int_equal(config_bench_read(&config_modem, bench->modem, "quota_reserve", "12"), 0);
    assert_int_equal(quota->reserve, 12);
}

/* A file with this content and mode; -1 in `mode`: a directory. */
static void put(const char *path, const char *content, int mode)
{
    FILE *file;

    (void)remove(path);
    if (mode < 0) {
        assert_int_equal(mkdir(path, 0700), 0);
        return;
    }
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, (mode_t)mode), 0);
}

/* Files that a key names: who may read or write them decides. */
static void test_files(void **state)
{
    static const struct {
        const char *key, *prefix, *content;
        int mode;
        bool is_taken;
    } rows[] = {
        {"pin", "file:", "0042\n", 0400, true},
        {"pin", "file:", "0042\n", 0600, true},
        {"pin", "file:", "0042\n", 0440, false},
        {"pin", "file:", "0042\n", 0402, false},
        {"pin", "file:", "0042 17\n", 0400, false},
        {"pin", "file:", "", 0400, false},
        {"pin", "file:", "", -1, false},
        {"power_hook", "", "#!/bin/sh\n", 0700, true},
        {"power_hook", "", "#!/bin/sh\n", 0755, true},
        {"power_hook", "", "#!/bin/sh\n", 0775, false},
        {"power_hook", "", "#!/bin/sh\n", 0757, false},
        {"power_hook", "", "#!/bin/sh\n", 0644, false},
        {"power_hook", "", "", -1, false},
        {"power_hook", "relative/../", "#!/bin/sh\n", 0700, false},
    };
    struct bench *bench = *state;
    char folder[] = "/tmp/config.XXXXXX", path[64], value[128];

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/file", folder);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int r;

        put(path, rows[i].content, rows[i].mode);
        snprintf(value, sizeof(value), "%s%s", rows[i].prefix, path);
        r = config_bench_read(&config_modem, bench->modem, rows[i].key, value);
        if ((r == 0) != rows[i].is_taken)
            fail_msg("row %zu: %d", i, r);
        if (r == 0 && strcmp(rows[i].key, "pin") == 0)
            assert_string_equal(bench->modem->pin, "0042");
        else if (r == 0)
            assert_string_equal(bench->modem->power_hook, path);
    }
    (void)remove(path);
    assert_int_equal(rmdir(folder), 0);
}

/* A section may come again; as many as there may be, and no more. */
static void test_open(void **state)
{
    struct bench *bench = *state;
    void *object = NULL;
    char name[16];

    assert_int_equal(config_modem.open(bench->config, "counter", &object), 0);
    assert_ptr_equal(object, bench->modem);
    assert_int_equal(bench->config->n_modems, 1);
    assert_string_equal(bench->modem->name, "counter");
    assert_int_equal(config_modem.open(bench->config, "Counter!", &object), -EINVAL);
    assert_int_equal(bench->config->n_modems, 1);
    for (unsigned i = 1; i < SMSOTP_MODEMS_MAX; i++) {
        snprintf(name, sizeof(name), "m%u", i);
        assert_int_equal(config_modem.open(bench->config, name, &object), 0);
        assert_ptr_equal(object, &bench->config->modems[i]);
    }
    assert_int_equal(config_modem.open(bench->config, "one-more", &object), -ENOSPC);
    assert_int_equal(config_modem.open(bench->config, "counter", &object), 0);
}

/* The PIN alone is in no message. */
static void test_secrets(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_modem.n_keys; i++)
        assert_int_equal(
            config_modem.keys[i].is_secret, strcmp(config_modem.keys[i].name, "pin") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_effect, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quotas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_open, set_up, tear_down),
        cmocka_unit_test(test_secrets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
