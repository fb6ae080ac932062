#include "core/warnings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct log nowhere = {.fd = -1};

/* Up until its time, however often it is raised, and each by itself. */
static void test_up_and_down(void **state)
{
    struct warnings warnings = {0};

    (void)state;
    assert_null(warnings_detail(&warnings, WARNING_SPRAY, 0));
    warnings_raise(&warnings, &nowhere, WARNING_SPRAY, "first", 100, 200);
    assert_string_equal(warnings_detail(&warnings, WARNING_SPRAY, 199), "first");
    assert_null(warnings_detail(&warnings, WARNING_SPRAY, 200));
    assert_null(warnings_detail(&warnings, WARNING_CONVERSION, 150));
    warnings_raise(&warnings, &nowhere, WARNING_SPRAY, "second", 150, 180); /* shortens nothing */
    assert_string_equal(warnings_detail(&warnings, WARNING_SPRAY, 199), "second");
    warnings_raise(&warnings, &nowhere, WARNING_SPRAY, "third", 150, 300);
    assert_string_equal(warnings_detail(&warnings, WARNING_SPRAY, 299), "third");
}

/* Logged when it begins, and when it begins anew. */
static void test_logged_once(void **state)
{
    char path[] = "/tmp/smsotp-warnings-XXXXXX", text[512] = "";
    struct log log = {.fd = mkstemp(path), .level = LOG_LEVEL_WARNING};
    struct warnings warnings = {0};
    const char *line = "event=warning warning=failures: so many\n";

    (void)state;
    for (usec_t now = 100; now < 200; now += 10)
        warnings_raise(&warnings, &log, WARNING_FAILURES, "so many", now, now + 20);
    warnings_raise(&warnings, &log, WARNING_FAILURES, "so many", 210, 220);
    assert_true(pread(log.fd, text, sizeof(text) - 1, 0) > 0);
    unlink(path);
    close(log.fd);
    assert_non_null(strstr(text, line));
    assert_non_null(strstr(strstr(text, line) + 1, line));
    assert_null(strstr(strstr(strstr(text, line) + 1, line) + 1, line));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_up_and_down),
        cmocka_unit_test(test_logged_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
