/* `smsotpctl key`: which route is called, and how it leaves. The daemon is played. */
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
    assert_non_null(json_object_get(json, "keys"));
    n_printed++;
}

const char *ctl_text(const json_t *json, const char *member, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s", json_string_value(json_object_get(json, member)));
    return buffer;
}

static int run(bool json, char *word, char *more)
{
    char name[] = "key";
    char *argv[] = {name, word, more, NULL};
    struct ctl ctl = {.json = json};

    called[0] = '\0';
    return ctl_key(&ctl, !word ? 1 : !more ? 2 : 3, argv);
}

static void test_routes(void **state)
{
    char list[] = "list", rotate[] = "rotate";

    (void)state;
    daemon_answer = "{\"keys\":[{\"key_id\":\"00000001\",\"state\":\"current\",\"since\":\"x\","
                    "\"dropped_at\":null},{\"key_id\":\"00000002\",\"state\":\"former\","
                    "\"since\":\"x\",\"dropped_at\":\"y\"}]}";
    assert_int_equal(run(true, list, NULL), CTL_EXIT_OK);
    assert_string_equal(called, "GET /v1/keys");
    assert_int_equal(run(true, rotate, NULL), CTL_EXIT_OK);
    assert_string_equal(called, "POST /v1/keys/rotate");
    assert_int_equal(n_printed, 2);
    assert_int_equal(run(false, list, NULL), CTL_EXIT_OK);
    assert_int_equal(n_printed, 2);
    daemon_answer = NULL;
    assert_int_equal(run(false, rotate, NULL), CTL_EXIT_REFUSED);
}

static void test_usage(void **state)
{
    char list[] = "list", drop[] = "drop";

    (void)state;
    assert_int_equal(run(false, NULL, NULL), CTL_EXIT_USAGE);
    assert_int_equal(run(false, drop, NULL), CTL_EXIT_USAGE);
    assert_int_equal(run(false, list, list), CTL_EXIT_USAGE);
    assert_string_equal(called, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
