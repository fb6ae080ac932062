/*
 * `smsotpctl limits`: what it asks the daemon, which is played, what it prints and how it leaves.
 */
#include "capture.h"
#include "ctl/command.h"

#include <string.h>

static char asked[512]; /* method, route and body; empty: nothing */
static const char *daemon_answer;

bool ctl_call(struct ctl *ctl, const char *method, const char *route, json_t *body, unsigned also,
    json_t **ret_json, int *ret_exit)
{
    char *text = body ? json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

    (void)ctl;
    assert_int_equal(also, 0);
    snprintf(asked, sizeof(asked), "%s %s%s%s", method, route, text ? " " : "", text ? text : "");
    free(text);
    json_decref(body);
    *ret_exit = CTL_EXIT_REFUSED;
    *ret_json = daemon_answer ? json_loads(daemon_answer, 0, NULL) : NULL;
    return *ret_json != NULL;
}

bool ctl_add_text(json_t *object, const char *member, const char *text)
{
    return !text || json_object_set_new(object, member, json_string(text)) == 0;
}

void ctl_complain_of_encoding(const char *command)
{
    assert_string_equal(command, "limits");
}

void ctl_print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT);
}

const char *ctl_text(const json_t *json, const char *member, char *buffer, size_t size)
{
    const json_t *value = json_object_get(json, member);

    if (json_is_integer(value))
        snprintf(buffer, size, "%d", (int)json_integer_value(value));
    else
        snprintf(buffer, size, "%s", json_is_string(value) ? json_string_value(value) : "-");
    return buffer;
}

static char printed[2048];

/* Runs the words up to NULL. */
static int run(const char *const *words)
{
    struct ctl ctl = {0};
    char copies[8][64];
    char *argv[9] = {NULL};
    int argc = 0, status, saved, complaints;
    char complained[512];

    for (; words[argc]; argc++) {
        snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc]);
        argv[argc] = copies[argc];
    }
    asked[0] = '\0';
    saved = capture_begin(stdout, "");
    complaints = capture_begin(stderr, "");
    status = ctl_limits(&ctl, argc, argv);
    capture_end(stderr, complaints, complained, sizeof(complained));
    capture_end(stdout, saved, printed, sizeof(printed));
    return status;
}

#define RUN(...) run((const char *const[]){"limits", __VA_ARGS__, NULL})

static void test_asks(void **state)
{
    (void)state;
    daemon_answer = NULL;
    assert_int_equal(RUN("+919812345678"), CTL_EXIT_REFUSED);
    assert_string_equal(asked, "GET /v1/limits?to=%2B919812345678");
    (void)RUN("--purpose", "login", "--client", "web", "98123 45678");
    assert_string_equal(asked, "GET /v1/limits?to=98123%2045678&purpose=login&client=web");
    (void)RUN("--inbound", "1");
    assert_string_equal(asked, "GET /v1/limits?to=1&method=inbound");
    (void)RUN("1&client=x#");
    assert_string_equal(asked, "GET /v1/limits?to=1%26client%3Dx%23");
    (void)RUN("reset", "conversion", "+919812345678");
    assert_string_equal(
        asked, "POST /v1/limits/reset {\"limit\":\"conversion\",\"to\":\"+919812345678\"}");
    (void)RUN("reset", "--client", "web", "conversion");
    assert_string_equal(
        asked, "POST /v1/limits/reset {\"client\":\"web\",\"limit\":\"conversion\"}");
    (void)RUN("reset", "rollback");
    assert_string_equal(asked, "POST /v1/limits/reset {\"limit\":\"rollback\"}");
    assert_int_equal(RUN("reset", "rollback", "+919812345678"), CTL_EXIT_USAGE);
    assert_int_equal(RUN("reset", "streak"), CTL_EXIT_USAGE);
    (void)RUN("reset", "streak", "+919812345678");
    assert_string_equal(
        asked, "POST /v1/limits/reset {\"limit\":\"streak\",\"to\":\"+919812345678\"}");
}

