/* The command line of smsotpd. */
#include "daemon/options.h"

#include "smsotp/api.h"
#include "util/macros.h"

#include <errno.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WORDS_MAX 8

/* Parses words after the program's name; what is printed is not looked at. */
static int parse(const char *const *words, struct options *ret)
{
    char copies[WORDS_MAX][64] = {"smsotpd"};
    char *argv[WORDS_MAX + 1] = {copies[0]};
    int argc = 1, r, out, err;
    FILE *nowhere = fopen("/dev/null", "w");

    for (; words[argc - 1]; argc++) {
        snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc - 1]);
        argv[argc] = copies[argc];
    }
    fflush(stdout);
    out = dup(STDOUT_FILENO);
    err = dup(STDERR_FILENO);
    dup2(fileno(nowhere), STDOUT_FILENO);
    dup2(fileno(nowhere), STDERR_FILENO);
    optind = 0; /* getopt begins anew */
    r = options_parse(ret, argc, argv);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    fclose(nowhere);
    return r;
}

static void test_verdicts(void **state)
{
    static const struct {
        const char *words[WORDS_MAX];
        int verdict;
    } rows[] = {
        {{NULL}, 0},
        {{"-c", "/x"}, 0},
        {{"--check-config", "--config=/x"}, 0},
        {{"--log-level", "error"}, 0},
        {{"--log-level", "debug"}, 0},
        {{"--"}, 0},
        {{"--version"}, 1},
        {{"--help"}, 1},
        {{"-h"}, 1},
        {{"--nonsense"}, -EINVAL},
        {{"-x"}, -EINVAL},
        {{"-c"}, -EINVAL},
        {{"--state-dir"}, -EINVAL},
        {{"--check-config=yes"}, -EINVAL},
        {{"--log-level", "loud"}, -EINVAL},
        {{"--log-level", ""}, -EINVAL},
        {{"--log-level", "7"}, -EINVAL},
        {{"/etc/smsotp.conf"}, -EINVAL},
        {{"-c", "/x", "more"}, -EINVAL},
        {{"--", "--version"}, -EINVAL},
        {{"--log-level", "loud", "--version"}, -EINVAL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct options options;

        if (parse(rows[i].words, &options) != rows[i].verdict)
            fail_msg("row %zu, %s", i, rows[i].words[0]);
    }
}

static void test_defaults(void **state)
{
    struct options options;

    (void)state;
    assert_int_equal(parse((const char *[]){NULL}, &options), 0);
    assert_string_equal(options.config_path, SMSOTP_CONFIG_FILE);
    assert_string_equal(options.state_dir, SMSOTP_STATE_DIR);
    assert_string_equal(options.runtime_dir, SMSOTP_RUNTIME_DIR);
    assert_int_equal(options.log_level, LOG_LEVEL_INFO);
    assert_false(options.check_config);
}

static void test_all(void **state)
{
    char *argv[] = {(char[]){"smsotpd"}, (char[]){"--config"}, (char[]){"/c"},
        (char[]){"--state-dir=/s"}, (char[]){"--runtime-dir"}, (char[]){"/r"},
        (char[]){"--log-level=warning"}, (char[]){"--check-config"}, NULL};
    struct options options;

    (void)state;
    optind = 0;
    assert_int_equal(options_parse(&options, ARRAY_SIZE(argv) - 1, argv), 0);
    assert_string_equal(options.config_path, "/c");
    assert_string_equal(options.state_dir, "/s");
    assert_string_equal(options.runtime_dir, "/r");
    assert_int_equal(options.log_level, LOG_LEVEL_WARNING);
    assert_true(options.check_config);
}

/* What was there stays when the line is refused. */
static void test_set_only_on_success(void **state)
{
    struct options options = {.config_path = "mine"};

    (void)state;
    assert_int_equal(parse((const char *[]){"-c", "/x", "more", NULL}, &options), -EINVAL);
    assert_string_equal(options.config_path, "mine");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_set_only_on_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
