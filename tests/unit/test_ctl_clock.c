/* `smsotpctl clock`: which route is called, and how it leaves. The daemon is played. */
#include "ctl/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *daemon_answer; /* NULL: it refuses */
static char called[64];
static unsigned n_printed;

bool ctl_call(struct ctl *ctl, const char *method, const char *route, json_t *body, unsigned also,
    json_t **ret_json, int *ret_exit)
{
    (void)ctl;
    assert_null(body);
    assert_int_equal(also, 0);
    snprintf(called, sizeof(called), "%s %s", method, route);
    *ret_exit = CTL_EXIT_REFUSED;
    *ret_json = daemon_answer ? json_loads(daemon_answer, 0, NULL) : NULL;
    return *ret_json != NULL;
}

void ctl_print_json(const json_t *json)
{
    assert_non_null(json_object_get(json, "at"));
    n_printed++;
}

const char *ctl_text(const json_t *json, const char *member, char *buffer, size_t size)
{
    assert_non_null(json_object_get(json, member));
    snprintf(buffer, size, "%s", member);
    return buffer;
}

static int run(bool json, int n_words, char *word)
{
    char name[] = "clock";
    char *argv[] = {name, word, word, NULL};
    struct ctl ctl = {.json = json};

    called[0] = '\0';
    return ctl_clock(&ctl, n_words, argv);
}

static void test_accept(void **state)
{
    char accept[] = "accept", set[] = "set";

    (void)state;
    daemon_answer = "{\"at\":\"2026-11-23T05:00:00Z\",\"codes_void\":2}";
    assert_int_equal(run(true, 2, accept), CTL_EXIT_OK);
    assert_string_equal(called, "POST /v1/clock/accept");
    assert_int_equal(n_printed, 1);
    assert_int_equal(run(false, 2, accept), CTL_EXIT_OK);
    assert_int_equal(n_printed, 1);
    daemon_answer = NULL;
    assert_int_equal(run(false, 2, accept), CTL_EXIT_REFUSED);
    assert_int_equal(run(false, 1, accept), CTL_EXIT_USAGE);
    assert_int_equal(run(false, 3, accept), CTL_EXIT_USAGE);
    assert_int_equal(run(false, 2, set), CTL_EXIT_USAGE);
    assert_string_equal(called, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accept)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
