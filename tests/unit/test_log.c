/* Log lines: prefix, level, one write each, nothing that could forge a line. */
#include "util/log.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct output {
    int fds[2];
    struct log log;
    char text[4096];
};

static int set_up(void **state)
{
    static struct output output;

    if (pipe(output.fds) < 0)
        return -1;
    output.log = (struct log){.fd = output.fds[1], .level = LOG_LEVEL_INFO};
    *state = &output;
    return 0;
}

static int tear_down(void **state)
{
    struct output *output = *state;

    return close(output->fds[0]) | close(output->fds[1]);
}

/* All that was written since; a mark of our own keeps the read from waiting. */
static const char *read_all(struct output *output)
{
    ssize_t n;

    assert_int_equal(write(output->fds[1], "$", 1), 1);
    n = read(output->fds[0], output->text, sizeof(output->text) - 1);
    assert_true(n > 0 && output->text[n - 1] == '$');
    output->text[n - 1] = '\0';
    return output->text;
}

static void test_line(void **state)
{
    struct output *output = *state;

    errno = ENOENT;
    log_error(&output->log, "modem=%s n=%d", "counter", 7);
    assert_int_equal(errno, ENOENT);
    assert_string_equal(read_all(output), "<3>modem=counter n=7\n");
}

static void test_levels(void **state)
{
    static const struct {
        enum log_level level;
        const char *name, *line; /* of syslog(3), in its order */
    } cases[] = {
        {LOG_LEVEL_EMERG, "emerg", "<0>x\n"},
        {LOG_LEVEL_ALERT, "alert", "<1>x\n"},
        {LOG_LEVEL_CRIT, "crit", "<2>x\n"},
        {LOG_LEVEL_ERROR, "error", "<3>x\n"},
        {LOG_LEVEL_WARNING, "warning", "<4>x\n"},
        {LOG_LEVEL_NOTICE, "notice", "<5>x\n"},
        {LOG_LEVEL_INFO, "info", "<6>x\n"},
        {LOG_LEVEL_DEBUG, "debug", "<7>x\n"},
    };
    struct output *output = *state;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        for (size_t least = 0; least < ARRAY_SIZE(cases); least++) {
            output->log.level = cases[least].level;
            log_write(&output->log, cases[i].level, "x");
            assert_string_equal(read_all(output), i <= least ? cases[i].line : "");
            assert_string_equal(log_level_to_string(cases[i].level), cases[i].name);
        }
}

static void test_controls_are_blanked(void **state)
{
    struct output *output = *state;

    log_info(&output->log, "a%cb", '\n');
    assert_string_equal(read_all(output), "<6>a?b\n");
    log_info(&output->log, "%s", "\x1B[2J\r\t\x7F<0>");
    assert_string_equal(read_all(output), "<6>?[2J??" "?<0>\n");
    log_info(&output->log, "%s", "रवि");
    assert_string_equal(read_all(output), "<6>रवि\n");
}

static void test_long_line_is_cut(void **state)
{
    struct output *output = *state;
    char text[3000];
    const char *line;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    log_info(&output->log, "%s", text);
    line = read_all(output);
    assert_true(strlen(line) <= 3 + 1024 + 1 && strlen(line) >= 1000);
    assert_int_equal(strspn(line + 3, "x"), strlen(line) - 4);
    assert_int_equal(line[strlen(line) - 1], '\n');
}

static void test_nowhere(void **state)
{
    struct output *output = *state;

    output->log.fd = -1;
    log_error(&output->log, "x");
    output->log.fd = 1000000; /* not open: nothing happens either */
    errno = 0;
    log_error(&output->log, "x");
    assert_int_equal(errno, 0);
    assert_string_equal(read_all(output), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_levels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_controls_are_blanked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_line_is_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nowhere, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