static void test_prints(void **state)
{
    (void)state;
    daemon_answer =
        "{\"to\":\"+91******5678\",\"allowed\":false,\"retry_after\":7,\"destination\":{"
        "\"allowed\":true},\"readiness\":{\"allowed\":false,\"detail\":\"No modem is "
        "ready\"},\"limits\":[{\"name\":\"number\",\"scope\":\"number\",\"of\":\"requests\","
        "\"max\":5,\"window\":60,\"used\":5,\"met\":true,\"retry_after\":7},{\"name\":\"pending\","
        "\"scope\":\"number\",\"of\":\"requests\",\"max\":2,\"window\":0,\"used\":null,\"met\":"
        "false},{\"name\":\"streak\",\"scope\":\"number\",\"of\":\"requests\",\"max\":100,"
        "\"window\":0,\"used\":100,\"met\":true,\"retry_after\":0},{\"name\":\"conversion\","
        "\"scope\":\"client\",\"of\":\"requests\",\"max\":20,\"window\":86400,\"used\":4,"
        "\"verified\":3,\"min_percent\":30}]}";
    assert_int_equal(RUN("+919812345678"), CTL_EXIT_NO);
    assert_non_null(strstr(printed, "+91******5678  refused for 7 s\n! No modem is ready\n"));
    assert_non_null(
        strstr(printed, "! requests number     number     5 of 5    in 60 s; again in 7 s\n"));
    assert_non_null(strstr(printed, "  requests pending    number     - of 2    at a time\n"));
    assert_non_null(strstr(printed,
        "! requests streak     number   100 of 100  in a row; until an operator resets it\n"));
    assert_non_null(strstr(printed, "in 86400 s, 3 verified, at least 30%\n"));
    daemon_answer = "{\"to\":\"x\",\"allowed\":true,\"retry_after\":0,\"destination\":"
                    "{\"allowed\":true},\"limits\":[]}";
    assert_int_equal(RUN("+919812345678"), CTL_EXIT_OK);
    assert_string_equal(printed, "x  a request would pass\n");
    assert_int_equal(RUN("--json", "+919812345678"), CTL_EXIT_OK);
    assert_string_equal(printed, daemon_answer);
    daemon_answer = "{\"to\":\"x\",\"allowed\":false,\"retry_after\":0,\"destination\":"
                    "{\"allowed\":false,\"detail\":\"Closed\"},\"limits\":[]}";
    assert_int_equal(RUN("+919812345678"), CTL_EXIT_NO);
    assert_string_equal(printed, "x  refused\n! Closed\n");
}

static void test_prints_resets(void **state)
{
    (void)state;
    daemon_answer = "{\"limit\":\"conversion\",\"scope\":\"prefix\",\"to\":\"+91******5678\"}";
    assert_int_equal(RUN("reset", "conversion", "+919812345678"), CTL_EXIT_OK);
    assert_non_null(strstr(printed, "the block of +91******5678"));
    daemon_answer = "{\"limit\":\"conversion\",\"scope\":\"client\",\"client\":\"web\"}";
    assert_int_equal(RUN("reset", "conversion", "--client", "web"), CTL_EXIT_OK);
    assert_non_null(strstr(printed, "client web"));
}

static void test_usage(void **state)
{
    (void)state;
    assert_int_equal(run((const char *const[]){"limits", NULL}), CTL_EXIT_USAGE);
    assert_int_equal(RUN("1", "2"), CTL_EXIT_USAGE);
    assert_int_equal(RUN("--nonsense", "1"), CTL_EXIT_USAGE);
    assert_int_equal(RUN("reset"), CTL_EXIT_USAGE);
    assert_int_equal(RUN("reset", "conversion"), CTL_EXIT_USAGE);
    assert_int_equal(RUN("reset", "conversion", "1", "2"), CTL_EXIT_USAGE);
    assert_int_equal(RUN("reset", "conversion", "1", "--client", "web"), CTL_EXIT_USAGE);
    assert_int_equal(RUN("reset", "conversion", "1", "--purpose", "login"), CTL_EXIT_USAGE);
    assert_string_equal(asked, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asks),
        cmocka_unit_test(test_prints),
        cmocka_unit_test(test_prints_resets),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
